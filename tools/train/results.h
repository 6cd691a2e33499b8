/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_RESULTS_H
#define TOOLS_TRAIN_RESULTS_H

/* How often the answers are right, from trees that did not see the group. */

#include "tools/train/matrix.h"
#include "tools/train/mix.h"

/* One set of decisions: stage one, stage two given the right device, and the pair with the largest product. */
struct decisions {
	struct matrix device, both;
	struct matrix *function; /* of each device */
	uint32_t undecided;      /* units without evidence of what was asked */
};


struct results {
	const struct study *study;
	enum grouping grouping;
	uint32_t folds;
	struct decisions window; /* single windows of IOT_WINDOW packets */
	struct decisions trial;  /* all evidence of a trial; nothing in it where windows were split at random */
	double *likeness;        /* sorted: of the right type, where it was told right by trial */
	size_t likenesses;
	float *device_threshold;    /* of each device: 2 % quantile of P of right windows; 0 where not measured */
	float **function_threshold; /* likewise, of each function of each device */
};

/** decisions_new - room for a study's classes; 0 or -ENOMEM. decisions_free() in either case */
int decisions_new(const struct study *study, struct decisions *decisions);
void decisions_free(const struct study *study, struct decisions *decisions);

/** decisions_function - accuracy (and macro-F1) over the functions of all devices */
double decisions_function(const struct study *study, const struct decisions *decisions, double *macro_f1);

/** decisions_family - accuracy by device where devices of one family count as one; NaN where no device has a family */
double decisions_family(const struct study *study, const struct decisions *decisions);

/**
 * decisions_view - decide all units of a view and count
 * @mixes: one for each fold, or for everything where @holdout
 */
int decisions_view(const struct study *study, const struct view *view, const struct mix *mixes, struct decisions *out);

/** results_measure - windows and, but for GROUP_WINDOW, trials; 0 or -ENOMEM, logged. results_free() in either case */
int results_measure(const struct study *study, const struct mix *mixes, bool holdout, struct results *results);
void results_free(struct results *results);

/** results_unknown - likeness that 98 % of right decisions reach; 0 where nothing was measured */
float results_unknown(const struct results *results);

#endif
