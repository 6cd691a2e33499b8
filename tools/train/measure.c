/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/measure.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/model/image.h"

void measure_free(struct measure *m)
{
	free(m->output_first);
	free(m->function);
	free(m->group);
	free(m->session);
	free(m->group_sum);
	free(m->session_sum);
	free(m->group_n);
	free(m->session_n);
	free(m->device_p);
	free(m->function_p);
	free(m->measurable);
}

/* First row of the same trial and device, and of the same function where that matters. */
static uint32_t first_alike(const struct manifest *m, uint32_t row, bool function)
{
	uint32_t i = 0;

	while (m->rows[i].trial != m->rows[row].trial || m->rows[i].device != m->rows[row].device ||
	       (function && m->rows[i].function != m->rows[row].function))
		i++;
	return i;
}

static int measure_room(struct measure *m)
{
	const struct study *s = m->study;
	size_t rows = s->manifest->count;

	m->output_first = calloc(s->task_count, sizeof(*m->output_first));
	m->function = calloc(s->manifest->devices.count, sizeof(struct task *));
	m->group = calloc(rows, sizeof(*m->group));
	m->session = calloc(rows, sizeof(*m->session));
	m->group_n = calloc(rows, sizeof(*m->group_n));
	m->session_n = calloc(rows, sizeof(*m->session_n));
	m->device_p = calloc(s->data->count + 1, sizeof(*m->device_p));
	m->function_p = calloc(s->data->count + 1, sizeof(*m->function_p));
	for (uint32_t t = 0; t < s->task_count; t++)
		m->outputs += s->tasks[t].classes;
	m->group_sum = calloc(rows * m->outputs, sizeof(double));
	m->session_sum = calloc(rows * m->outputs, sizeof(double));
	m->measurable = calloc(m->outputs, sizeof(*m->measurable));
	return m->measurable && m->output_first && m->function && m->group && m->session && m->group_n &&
			       m->session_n && m->device_p && m->function_p && m->group_sum && m->session_sum ?
		       0 :
		       -ENOMEM;
}

/* Has the label trials in more than one fold, so that trees were trained on some while others were tested? */
static bool measurable(const struct study *s, uint32_t device, int32_t function)
{
	int64_t fold = -1;

	for (size_t i = 0; i < s->data->count; i++) {
		const struct sample *p = &s->data->samples[i];

		if (p->holdout || p->device != device || (function >= 0 && p->function != function))
			continue;
		if (fold >= 0 && fold != s->fold[p->trial])
			return true;
		fold = s->fold[p->trial];
	}
	return false;
}

/* Outputs of the labels that can be measured. */
static void find_measurable(struct measure *m)
{
	const struct study *s = m->study;

	for (uint32_t t = 0; t < s->task_count; t++)
		for (uint32_t c = 0; c < s->tasks[t].classes; c++)
			m->measurable[m->output_first[t] + c] =
				m->holdout ||
				(t ? measurable(s, s->tasks[t].device, (int32_t)c) : measurable(s, c, -1));
}

int measure_new(struct measure *m)
{
	const struct study *s = m->study;
	uint32_t output = 0;

	if (measure_room(m) < 0)
		return -ENOMEM;
	for (uint32_t t = 0; t < s->task_count; t++) {
		m->output_first[t] = output;
		output += s->tasks[t].classes;
		if (s->tasks[t].device != IMAGE_DEVICE_MODEL)
			m->function[s->tasks[t].device] = &s->tasks[t];
	}
	for (uint32_t i = 0; i < s->manifest->count; i++) {
		m->group[i] = first_alike(s->manifest, i, true);
		m->session[i] = first_alike(s->manifest, i, false);
	}
	find_measurable(m);
	return 0;
}
