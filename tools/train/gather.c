/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/gather.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"

void gathered_free(struct gathered *g)
{
	free(g->index);
	free(g->x);
	free(g->labels);
	free(g->groups);
	free(g->weights);
}

int gathered_new(const struct study *s, enum features_scale scale, struct gathered *g)
{
	size_t count = s->data->scale[scale].count + 1;

	*g = (struct gathered){ .study = s, .scale = scale, .width = features_count(scale) };
	g->index = calloc(count, sizeof(*g->index));
	g->x = calloc(count, g->width * sizeof(float));
	g->labels = calloc(count, sizeof(*g->labels));
	g->groups = calloc(count, sizeof(*g->groups));
	g->weights = calloc(count, sizeof(*g->weights));
	return g->index && g->x && g->labels && g->groups && g->weights ? 0 : log_errno_r(-ENOMEM, "training");
}

void gathered_add(struct gathered *g, size_t row, uint32_t label)
{
	memcpy(g->x + g->count * g->width, dataset_row(g->study->data, g->scale, row), g->width * sizeof(float));
	g->index[g->count] = row;
	g->groups[g->count] = g->study->data->scale[g->scale].samples[row].row;
	g->labels[g->count++] = label;
}

int gathered_weigh(struct gathered *g, uint32_t classes)
{
	const struct sample *samples = g->study->data->scale[g->scale].samples;
	_cleanup_free_ double *class_sum = calloc(classes, sizeof(double));
	_cleanup_free_ double *row_count = calloc(g->study->manifest->count, sizeof(double));

	if (!class_sum || !row_count)
		return log_errno_r(-ENOMEM, "training");
	for (size_t i = 0; i < g->count; i++)
		row_count[samples[g->index[i]].row]++;
	for (size_t i = 0; i < g->count; i++)
		class_sum[g->labels[i]] += 1 / sqrt(row_count[samples[g->index[i]].row]);
	for (size_t i = 0; i < g->count; i++) {
		double own = 1 / sqrt(row_count[samples[g->index[i]].row]);

		g->weights[i] = (float)(own / class_sum[g->labels[i]] * (double)g->count / classes);
	}
	return 0;
}
