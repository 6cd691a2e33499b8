/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_GATHER_H
#define TOOLS_TRAIN_GATHER_H

#include "tools/train/study.h"

/* Some rows of one scale, one after the other, as learners take them. */
struct gathered {
	const struct study *study;
	enum features_scale scale;
	size_t width;
	size_t *index; /* of the rows in their scale */
	float *x, *weights;
	uint32_t *labels, *groups; /* groups: manifest rows */
	size_t count;
};

/** gathered_new - room for all rows of a scale; 0 or -ENOMEM, logged. gathered_free() in either case */
int gathered_new(const struct study *study, enum features_scale scale, struct gathered *gathered);

void gathered_add(struct gathered *gathered, size_t row, uint32_t label);

/**
 * gathered_weigh - fill the weights
 *
 * Every class weighs the same, and within a class a trial with many rows weighs more than one with few, but only by the
 * square root: its rows say much the same. 0 or -ENOMEM, logged.
 */
int gathered_weigh(struct gathered *gathered, uint32_t classes);

void gathered_free(struct gathered *gathered);

#endif
