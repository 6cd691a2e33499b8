/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_BOOSTER_H
#define TOOLS_TRAIN_BOOSTER_H

/* Training by libxgboost, and its trees taken out again. */

#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/model/pack.h"

enum method {
	METHOD_FOREST, /* random forest: many deep trees side by side, each on a part of rows and features */
	METHOD_BOOST,  /* gradient boosting: shallow trees one after the other */
	METHOD_AUTO,   /* the better of both by grouped validation */
};

struct booster;

/* A classification problem: rows of features_count(FEATURES_WINDOW) values, one class and weight each. */
struct problem {
	const float *x;
	const float *labels, *weights;
	size_t count;
	uint32_t classes; /* at least 2 */
};

/** booster_train - METHOD_FOREST or METHOD_BOOST; the same problem and seed give the same trees. 0 or -errno, logged */
int booster_train(const struct problem *problem, enum method method, uint32_t seed, struct booster **booster);

/** booster_margins - @count rows in, @count times classes margins (before softmax) out; 0 or -errno, logged */
int booster_margins(struct booster *booster, const float *x, size_t count, float *margins);

/** booster_trees - fill trees, count, classes and base of @out; 0 or -errno, logged. Release with pack_free() in either
 * case. */
int booster_trees(struct booster *booster, struct pack_ensemble *out);

void booster_free(struct booster *booster);
DEFINE_CLEANUP(struct booster, booster_free)

#endif
