/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_BOOSTER_H
#define TOOLS_TRAIN_BOOSTER_H

/* Training by libxgboost, and its trees taken out again. */

#include "tools/train/learner.h"

struct booster;

/** booster_train - METHOD_FOREST or METHOD_BOOST; 0 or -errno, logged */
int booster_train(const struct problem *problem, enum method method, uint32_t seed, struct booster **booster);

/** booster_predict - as learner_predict() */
int booster_predict(struct booster *booster, const float *x, size_t count, float *logs);

/** booster_trees - as learner_trees() */
int booster_trees(struct booster *booster, struct pack_ensemble *out);

void booster_free(struct booster *booster);
DEFINE_CLEANUP(struct booster, booster_free)

#endif
