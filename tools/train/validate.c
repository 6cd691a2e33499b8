/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/validate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/model/image.h"
#include "tools/train/progress.h"

/* Weights must do for a device that has said that much, too. */
static const uint32_t first_packets[] = { UINT32_MAX, 30, 100 };

enum { STAGES = sizeof(first_packets) / sizeof(first_packets[0]) };

void validation_free(struct validation *v)
{
	for (int g = 0; g < GROUPINGS; g++)
		results_free(&v->results[g]);
	free(v->mixes);
	*v = (struct validation){ 0 };
}

/* Do rows of one group of `finer` share a group of the coarser one with rows of another? Otherwise both are the same. */
static bool differs(const struct manifest *m, enum grouping grouping)
{
	if (grouping == GROUP_PERSON)
		return m->people.count > 1;
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < i; k++)
			if (m->rows[i].file == m->rows[k].file && m->rows[i].trial != m->rows[k].trial)
				return m->files.count > 1;
	return false;
}

/* Random windows are split for the paper's comparison alone, which has windows only. */
static bool is_validated(const struct study *s, const struct task *t)
{
	if (t->classes < 2)
		return false;
	return s->folds.grouping != GROUP_WINDOW || t->scale == FEATURES_WINDOW || t->scale == FEATURES_PAPER;
}

static double work_of(const struct study *s, const struct task *t)
{
	return (double)t->classes * (double)s->data->scale[t->scale].count;
}

static int validate_tasks(struct study *s)
{
	struct progress progress;
	double work = 0;
	char title[64];
	int r = 0;

	snprintf(title, sizeof(title), "validating by %s", grouping_name(s->folds.grouping));
	for (uint32_t t = 0; t < s->task_count; t++)
		work += is_validated(s, &s->tasks[t]) ? work_of(s, &s->tasks[t]) * s->folds.count : 0;
	progress_begin(&progress, title, work);
	for (uint32_t t = 0; t < s->task_count; t++)
		for (uint32_t fold = 0; r == 0 && is_validated(s, &s->tasks[t]) && fold < s->folds.count; fold++) {
			r = study_validate(s, &s->tasks[t], (int)fold);
			progress_step(&progress, work_of(s, &s->tasks[t]));
		}
	progress_end(&progress);
	return r;
}

/* Mean logarithmic loss of a task's rows in one fold. */
static void task_loss(const struct study *s, const struct task *t, uint32_t fold, double *sum, size_t *n)
{
	const struct rows *rows = &s->data->scale[t->scale];
	float p[IMAGE_DEVICES_MAX];

	for (size_t i = 0; i < rows->count; i++) {
		const struct sample *sample = &rows->samples[i];
		int32_t label = study_label(t, sample);

		if (label < 0 || sample->holdout || folds_of(&s->folds, sample, i) != fold)
			continue;
		study_probabilities(t, i, p);
		*sum -= log(fmax(p[label], FUSION_FLOOR));
		++*n;
	}
}

static bool is_stage(const struct task *t, enum features_scale scale, bool functions)
{
	return t->scale == scale && t->classes > 1 && (t->device != IMAGE_DEVICE_MODEL) == functions;
}

/* All tasks of one stage and scale by one method on the first fold; INFINITY where there is none. */
static int stage_loss(struct study *s, enum features_scale scale, bool functions, enum method method, double *loss)
{
	double sum = 0;
	size_t n = 0;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < s->task_count; i++) {
		struct task *t = &s->tasks[i];

		if (!is_stage(t, scale, functions))
			continue;
		t->method = method;
		r = study_validate(s, t, 0);
		if (r == 0)
			task_loss(s, t, 0, &sum, &n);
	}
	*loss = n ? sum / (double)n : INFINITY;
	return r;
}

static int choose_stage(struct study *s, enum features_scale scale, bool functions, struct progress *progress)
{
	enum method best = METHOD_EXTRA;
	double least = INFINITY;
	int r = 0;

	for (int method = 0; r == 0 && method < METHODS; method++) {
		double loss;

		r = stage_loss(s, scale, functions, (enum method)method, &loss);
		if (loss < least) {
			least = loss;
			best = (enum method)method;
		}
		progress_step(progress, 1);
	}
	for (uint32_t i = 0; i < s->task_count; i++)
		if (is_stage(&s->tasks[i], scale, functions))
			s->tasks[i].method = best;
	if (r == 0 && isfinite(least))
		log_info("%s of %s: %s does best on the first fold", functions ? "functions" : "devices",
			 features_scale_name(scale), method_name(best));
	return r;
}

static int choose_methods(struct study *s, enum method method)
{
	struct progress progress;
	int r = 0;

	for (uint32_t i = 0; i < s->task_count; i++)
		s->tasks[i].method = method == METHOD_AUTO ? METHOD_EXTRA : method;
	if (method != METHOD_AUTO || !s->folds.count)
		return 0;
	progress_begin(&progress, "choosing methods", 2.0 * FEATURES_SCALES * METHODS);
	for (int scale = 0; r == 0 && scale < FEATURES_SCALES; scale++) {
		r = choose_stage(s, (enum features_scale)scale, false, &progress);
		if (r == 0)
			r = choose_stage(s, (enum features_scale)scale, true, &progress);
	}
	progress_end(&progress);
	return r;
}

/* Weights of one stage, for each fold by the others and for all. */
static int fit_stage(const struct study *s, bool functions, struct validation *v)
{
	struct units units[STAGES] = { 0 };
	int r = 0;

	for (int i = 0; r == 0 && i < STAGES; i++) {
		const struct view view = { .packets = first_packets[i], .every = INFINITY, .functions = functions };

		r = units_new(s, &view, &units[i]);
	}
	for (uint32_t fold = 0; r == 0 && fold < s->folds.count; fold++)
		mix_fit(units, STAGES, (int)fold, &v->mixes[fold]);
	if (r == 0)
		mix_fit(units, STAGES, STUDY_NO_FOLD, &v->mix);
	for (int i = 0; i < STAGES; i++)
		units_free(&units[i]);
	return r;
}

static int fit(const struct study *s, struct validation *v)
{
	int r;

	free(v->mixes);
	v->mixes = calloc(s->folds.count + 1, sizeof(*v->mixes));
	if (!v->mixes)
		return log_errno_r(-ENOMEM, "training");
	v->mix = mix_equal();
	for (uint32_t fold = 0; fold <= s->folds.count; fold++)
		v->mixes[fold] = mix_equal();
	if (s->folds.grouping == GROUP_WINDOW || !s->folds.count)
		return 0;
	r = fit_stage(s, false, v);
	return r == 0 ? fit_stage(s, true, v) : r;
}

static int validate_by(struct study *s, enum grouping grouping, const struct validate_options *o, struct validation *v)
{
	int r = study_fold(s, grouping, o->folds);

	if (r == 0 && s->folds.count)
		r = validate_tasks(s);
	if (r < 0)
		return r;
	mix_calibrate(s);
	r = fit(s, v);
	return r == 0 ? results_measure(s, v->mixes, false, &v->results[grouping]) : r;
}

static bool list_has(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
		if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

static bool is_wanted(const struct study *s, enum grouping grouping, const char *by)
{
	if (grouping == GROUP_TRIAL)
		return true;
	if (by && !list_has(by, grouping_name(grouping)))
		return false;
	return grouping == GROUP_WINDOW || differs(s->manifest, grouping);
}

/* By trial at the end, so that what is published rests on it; the methods are chosen by it at the beginning. */
int validate(struct study *s, const struct validate_options *o, struct validation *v)
{
	static const enum grouping order[] = { GROUP_WINDOW, GROUP_CAPTURE, GROUP_PERSON, GROUP_TRIAL };
	int r = study_fold(s, GROUP_TRIAL, o->folds);

	*v = (struct validation){ 0 };
	if (r == 0)
		r = choose_methods(s, o->method);
	for (int i = 0; r == 0 && i < GROUPINGS; i++)
		if (is_wanted(s, order[i], o->by))
			r = validate_by(s, order[i], o, v);
	return r;
}
