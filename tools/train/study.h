/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_STUDY_H
#define TOOLS_TRAIN_STUDY_H

/*
 * The tasks that a manifest sets: to tell its devices apart and, for each device that has functions, to tell those
 * apart. Every one is learnt on all trials in the end; before that, its accuracy is measured by cross-validation in
 * which the windows of one trial are all in training or all in the test. (Windows of one trial overlap and share its
 * session: random folds flatter, see Koike et al.)
 */

#include <stdbool.h>
#include <stdint.h>

#include "tools/train/booster.h"
#include "tools/train/dataset.h"
#include "tools/train/manifest.h"

enum { STUDY_FOLDS = 5, STUDY_NO_FOLD = -1 };

struct task {
	uint32_t device; /* whose functions, or IMAGE_DEVICE_MODEL */
	uint32_t classes;
	float temperature;
	float *margins; /* samples times classes: what trees say that did not see the sample's trial */
};

struct study {
	const struct manifest *manifest;
	const struct dataset *data;
	uint32_t seed;
	uint32_t folds; /* 0: too few trials to measure anything */
	uint32_t *fold; /* of each trial */
	struct task *tasks;
	uint32_t task_count;
};

/** study_new - 0 or -errno, logged (a device without any window); release with study_free() in either case */
int study_new(const struct manifest *manifest, const struct dataset *data, uint32_t seed, struct study *study);

void study_free(struct study *study);

/** study_label - class of a sample in a task, -1 where it is none of the task's */
int32_t study_label(const struct task *task, const struct sample *sample);

/** study_train - on all samples but those of fold @without and those held out; *@booster stays NULL where there is one
 * class */
int study_train(const struct study *study, const struct task *task, int without, enum method method,
		struct booster **booster);

/** study_validate - fill the margins of the samples in the first @folds folds by trees trained on the other folds */
int study_validate(struct study *study, enum method method, uint32_t folds);

/** study_predict - fill a task's margins for the samples that are held out */
int study_predict_holdout(const struct study *study, struct task *task, struct booster *booster);

#endif
