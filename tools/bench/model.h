/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_BENCH_MODEL_H
#define TOOLS_BENCH_MODEL_H

/* One forest for three ways to evaluate it: 100 trees, depth 12, 30 classes. */

#include <stddef.h>
#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/model/import.h"

enum { FOREST_TREES = 100, FOREST_CLASSES = 30, FOREST_FEATURES = 60, FOREST_ROWS = 5000 };

struct forest {
	float *rows;	       /* FOREST_ROWS of FOREST_FEATURES, all different */
	float *vectors;	       /* the same as vectors of the window scale, what no tree asks for missing */
	void *booster;	       /* libxgboost's */
	struct import import;  /* the same trees, read from the library's JSON */
	struct buffer json;
};

/** forest_grow - 0, or -1 after a message; release with forest_free() in either case */
int forest_grow(struct forest *f);
void forest_free(struct forest *f);

/* Adds what each tree's leaf says to the sum of its class. */
typedef void ifelse_fn(const float *row, float *sum);

/** ifelse_load - the trees as C, compiled with -O2, loaded; NULL after a message. The library stays beside the program for the next time. */
ifelse_fn *ifelse_load(const struct pack_ensemble *e);

#endif
