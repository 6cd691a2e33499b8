/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/results.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <iotbpf/limits.h>

#include "agent/base/log.h"
#include "tools/train/measure.h"

double tally_share(struct tally t)
{
	return t.total ? (double)t.right / t.total : NAN;
}

static void tally(struct tally *t, bool right)
{
	t->right += right;
	t->total++;
}

void results_free(struct results *r)
{
	for (uint32_t d = 0; r->functions && d < r->device_count; d++)
		free(r->functions[d]);
	free(r->functions);
	free(r->devices);
	*r = (struct results){ 0 };
}

static int results_new(const struct study *s, struct results *r)
{
	uint32_t devices = s->manifest->devices.count;

	*r = (struct results){ .device_count = devices };
	r->devices = calloc(devices, sizeof(*r->devices));
	r->functions = calloc(devices, sizeof(*r->functions));
	if (!r->devices || !r->functions)
		return -ENOMEM;
	for (uint32_t d = 0; d < devices; d++) {
		r->functions[d] = calloc(s->manifest->functions[d].count + 1, sizeof(**r->functions));
		if (!r->functions[d])
			return -ENOMEM;
	}
	return 0;
}

/* ln P of all classes of all tasks for one sample. */
static void log_outputs(const struct measure *m, size_t sample, double *out)
{
	for (uint32_t t = 0; t < m->study->task_count; t++) {
		const struct task *task = &m->study->tasks[t];
		const float *margins = task->margins + sample * task->classes;
		double top = margins[0], sum = 0;

		for (uint32_t c = 1; c < task->classes; c++)
			top = margins[c] > top ? margins[c] : top;
		for (uint32_t c = 0; c < task->classes; c++)
			sum += exp((margins[c] - top) / task->temperature);
		for (uint32_t c = 0; c < task->classes; c++)
			*out++ = (margins[c] - top) / task->temperature - log(sum);
	}
}

static uint32_t largest(const double *values, uint32_t n)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < n; i++)
		best = values[i] > values[best] ? i : best;
	return best;
}

static const double *function_outputs(const struct measure *m, const double *outputs, uint32_t device)
{
	return outputs + m->output_first[m->function[device] - m->study->tasks];
}

/* Is the pair with the largest product this one? A device without functions counts with P(device). */
static bool both_right(const struct measure *m, const double *outputs, uint32_t device, uint32_t function)
{
	double best = -INFINITY;
	bool right = false;

	for (uint32_t d = 0; d < m->out->device_count; d++) {
		double p = outputs[d];
		uint32_t f = 0;

		if (m->function[d]) {
			f = largest(function_outputs(m, outputs, d), m->function[d]->classes);
			p += function_outputs(m, outputs, d)[f];
		}
		if (p > best) {
			best = p;
			right = d == device && f == function;
		}
	}
	return right;
}

static bool is_tested(const struct measure *m, const struct sample *p)
{
	if (m->holdout)
		return p->holdout;
	return !p->holdout && m->study->fold[p->trial] < m->folds;
}

/* Can this function of this device be measured? */
static bool function_measurable(const struct measure *m, uint32_t device, int32_t function)
{
	if (function < 0)
		return false;
	return m->measurable[m->output_first[m->function[device] - m->study->tasks] + (uint32_t)function];
}

static void count_function(struct measure *m, size_t sample, const double *outputs)
{
	const struct sample *p = &m->study->data->samples[sample];
	const struct task *task = m->function[p->device];
	const double *own = function_outputs(m, outputs, p->device);
	bool right = largest(own, task->classes) == (uint32_t)p->function;

	tally(&m->out->function_window, right);
	tally(&m->out->functions[p->device][p->function].window, right);
	tally(&m->out->both_window, both_right(m, outputs, p->device, (uint32_t)p->function));
	m->function_p[sample] = right ? (float)exp(own[p->function]) : 0;
}

static void count_window(struct measure *m, size_t sample, const double *outputs)
{
	const struct sample *p = &m->study->data->samples[sample];
	bool right = largest(outputs, m->out->device_count) == p->device;

	if (p->packets == 10 || p->packets == 20)
		tally(&m->out->early[p->packets / 20], right);
	if (p->packets < IOT_WINDOW)
		return;
	tally(&m->out->device_window, right);
	tally(&m->out->devices[p->device].window, right);
	m->device_p[sample] = right ? (float)exp(outputs[p->device]) : 0;
	if (function_measurable(m, p->device, p->function))
		count_function(m, sample, outputs);
}

static void count_session(struct measure *m, const struct manifest_row *row, const double *outputs)
{
	bool right = largest(outputs, m->out->device_count) == row->device;

	tally(&m->out->device_trial, right);
	tally(&m->out->devices[row->device].trial, right);
}

static void count_group(struct measure *m, const struct manifest_row *row, const double *outputs)
{
	const struct task *task = m->function[row->device];
	bool right = largest(function_outputs(m, outputs, row->device), task->classes) == (uint32_t)row->function;

	tally(&m->out->function_trial, right);
	tally(&m->out->functions[row->device][row->function].trial, right);
	tally(&m->out->both_trial, both_right(m, outputs, row->device, (uint32_t)row->function));
}

static void add_outputs(double *sum, const double *outputs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		sum[i] += outputs[i];
}

static int count_samples(struct measure *m)
{
	_cleanup_free_ double *outputs = calloc(m->outputs, sizeof(double));

	if (!outputs)
		return -ENOMEM;
	for (size_t i = 0; i < m->study->data->count; i++) {
		const struct sample *p = &m->study->data->samples[i];

		if (!is_tested(m, p) || !m->measurable[p->device])
			continue;
		log_outputs(m, i, outputs);
		count_window(m, i, outputs);
		add_outputs(m->session_sum + (size_t)m->session[p->row] * m->outputs, outputs, m->outputs);
		m->session_n[m->session[p->row]]++;
		if (p->function < 0)
			continue;
		add_outputs(m->group_sum + (size_t)m->group[p->row] * m->outputs, outputs, m->outputs);
		m->group_n[m->group[p->row]]++;
	}
	return 0;
}

static void count_trials(struct measure *m)
{
	const struct manifest *manifest = m->study->manifest;

	for (uint32_t i = 0; i < manifest->count; i++) {
		const struct manifest_row *row = &manifest->rows[i];

		if (m->session_n[i])
			count_session(m, row, m->session_sum + (size_t)i * m->outputs);
		if (m->group_n[i] && function_measurable(m, row->device, row->function))
			count_group(m, row, m->group_sum + (size_t)i * m->outputs);
	}
}

/* What each label was trained on. */
static void count_training(struct measure *m)
{
	const struct manifest *manifest = m->study->manifest;

	for (size_t i = 0; i < m->study->data->count; i++) {
		const struct sample *p = &m->study->data->samples[i];

		if (p->holdout)
			continue;
		m->out->devices[p->device].windows++;
		if (p->function >= 0)
			m->out->functions[p->device][p->function].windows++;
	}
	for (uint32_t i = 0; i < manifest->count; i++) {
		const struct manifest_row *row = &manifest->rows[i];

		if (row->holdout)
			continue;
		m->out->devices[row->device].trials += m->session[i] == i;
		if (row->function >= 0)
			m->out->functions[row->device][row->function].trials += m->group[i] == i;
	}
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* 2 % quantile of the probabilities of a label's right windows; `room` is for as many floats as there are samples. */
static float threshold(const struct measure *m, uint32_t device, int32_t function, float *room)
{
	const float *p = function < 0 ? m->device_p : m->function_p;
	size_t n = 0;

	for (size_t i = 0; i < m->study->data->count; i++) {
		const struct sample *s = &m->study->data->samples[i];

		if (s->device == device && (function < 0 || s->function == function) && p[i] > 0)
			room[n++] = p[i];
	}
	qsort(room, n, sizeof(*room), by_value);
	return n ? room[n / 50] : 0;
}

static int find_thresholds(struct measure *m)
{
	_cleanup_free_ float *room = calloc(m->study->data->count + 1, sizeof(*room));

	if (!room)
		return -ENOMEM;
	for (uint32_t d = 0; d < m->out->device_count; d++) {
		m->out->devices[d].threshold = threshold(m, d, -1, room);
		for (uint32_t f = 0; f < m->study->manifest->functions[d].count; f++)
			m->out->functions[d][f].threshold = threshold(m, d, (int32_t)f, room);
	}
	return 0;
}

int results_measure(const struct study *study, bool holdout, uint32_t folds, struct results *out)
{
	_cleanup_(measure_free) struct measure m = { .study = study, .out = out, .holdout = holdout, .folds = folds };
	int r = results_new(study, out);

	if (r == 0)
		r = measure_new(&m);
	if (r == 0)
		r = count_samples(&m);
	if (r < 0)
		return log_errno_r(r, "measuring");
	count_trials(&m);
	count_training(&m);
	r = find_thresholds(&m);
	return r < 0 ? log_errno_r(r, "measuring") : 0;
}
