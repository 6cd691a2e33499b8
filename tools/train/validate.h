/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_VALIDATE_H
#define TOOLS_TRAIN_VALIDATE_H

#include "tools/train/results.h"

struct validate_options {
	enum method method; /* METHOD_AUTO: the best one for each stage and scale */
	uint32_t folds;     /* at most */
	const char *by;     /* names of groupings, commas between, besides trial; NULL: all */
};

/* What validation comes to. */
struct validation {
	struct results results[GROUPINGS]; /* folds 0: not measured that way */
	struct mix mix;                    /* fitted to all decisions by trial */
	struct mix *mixes;                 /* by fold, each fitted to the others */
};

/** validate - by trial, and by windows, capture and person where asked for and where those differ; 0 or -errno, logged */
int validate(struct study *study, const struct validate_options *options, struct validation *validation);

void validation_free(struct validation *validation);

#endif
