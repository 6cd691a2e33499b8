/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_EXTRA_H
#define TOOLS_TRAIN_EXTRA_H

/*
 * Extremely randomised trees (Geurts, Ernst, Wehenkel 2006): each split is the best of a few features, each cut at a
 * random threshold. libxgboost has none, and grows a tree for each class where this grows one for all of them; on
 * small samples of many classes it is both more accurate and many times faster.
 */

#include "tools/train/learner.h"

struct extra;

/** extra_train - 0 or -ENOMEM, logged */
int extra_train(const struct problem *problem, uint32_t seed, struct extra **extra);

/** extra_predict - as learner_predict() */
void extra_predict(const struct extra *extra, const float *x, size_t count, float *logs);

/** extra_trees - as learner_trees() */
int extra_trees(const struct extra *extra, struct pack_ensemble *out);

void extra_free(struct extra *extra);
DEFINE_CLEANUP(struct extra, extra_free)

#endif
