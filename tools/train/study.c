/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/study.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/features/session.h"
#include "agent/model/image.h"
#include "tools/train/gather.h"
#include "tools/train/ranges.h"

int32_t study_label(const struct task *task, const struct sample *s)
{
	if (task->device == IMAGE_DEVICE_MODEL)
		return (int32_t)s->device;
	return s->device == task->device ? s->function : -1;
}

void study_free(struct study *s)
{
	for (uint32_t i = 0; s->tasks && i < s->task_count; i++) {
		free(s->tasks[i].logs);
		free(s->tasks[i].fits);
	}
	free(s->tasks);
	free(s->measurable);
	folds_free(&s->folds);
	*s = (struct study){ 0 };
}

static struct task *find_task(const struct study *s, enum features_scale scale, uint32_t device)
{
	for (uint32_t i = 0; i < s->task_count; i++)
		if (s->tasks[i].scale == scale && s->tasks[i].device == device)
			return &s->tasks[i];
	return NULL;
}

struct task *study_device_task(const struct study *s, enum features_scale scale)
{
	return find_task(s, scale, IMAGE_DEVICE_MODEL);
}

struct task *study_function_task(const struct study *s, enum features_scale scale, uint32_t device)
{
	return find_task(s, scale, device);
}

/* Rows of each class that training may use; the number of classes that have none. */
static uint32_t empty_classes(const struct study *s, const struct task *t, uint32_t *count)
{
	const struct rows *rows = &s->data->scale[t->scale];
	uint32_t empty = 0;

	memset(count, 0, t->classes * sizeof(*count));
	for (size_t i = 0; i < rows->count; i++) {
		int32_t label = study_label(t, &rows->samples[i]);

		if (label >= 0 && !rows->samples[i].holdout)
			count[label]++;
	}
	for (uint32_t c = 0; c < t->classes; c++)
		empty += !count[c];
	return empty;
}

static int add_task(struct study *s, const struct task *task)
{
	struct task *t = &s->tasks[s->task_count];
	size_t rows = s->data->scale[task->scale].count, cells = rows * task->classes;

	*t = *task;
	t->logs = malloc(cells ? cells * sizeof(float) : 1);
	if (!t->logs)
		return log_errno_r(-ENOMEM, "training");
	for (size_t i = 0; i < cells; i++)
		t->logs[i] = -logf((float)t->classes);
	if (ranges_wanted(t))
		t->fits = malloc(cells ? cells * sizeof(float) : 1);
	for (size_t i = 0; t->fits && i < cells; i++)
		t->fits[i] = 1;
	s->task_count++;
	return 0;
}

/* At windows everything must be learnt; elsewhere a task is there only where every class has rows. */
static int consider(struct study *s, enum features_scale scale, uint32_t device, uint32_t classes)
{
	bool windows = scale == FEATURES_WINDOW || scale == FEATURES_PAPER;
	struct task t = {
		.scale = scale, .device = device, .classes = classes, .method = METHOD_BOOST, .temperature = 1
	};
	_cleanup_free_ uint32_t *count = calloc(classes, sizeof(*count));
	const struct manifest *m = s->manifest;
	uint32_t empty;

	if (!count)
		return log_errno_r(-ENOMEM, "training");
	empty = empty_classes(s, &t, count);
	if (!empty || (windows && device == IMAGE_DEVICE_MODEL && empty < classes) || (windows && empty + 1 < classes))
		return add_task(s, &t);
	for (uint32_t c = 0; c < classes && empty < classes && !windows; c++)
		if (!count[c])
			log_debug("no %s model%s%s: nothing of \"%s\"", features_scale_name(scale),
				  device == IMAGE_DEVICE_MODEL ? "" : " of functions of ",
				  device == IMAGE_DEVICE_MODEL ? "" : m->devices.text[device],
				  device == IMAGE_DEVICE_MODEL ? m->devices.text[c] : m->functions[device].text[c]);
	return 0;
}

static int add_tasks(struct study *s)
{
	const struct manifest *m = s->manifest;
	int r = 0;

	s->tasks = calloc((size_t)FEATURES_SCALES * (1 + m->devices.count), sizeof(*s->tasks));
	if (!s->tasks)
		return log_errno_r(-ENOMEM, "training");
	for (int scale = 0; r == 0 && scale < FEATURES_SCALES; scale++) {
		bool functions = scale != FEATURES_RHYTHM;

		if (!s->data->scale[scale].count)
			continue;
		r = consider(s, (enum features_scale)scale, IMAGE_DEVICE_MODEL, m->devices.count);
		for (uint32_t d = 0; r == 0 && functions && d < m->devices.count; d++)
			if (m->functions[d].count)
				r = consider(s, (enum features_scale)scale, d, m->functions[d].count);
	}
	return r;
}

static int refuse_device(const struct manifest *m, uint32_t device)
{
	const struct manifest_row *row = m->rows;
	char mac[MAC_TEXT_SIZE];

	while (row->device != device || row->holdout)
		row++;
	return log_error_r(-EINVAL,
			   "%s:%u: nothing to train \"%s\" on: none of its captures has packets of %s: another MAC address, "
			   "or leave it out: --exclude-device",
			   m->path, row->line, m->devices.text[device], mac_format(row->mac, mac));
}

/* A device without a window cannot be learnt. */
static int check_device(const struct study *s, const struct rows *rows, uint32_t device)
{
	for (size_t i = 0; i < rows->count; i++)
		if (!rows->samples[i].holdout && rows->samples[i].device == device)
			return 0;
	return refuse_device(s->manifest, device);
}

int study_new(const struct manifest *manifest, const struct dataset *data, uint32_t seed, struct study *s)
{
	const struct rows *windows = &data->scale[data->scale[FEATURES_PAPER].count ? FEATURES_PAPER : FEATURES_WINDOW];
	int r = 0;

	*s = (struct study){ .manifest = manifest, .data = data, .seed = seed, .without = -1 };
	for (uint32_t d = 0; r == 0 && d < manifest->devices.count; d++)
		r = check_device(s, windows, d);
	return r == 0 ? add_tasks(s) : r;
}

uint32_t study_pair(const struct study *s, uint32_t device, int32_t function)
{
	const struct manifest *m = s->manifest;
	uint32_t first = 0;

	for (uint32_t d = 0; d < device; d++)
		first += m->functions[d].count ? m->functions[d].count : 1;
	return first + (function > 0 ? (uint32_t)function : 0);
}

bool study_measurable(const struct study *s, uint32_t device, int32_t function)
{
	return s->measurable[function < 0 ? device : s->manifest->devices.count + study_pair(s, device, function)];
}

static void note_fold(bool *measurable, int64_t *seen, uint32_t fold)
{
	*measurable |= *seen >= 0 && *seen != fold;
	*seen = fold;
}

static int find_measurable(struct study *s)
{
	uint32_t devices = s->manifest->devices.count, count = devices + study_pair(s, devices, -1);
	_cleanup_free_ int64_t *seen = calloc(count, sizeof(*seen));

	free(s->measurable);
	s->measurable = calloc(count, sizeof(*s->measurable));
	if (!seen || !s->measurable)
		return log_errno_r(-ENOMEM, "training");
	for (uint32_t i = 0; i < count; i++)
		seen[i] = -1;
	for (int scale = 0; scale < FEATURES_SCALES && s->folds.count; scale++)
		for (size_t i = 0; i < s->data->scale[scale].count; i++) {
			const struct sample *p = &s->data->scale[scale].samples[i];
			uint32_t fold = folds_of(&s->folds, p, i), pair = devices + study_pair(s, p->device, p->function);

			if (p->holdout)
				continue;
			note_fold(&s->measurable[p->device], &seen[p->device], fold);
			if (p->function >= 0)
				note_fold(&s->measurable[pair], &seen[pair], fold);
		}
	return 0;
}

int study_fold(struct study *s, enum grouping grouping, uint32_t most)
{
	int r;

	folds_free(&s->folds);
	r = folds_assign(s->manifest, grouping, most, s->seed, &s->folds);
	return r == 0 ? find_measurable(s) : r;
}

bool study_trained_on(const struct study *s, const struct sample *p, size_t index, int fold)
{
	if (p->holdout || (s->without >= 0 && p->device == (uint32_t)s->without))
		return false;
	return fold == STUDY_NO_FOLD || (int)folds_of(&s->folds, p, index) != fold;
}

/*
 * Rows of one trial are much alike: a tree that sees a few of them is no worse, differs more from the next and is grown
 * sooner. Sessions that have ended are told apart among themselves, by the first division of every tree: a session that
 * has just begun looks like many others, and trees that see both are worse at either (whole runs of Sentinel, types and
 * families: .955 and .984 mixed, .976 and .997 divided). What a function's session is does not end: one of its rows is
 * the whole.
 */
static const struct forest {
	uint32_t trees, rows, last; /* rows of a trial for a tree, and at its end */
	bool route;
} forests[FEATURES_SCALES] = { [FEATURES_WINDOW] = { 80, 60, 0, false },
			       [FEATURES_BURST] = { 80, 20, 0, false },
			       [FEATURES_RHYTHM] = { 80, 10, 0, false },
			       [FEATURES_SESSION] = { 160, 2, 2, true },
			       [FEATURES_PAPER] = { 80, 60, 0, false } };
static const struct forest function_session = { 80, 1, 1, false };

static int32_t session_ended(void)
{
	int32_t feature = 0;

	while (strcmp(features_name(FEATURES_SESSION, (size_t)feature), FEATURES_SESSION_ENDED) != 0)
		feature++;
	return feature;
}

static void set_forest(const struct task *t, struct problem *p)
{
	bool function = t->scale == FEATURES_SESSION && t->device != IMAGE_DEVICE_MODEL;
	const struct forest *f = function ? &function_session : &forests[t->scale];

	p->trees = f->trees;
	p->per_group = f->rows;
	p->last = f->last;
	p->route = f->route ? session_ended() : -1;
}

int study_train(const struct study *s, const struct task *t, int fold, struct learner **learner)
{
	const struct rows *rows = &s->data->scale[t->scale];
	_cleanup_(gathered_free) struct gathered g = { 0 };
	struct problem problem;
	int r;

	*learner = NULL;
	if (t->classes < 2)
		return 0;
	r = gathered_new(s, t->scale, &g);
	for (size_t i = 0; r == 0 && i < rows->count; i++) {
		int32_t label = study_label(t, &rows->samples[i]);

		if (label >= 0 && study_trained_on(s, &rows->samples[i], i, fold))
			gathered_add(&g, i, (uint32_t)label);
	}
	if (r < 0 || !g.count)
		return r;
	r = gathered_weigh(&g, t->classes);
	if (r < 0)
		return r;
	problem = (struct problem){ .x = g.x,
				    .width = g.width,
				    .labels = g.labels,
				    .weights = g.weights,
				    .groups = g.groups,
				    .count = g.count,
				    .classes = t->classes };
	set_forest(t, &problem);
	return learner_train(&problem, t->method, s->seed, learner);
}

/* Trees that were trained without a device have seen nothing of it, in any fold. */
bool study_predicted(const struct study *s, const struct sample *p, size_t index, int fold)
{
	if (fold == STUDY_NO_FOLD || p->holdout)
		return fold == STUDY_NO_FOLD && p->holdout;
	return (s->without >= 0 && p->device == (uint32_t)s->without) || (int)folds_of(&s->folds, p, index) == fold;
}

int study_predict(const struct study *s, struct task *t, struct learner *learner, int fold)
{
	const struct rows *rows = &s->data->scale[t->scale];
	_cleanup_(gathered_free) struct gathered g = { 0 };
	_cleanup_free_ float *logs = NULL;
	size_t size = t->classes * sizeof(float);
	int r = learner ? gathered_new(s, t->scale, &g) : 0;

	if (r < 0 || !learner)
		return r;
	for (size_t i = 0; i < rows->count; i++)
		if (study_predicted(s, &rows->samples[i], i, fold))
			gathered_add(&g, i, 0);
	logs = calloc(g.count + 1, size);
	if (!logs)
		return log_errno_r(-ENOMEM, "training");
	r = learner_predict(learner, g.x, g.count, logs);
	for (size_t i = 0; r == 0 && i < g.count; i++)
		memcpy(t->logs + g.index[i] * t->classes, logs + i * t->classes, size);
	return r;
}

int study_validate(const struct study *s, struct task *t, int fold)
{
	_cleanup_(learner_free_p) struct learner *learner = NULL;
	int r = study_train(s, t, fold, &learner);

	if (r == 0)
		r = study_predict(s, t, learner, fold);
	return r == 0 && t->fits ? ranges_validate(s, t, fold) : r;
}

void study_probabilities(const struct task *t, size_t i, float *p)
{
	const float *logs = t->logs + i * t->classes;
	float top = logs[0], sum = 0;

	for (uint32_t c = 1; c < t->classes; c++)
		top = logs[c] > top ? logs[c] : top;
	for (uint32_t c = 0; c < t->classes; c++)
		sum += p[c] = expf((logs[c] - top) / t->temperature);
	for (uint32_t c = 0; c < t->classes; c++)
		p[c] /= sum;
}
