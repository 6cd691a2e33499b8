/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/study.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/features/features.h"
#include "agent/features/window.h"
#include "agent/model/image.h"
#include "tools/train/folds.h"
#include "tools/train/progress.h"

int32_t study_label(const struct task *task, const struct sample *s)
{
	if (task->device == IMAGE_DEVICE_MODEL)
		return (int32_t)s->device;
	return s->device == task->device ? s->function : -1;
}

void study_free(struct study *s)
{
	for (uint32_t i = 0; s->tasks && i < s->task_count; i++)
		free(s->tasks[i].margins);
	free(s->tasks);
	free(s->fold);
	*s = (struct study){ 0 };
}

static int add_task(struct study *s, uint32_t device, uint32_t classes)
{
	struct task *t = &s->tasks[s->task_count++];

	*t = (struct task){ .device = device, .classes = classes, .temperature = 1 };
	t->margins = calloc(s->data->count, classes * sizeof(float));
	return t->margins ? 0 : log_errno_r(-ENOMEM, "training");
}

static int add_tasks(struct study *s)
{
	const struct manifest *m = s->manifest;
	int r;

	s->tasks = calloc(1 + m->devices.count, sizeof(*s->tasks));
	if (!s->tasks)
		return log_errno_r(-ENOMEM, "training");
	r = add_task(s, IMAGE_DEVICE_MODEL, m->devices.count);
	for (uint32_t d = 0; r == 0 && d < m->devices.count; d++)
		if (m->functions[d].count)
			r = add_task(s, d, m->functions[d].count);
	return r;
}

/* A class without a window cannot be learnt; a device's is an error, a function's is told. */
static int check_class(const struct study *s, const struct task *t, int32_t label)
{
	const struct manifest *m = s->manifest;

	for (size_t i = 0; i < s->data->count; i++)
		if (!s->data->samples[i].holdout && study_label(t, &s->data->samples[i]) == label)
			return 0;
	if (t->device == IMAGE_DEVICE_MODEL)
		return log_error_r(-EINVAL,
				   "%s: nothing to train \"%s\" on: none of its captures has %d packets of it "
				   "(--exclude-device leaves it out)",
				   m->path, m->devices.text[label], FEATURES_MIN_WINDOW);
	log_warn("%s: nothing to train function \"%s\" of \"%s\" on: it has no %d packets in any trial", m->path,
		 m->functions[t->device].text[label], m->devices.text[t->device], FEATURES_MIN_WINDOW);
	return 0;
}

int study_new(const struct manifest *manifest, const struct dataset *data, uint32_t seed, struct study *s)
{
	int r;

	*s = (struct study){ .manifest = manifest, .data = data, .seed = seed };
	r = add_tasks(s);
	for (uint32_t t = 0; t < s->task_count; t++)
		for (uint32_t label = 0; r == 0 && label < s->tasks[t].classes; label++)
			r = check_class(s, &s->tasks[t], (int32_t)label);
	return r == 0 ? folds_assign(manifest, seed, &s->fold, &s->folds) : r;
}

/* Rows of some samples, one after the other, as the library takes them. */
struct gathered {
	size_t *index; /* of the samples */
	float *x, *labels, *weights;
	size_t count;
};

static void gathered_free(struct gathered *g)
{
	free(g->index);
	free(g->x);
	free(g->labels);
	free(g->weights);
}

static int gather_room(struct gathered *g, size_t count)
{
	g->index = calloc(count + 1, sizeof(*g->index));
	g->x = calloc(count + 1, features_count(FEATURES_WINDOW) * sizeof(float));
	g->labels = calloc(count + 1, sizeof(float));
	g->weights = calloc(count + 1, sizeof(float));
	return g->index && g->x && g->labels && g->weights ? 0 : log_errno_r(-ENOMEM, "training");
}

static void gather(const struct study *s, struct gathered *g, size_t sample, float label)
{
	size_t width = features_count(FEATURES_WINDOW);

	memcpy(g->x + g->count * width, s->data->x + sample * width, width * sizeof(float));
	g->index[g->count] = sample;
	g->labels[g->count++] = label;
}

/*
 * Every class weighs the same, and within a class a trial with many windows weighs more than one with few, but only by
 * the square root: its windows say much the same.
 */
static int weigh(const struct study *s, struct gathered *g, uint32_t classes)
{
	_cleanup_free_ double *class_sum = calloc(classes, sizeof(double));
	_cleanup_free_ double *row_count = calloc(s->manifest->count, sizeof(double));

	if (!class_sum || !row_count)
		return log_errno_r(-ENOMEM, "training");
	for (size_t i = 0; i < g->count; i++)
		row_count[s->data->samples[g->index[i]].row]++;
	for (size_t i = 0; i < g->count; i++)
		class_sum[(int)g->labels[i]] += 1 / sqrt(row_count[s->data->samples[g->index[i]].row]);
	for (size_t i = 0; i < g->count; i++) {
		double own = 1 / sqrt(row_count[s->data->samples[g->index[i]].row]);

		g->weights[i] = (float)(own / class_sum[(int)g->labels[i]] * (double)g->count / classes);
	}
	return 0;
}

int study_train(const struct study *s, const struct task *t, int without, enum method method, struct booster **booster)
{
	_cleanup_(gathered_free) struct gathered g = { 0 };
	struct problem problem;
	int r;

	*booster = NULL;
	if (t->classes < 2)
		return 0;
	r = gather_room(&g, s->data->count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->data->count; i++) {
		const struct sample *sample = &s->data->samples[i];
		int32_t label = study_label(t, sample);

		if (!sample->holdout && label >= 0 && (int)s->fold[sample->trial] != without)
			gather(s, &g, i, (float)label);
	}
	if (!g.count)
		return 0;
	r = weigh(s, &g, t->classes);
	if (r < 0)
		return r;
	problem = (struct problem){
		.x = g.x, .labels = g.labels, .weights = g.weights, .count = g.count, .classes = t->classes
	};
	return booster_train(&problem, method, s->seed, booster);
}

/* Margins of the samples that are held out, or of those of one fold. */
static int predict(const struct study *s, struct task *t, struct booster *booster, int fold)
{
	_cleanup_(gathered_free) struct gathered g = { 0 };
	_cleanup_free_ float *margins = NULL;
	int r = gather_room(&g, s->data->count);

	if (r < 0 || !booster)
		return r;
	for (size_t i = 0; i < s->data->count; i++) {
		const struct sample *sample = &s->data->samples[i];

		if (fold == STUDY_NO_FOLD ? sample->holdout : !sample->holdout && (int)s->fold[sample->trial] == fold)
			gather(s, &g, i, 0);
	}
	margins = calloc(g.count + 1, t->classes * sizeof(float));
	if (!margins)
		return log_errno_r(-ENOMEM, "training");
	r = booster_margins(booster, g.x, g.count, margins);
	for (size_t i = 0; r == 0 && i < g.count; i++)
		memcpy(t->margins + g.index[i] * t->classes, margins + i * t->classes, t->classes * sizeof(float));
	return r;
}

int study_predict_holdout(const struct study *s, struct task *t, struct booster *booster)
{
	return predict(s, t, booster, STUDY_NO_FOLD);
}

static int validate_task(struct study *s, struct task *t, int fold, enum method method)
{
	_cleanup_(booster_free_p) struct booster *booster = NULL;
	int r = study_train(s, t, fold, method, &booster);

	return r == 0 ? predict(s, t, booster, fold) : r;
}

int study_validate(struct study *s, enum method method, uint32_t folds)
{
	double work = 0;
	struct progress progress;
	int r = 0;

	for (uint32_t t = 0; t < s->task_count; t++)
		work += s->tasks[t].classes;
	progress_begin(&progress, method == METHOD_FOREST ? "validating forest" : "validating boosting", work * folds);
	for (uint32_t fold = 0; fold < folds; fold++)
		for (uint32_t t = 0; r == 0 && t < s->task_count; t++) {
			r = validate_task(s, &s->tasks[t], (int)fold, method);
			progress_step(&progress, s->tasks[t].classes);
		}
	progress_end(&progress);
	return r;
}
