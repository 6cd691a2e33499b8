/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_MEASURE_H
#define TOOLS_TRAIN_MEASURE_H

/* Working space of results_measure(). */

#include "tools/train/results.h"

/* Everything that is summed while the samples are gone through. */
struct measure {
	const struct study *study;
	struct results *out;
	bool holdout;
	uint32_t folds;
	uint32_t outputs;                /* classes of all tasks */
	uint32_t *output_first;          /* of each task */
	struct task **function;          /* task of each device's functions, or NULL */
	uint32_t *group;                 /* of each manifest row: rows of one trial, device and function */
	uint32_t *session;               /* of each manifest row: rows of one trial and device */
	double *group_sum, *session_sum; /* of log-probabilities, a row of outputs each */
	uint32_t *group_n, *session_n;   /* samples in them */
	float *device_p, *function_p;    /* of each sample that was right; else 0 */
	bool *measurable;                /* by output: the label has been trained on without the trial */
};

/**
 * measure_new - allocate, group the manifest's rows and find out which labels can be measured
 *
 * study, out, holdout and folds are set and the rest is zero. Returns 0 or -ENOMEM; release with measure_free() in
 * either case.
 */
int measure_new(struct measure *measure);

void measure_free(struct measure *measure);

#endif
