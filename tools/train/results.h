/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_RESULTS_H
#define TOOLS_TRAIN_RESULTS_H

/* How often the answers are right, from margins that did not see the trial. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/buffer.h"
#include "tools/train/study.h"

struct tally {
	uint32_t right, total;
};

/** tally_share - right of total, NaN without any */
double tally_share(struct tally tally);

/* Of one device or one function. */
struct label_result {
	struct tally window, trial;
	uint32_t windows, trials; /* that it was trained on */
	float threshold;          /* 2 % quantile of the probability of right windows; 0 where not measured */
};

struct results {
	/* By single windows of IOT_WINDOW packets, and by all windows of a trial: sums of log-probabilities. */
	struct tally device_window, device_trial;
	struct tally function_window, function_trial; /* given the right device */
	struct tally both_window, both_trial;         /* the pair with the largest product */
	struct tally early[2];                        /* the device after the first 10 and 20 packets */
	struct label_result *devices;
	struct label_result **functions; /* of each device */
	uint32_t device_count;
};

/** results_calibrate - fit each task's temperature to the margins of the samples that are not held out */
void results_calibrate(struct study *study);

/**
 * results_measure - tally the samples of the first @folds folds, or those that are held out
 *
 * A label whose trials are all in one fold is left out: nothing like it was trained on. Returns 0 or -ENOMEM, logged;
 * release with results_free() in either case.
 */
int results_measure(const struct study *study, bool holdout, uint32_t folds, struct results *results);

void results_free(struct results *results);

/** results_print - the table for people */
int results_print(const struct study *study, const struct results *results, const char *title);

#endif
