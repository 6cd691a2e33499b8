/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_SETTINGS_H
#define TOOLS_TRAIN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/options.h"

/* The command line. */
struct settings {
	const char *manifest, *root, *output, *name, *holdout, *exclude, *families, *types, *report, *json;
	const char *first, *every, *by, *terms, *limits, *version;
	bool strict, open_set, matrices;
	int method, features;
	uint32_t seed, stride, windows, folds;
};

#define SETTINGS_DEFAULT                                                                                              \
	{                                                                                                             \
		.root = ".", .method = METHOD_AUTO, .seed = 1, .stride = 5, .windows = 60, .folds = STUDY_FOLDS       \
	}

extern const struct options_spec settings_spec;

#endif
