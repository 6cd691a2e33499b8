/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_FOLDS_H
#define TOOLS_TRAIN_FOLDS_H

#include <stdint.h>

#include "tools/train/dataset.h"

/* What stays on one side of a split. */
enum grouping {
	GROUP_WINDOW,  /* nothing: single windows, as Koike et al. did; overlapping ones end up on both sides */
	GROUP_TRIAL,
	GROUP_CAPTURE, /* all trials of one file */
	GROUP_PERSON,  /* all that one person or home recorded */
	GROUPINGS
};

/** grouping_name - "windows", "trial", "capture", "person" */
const char *grouping_name(enum grouping grouping);

struct folds {
	enum grouping grouping;
	uint32_t count; /* 0: too few groups to measure anything */
	uint32_t *of_row; /* fold of each row of the manifest; NULL with GROUP_WINDOW */
	uint32_t seed;
};

/**
 * folds_assign - divide the manifest's rows such that the groups of each label are spread evenly
 * @most: folds at most; there are fewer where no label has as many groups, and none where no label has two
 *
 * Which group goes where depends on the seed and on the groups' names. Returns 0 or -ENOMEM, logged.
 */
int folds_assign(const struct manifest *manifest, enum grouping grouping, uint32_t most, uint32_t seed,
		 struct folds *folds);

/** folds_of - the fold of row number @index of a scale */
uint32_t folds_of(const struct folds *folds, const struct sample *sample, size_t index);

void folds_free(struct folds *folds);

#endif
