/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_OPENSET_H
#define TOOLS_TRAIN_OPENSET_H

/*
 * Devices that the model has never seen: each device in turn is left out of training, and its rows, with those of the
 * other devices in one fold that was left out too, are scored by the largest probability.
 */

#include <stdbool.h>

#include "agent/base/json.h"
#include "tools/train/study.h"
#include "tools/train/mix.h"

#define OPENSET_FOLDS 1 /* that each device is left out with */

struct openset_score {
	double auroc;    /* chance that a known one scores above an unknown one */
	double accepted; /* share of unknown ones that score above the lowest 5 % of known ones */
	size_t known, unknown;
};

struct openset {
	const struct study *study;
	struct openset_score *window; /* of each device left out: windows; NaN where there are none */
	struct openset_score *trial;  /* whole trials */
	struct openset_score all_windows, all_trials; /* all scores together */
};

/** openset_measure - the study's folds must be set; its logs are overwritten. 0 or -errno, logged; openset_free() then */
int openset_measure(struct study *study, const struct mix *mix, struct openset *openset);

void openset_print(const struct openset *openset);
void openset_json(struct json *json, const struct openset *openset);
void openset_free(struct openset *openset);

#endif
