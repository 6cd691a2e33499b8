/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_LEARNER_H
#define TOOLS_TRAIN_LEARNER_H

/* Ways to learn an ensemble of trees, behind one interface. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/model/pack.h"

enum method {
	METHOD_FOREST, /* random forest by libxgboost: deep trees side by side, each on a part of rows and features */
	METHOD_BOOST,  /* gradient boosting by libxgboost: shallow trees one after the other */
	METHOD_EXTRA,  /* extremely randomised trees (extra.h) */
	METHODS,
	METHOD_AUTO = METHODS, /* the best of them by grouped validation, for each stage and scale */
};

/* A classification problem. */
struct problem {
	const float *x; /* count rows of `width` values, NaN where missing */
	size_t width;
	const uint32_t *labels;
	const float *weights;
	const uint32_t *groups; /* rows of one trial lie side by side and have one number */
	size_t count;
	uint32_t classes;   /* at least 2 */
	/* For extremely randomised trees: */
	uint32_t trees;
	uint32_t per_group; /* rows of a group that one tree sees, drawn anew for each, */
	uint32_t last;      /* and the rows at each group's end that every tree sees */
	int32_t route;      /* feature, 0 or 1, that every tree divides by first; -1: none */
};

struct learner;

/** method_name - "forest", "boost", "extra", "auto" */
const char *method_name(enum method method);

/** learner_train - the same problem and seed give the same trees; 0 or -errno, logged */
int learner_train(const struct problem *problem, enum method method, uint32_t seed, struct learner **learner);

/** learner_predict - @count rows in, ln P of all classes for each out (-INFINITY for 0); 0 or -errno, logged */
int learner_predict(struct learner *learner, const float *x, size_t count, float *logs);

/** learner_trees - everything of @out but scale and device; 0 or -errno, logged. pack_free() in either case */
int learner_trees(struct learner *learner, struct pack_ensemble *out);

void learner_free(struct learner *learner);
DEFINE_CLEANUP(struct learner, learner_free)

#endif
