/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/results.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include <iotbpf/limits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/image.h"


void results_free(struct results *r)
{
	if (!r->study)
		return;
	for (uint32_t d = 0; r->function_threshold && d < r->study->manifest->devices.count; d++)
		free(r->function_threshold[d]);
	decisions_free(r->study, &r->window);
	decisions_free(r->study, &r->trial);
	free(r->likeness);
	free(r->device_threshold);
	free(r->function_threshold);
	*r = (struct results){ 0 };
}

static int results_new(const struct study *s, struct results *r)
{
	uint32_t devices = s->manifest->devices.count;

	*r = (struct results){ .study = s, .grouping = s->folds.grouping, .folds = s->folds.count };
	r->device_threshold = calloc(devices, sizeof(float));
	r->function_threshold = calloc(devices, sizeof(float *));
	if (!r->device_threshold || !r->function_threshold)
		return -ENOMEM;
	for (uint32_t d = 0; d < devices; d++) {
		r->function_threshold[d] = calloc(s->manifest->functions[d].count + 1, sizeof(float));
		if (!r->function_threshold[d])
			return -ENOMEM;
	}
	return decisions_new(s, &r->window) < 0 || decisions_new(s, &r->trial) < 0 ? -ENOMEM : 0;
}

static uint32_t largest(const float *p, uint32_t n)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < n; i++)
		best = p[i] > p[best] ? i : best;
	return best;
}

static enum features_scale window_scale(const struct study *s)
{
	return s->data->scale[FEATURES_PAPER].count ? FEATURES_PAPER : FEATURES_WINDOW;
}

/* The pair with the largest product for one window. */
static uint32_t window_pair(const struct study *s, enum features_scale scale, size_t i, const float *device)
{
	float p[IMAGE_FUNCTIONS_MAX], best = -1;
	uint32_t pair = 0;

	for (uint32_t d = 0; d < s->manifest->devices.count; d++) {
		const struct task *t = study_function_task(s, scale, d);
		float product = device[d];
		uint32_t f = 0;

		if (product <= best)
			continue;
		if (t) {
			study_probabilities(t, i, p);
			f = largest(p, t->classes);
			product *= p[f];
		}
		if (product > best) {
			best = product;
			pair = study_pair(s, d, (int32_t)f);
		}
	}
	return pair;
}

static void count_window(struct results *r, enum features_scale scale, size_t i, float *right_device, float *right_function)
{
	const struct study *s = r->study;
	const struct sample *sample = &s->data->scale[scale].samples[i];
	const struct task *devices = study_device_task(s, scale);
	const struct task *functions = sample->function < 0 ? NULL : study_function_task(s, scale, sample->device);
	float p[IMAGE_DEVICES_MAX] = { 1 };
	uint32_t told;

	if (devices->classes > 1)
		study_probabilities(devices, i, p);
	told = largest(p, devices->classes);
	matrix_count(&r->window.device, sample->device, told);
	*right_device = told == sample->device ? p[told] : 0;
	*right_function = 0;
	if (!functions || (!sample->holdout && !study_measurable(s, sample->device, sample->function)))
		return;
	matrix_count(&r->window.both, study_pair(s, sample->device, sample->function),
		     window_pair(s, scale, i, p));
	study_probabilities(functions, i, p);
	told = largest(p, functions->classes);
	matrix_count(&r->window.function[sample->device], (uint32_t)sample->function, told);
	*right_function = told == (uint32_t)sample->function ? p[told] : 0;
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* 2 % quantile of the probabilities of a label's right windows. */
static float threshold(const struct rows *rows, const float *p, uint32_t device, int32_t function, float *room)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct sample *s = &rows->samples[i];

		if (s->device == device && (function < 0 || s->function == function) && p[i] > 0)
			room[n++] = p[i];
	}
	qsort(room, n, sizeof(*room), by_value);
	return n ? room[n / 50] : 0;
}

static bool is_counted(const struct study *s, const struct sample *p, bool holdout)
{
	return p->holdout == holdout && p->packets == IOT_WINDOW && (holdout || study_measurable(s, p->device, -1));
}

static int count_windows(struct results *r, bool holdout)
{
	const struct study *s = r->study;
	enum features_scale scale = window_scale(s);
	const struct rows *rows = &s->data->scale[scale];
	_cleanup_free_ float *device = calloc(rows->count + 1, sizeof(float));
	_cleanup_free_ float *function = calloc(rows->count + 1, sizeof(float));
	_cleanup_free_ float *room = calloc(rows->count + 1, sizeof(float));

	if (!device || !function || !room)
		return -ENOMEM;
	for (size_t i = 0; study_device_task(s, scale) && i < rows->count; i++)
		if (is_counted(s, &rows->samples[i], holdout))
			count_window(r, scale, i, &device[i], &function[i]);
	for (uint32_t d = 0; d < s->manifest->devices.count; d++) {
		r->device_threshold[d] = threshold(rows, device, d, -1, room);
		for (uint32_t f = 0; f < s->manifest->functions[d].count; f++)
			r->function_threshold[d][f] = threshold(rows, function, d, (int32_t)f, room);
	}
	return 0;
}

static int by_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* How like the right type trials are, where that was told. */
static int list_likeness(struct results *r, const struct mix *mixes)
{
	const struct study *s = r->study;
	const struct view view = { .packets = UINT32_MAX, .every = INFINITY };
	_cleanup_(units_free) struct units u = { 0 };
	float p[IMAGE_DEVICES_MAX];
	int e = units_new(s, &view, &u);

	if (e < 0)
		return e;
	r->likeness = calloc(u.count + 1, sizeof(*r->likeness));
	if (!r->likeness)
		return -ENOMEM;
	for (size_t i = 0; i < u.count; i++) {
		const struct mix *mix = &mixes[u.unit[i].fold];
		uint32_t device = s->manifest->rows[u.unit[i].row].device;

		if (units_device(&u, i, mix, p) && largest(p, s->manifest->devices.count) == device)
			r->likeness[r->likenesses++] = units_likeness(&u, i, mix, device, false);
	}
	qsort(r->likeness, r->likenesses, sizeof(*r->likeness), by_double);
	return 0;
}

float results_unknown(const struct results *r)
{
	return r->likenesses ? (float)r->likeness[r->likenesses / 50] : 0;
}

int results_measure(const struct study *s, const struct mix *mixes, bool holdout, struct results *r)
{
	struct view view = { .packets = UINT32_MAX, .every = INFINITY, .holdout = holdout };
	int e = results_new(s, r);

	if (e == 0 && (holdout || s->folds.count))
		e = count_windows(r, holdout);
	if (e < 0)
		return log_errno_r(e, "measuring");
	if (!holdout && (s->folds.grouping == GROUP_WINDOW || !s->folds.count))
		return 0;
	e = decisions_view(s, &view, mixes, &r->trial);
	view.functions = true;
	if (e == 0)
		e = decisions_view(s, &view, mixes, &r->trial);
	return e == 0 && !holdout ? list_likeness(r, mixes) : e;
}
