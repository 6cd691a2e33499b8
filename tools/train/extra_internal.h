/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_EXTRA_INTERNAL_H
#define TOOLS_TRAIN_EXTRA_INTERNAL_H

#include "tools/train/extra.h"

struct extra {
	struct pack_tree *trees;
	uint32_t count;
	float *vectors; /* of leaves, `classes` shares each; the first `classes` of them are sure of one class */
	uint32_t vector_count, vector_room;
	uint32_t classes;
	size_t width;
};

/* A way to divide rows in two. */
struct extra_split {
	uint16_t feature;
	float threshold;
	bool missing_left;
	double score; /* the larger the purer; negative: none */
};

#define EXTRA_LANES 4 /* values looked at at once: there is room for as many behind a node's */

/* Trees while they grow. */
struct extra_grower {
	const struct problem *problem;
	float *columns;    /* the problem's values by feature: a node looks at one feature of many rows */
	uint64_t random;   /* state */
	uint32_t tries;    /* features looked at for one split */
	uint32_t *rows;    /* that the present tree sees; a node's are consecutive, and in it those of a class */
	uint32_t *aside;   /* room for as many */
	uint32_t count;    /* of them */
	uint32_t *feature; /* permutation of all features */
	/* Of a node's rows: */
	float *values;   /* of one feature */
	float *weights;
	/* Of a node's classes, `classes` of them: */
	uint32_t classes;
	uint32_t *present; /* which */
	uint32_t *end;     /* where the rows of each end, from the node's first on */
	double *all, *left, *missing; /* weights of all rows, of those that go left, of those without the value */
};

/** extra_random - a number below @n */
uint32_t extra_random(struct extra_grower *grower, uint32_t n);

/** extra_split_find - the best of some random splits of rows begin..end-1, whose classes are noted */
struct extra_split extra_split_find(struct extra_grower *grower, uint32_t begin, uint32_t end);

/** extra_goes_left - on which side a value falls */
static inline bool extra_goes_left(float value, float threshold, bool missing_left)
{
	return value != value ? missing_left : value < threshold;
}

#endif
