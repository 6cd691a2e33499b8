/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_STUDY_H
#define TOOLS_TRAIN_STUDY_H

/*
 * The tasks that a manifest sets: at each scale to tell its devices apart and, for each device that has functions, to
 * tell those apart. Every one is learnt on all trials in the end; before that, its accuracy is measured by
 * cross-validation. (Windows of one trial overlap and share its session: random folds flatter, see Koike et al.)
 */

#include <stdbool.h>
#include <stdint.h>

#include "tools/train/dataset.h"
#include "tools/train/folds.h"
#include "tools/train/learner.h"

#define STUDY_FOLDS 10
#define STUDY_NO_FOLD (-1)

struct task {
	enum features_scale scale;
	uint32_t device; /* whose functions, or IMAGE_DEVICE_MODEL */
	uint32_t classes;
	enum method method;
	float temperature;
	float *logs; /* rows of the scale times classes: ln P by trees that did not see the row's group */
	float *fits; /* likewise: how well a row fits each device by ranges that did not see it; NULL where there are none */
};

struct study {
	const struct manifest *manifest;
	const struct dataset *data;
	uint32_t seed;
	struct folds folds;
	struct task *tasks; /* by scale; in a scale the device task first, then functions by device */
	uint32_t task_count;
	bool strict;	 /* ranges also of trials that were cut out of captures */
	int32_t without; /* a device that is left out of training, or -1 */
	bool *measurable; /* of each device, then of each of the functions, as study_measurable() tells */
};

/**
 * study_new - the tasks for which there is something to learn
 *
 * A scale at which some class has no row has no task for it. Returns 0 or -errno, logged (a device without any row);
 * release with study_free() in either case.
 */
int study_new(const struct manifest *manifest, const struct dataset *data, uint32_t seed, struct study *study);

/** study_fold - how validation divides the data from now on; 0 or -ENOMEM, logged */
int study_fold(struct study *study, enum grouping grouping, uint32_t most);

void study_free(struct study *study);

/** study_label - class of a row in a task, -1 where it is none of the task's */
int32_t study_label(const struct task *task, const struct sample *sample);

/** study_device_task - the device task of a scale, or NULL */
struct task *study_device_task(const struct study *study, enum features_scale scale);

/** study_function_task - the function task of a device at a scale, or NULL */
struct task *study_function_task(const struct study *study, enum features_scale scale, uint32_t device);

/**
 * study_measurable - has the label rows in more than one fold, so that trees were trained on some while others were tested?
 * @function: -1: the device as such
 */
bool study_measurable(const struct study *study, uint32_t device, int32_t function);

/** study_pair - devices with their functions, numbered through; a device without functions is one. @device may be their number */
uint32_t study_pair(const struct study *study, uint32_t device, int32_t function);

/** study_trained_on - are rows like this one trained on when fold @fold is left out? */
bool study_trained_on(const struct study *study, const struct sample *sample, size_t index, int fold);

/** study_predicted - is this row answered by what was trained without fold @fold? */
bool study_predicted(const struct study *study, const struct sample *sample, size_t index, int fold);

/** study_train - on all rows but those of fold @fold and those held out; *@learner stays NULL where nothing is left */
int study_train(const struct study *study, const struct task *task, int fold, struct learner **learner);

/** study_validate - fill a task's logs of the rows of one fold by trees trained on the other folds */
int study_validate(const struct study *study, struct task *task, int fold);

/** study_predict - fill a task's logs of the rows of one fold and of the device left out, or of those held out (STUDY_NO_FOLD) */
int study_predict(const struct study *study, struct task *task, struct learner *learner, int fold);

/** study_probabilities - P of all classes for row @i, at the task's temperature */
void study_probabilities(const struct task *task, size_t i, float *p);

#endif
