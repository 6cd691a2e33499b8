/* SPDX-License-Identifier: BSD-2-Clause */

/* Decisions on units, counted. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/image.h"
#include "tools/train/results.h"

void decisions_free(const struct study *s, struct decisions *d)
{
	matrix_free(&d->device);
	matrix_free(&d->both);
	for (uint32_t i = 0; d->function && i < s->manifest->devices.count; i++)
		matrix_free(&d->function[i]);
	free(d->function);
	*d = (struct decisions){ 0 };
}

int decisions_new(const struct study *s, struct decisions *d)
{
	uint32_t devices = s->manifest->devices.count;
	int r;

	*d = (struct decisions){ .function = calloc(devices, sizeof(*d->function)) };
	r = d->function ? matrix_new(devices, &d->device) : -ENOMEM;
	if (r == 0)
		r = matrix_new(study_pair(s, devices, -1), &d->both);
	for (uint32_t i = 0; r == 0 && i < devices; i++)
		r = matrix_new(s->manifest->functions[i].count, &d->function[i]);
	return r;
}

double decisions_function(const struct study *s, const struct decisions *d, double *macro_f1)
{
	double right = 0, f1 = 0;
	uint32_t total = 0, classes = 0;

	for (uint32_t i = 0; i < s->manifest->devices.count; i++) {
		const struct matrix *m = &d->function[i];

		for (uint32_t c = 0; c < m->classes; c++) {
			uint32_t n = matrix_total(m, c);

			right += m->cells[c * m->classes + c];
			total += n;
			f1 += n ? matrix_f1(m, c) : 0;
			classes += n > 0;
		}
	}
	if (macro_f1)
		*macro_f1 = classes ? f1 / classes : NAN;
	return total ? right / total : NAN;
}

double decisions_family(const struct study *s, const struct decisions *d)
{
	const struct manifest *m = s->manifest;
	_cleanup_free_ uint32_t *group = calloc(m->devices.count, sizeof(*group));
	bool any = false;

	if (!group)
		return NAN;
	for (uint32_t i = 0; i < m->devices.count; i++) {
		group[i] = i;
		for (uint32_t k = 0; m->family[i] && k < i; k++)
			if (m->family[k] && !strcmp(m->family[k], m->family[i]))
				group[i] = group[k];
		any |= m->family[i] != NULL;
	}
	return any ? matrix_merged_accuracy(&d->device, group) : NAN;
}

static uint32_t largest(const float *p, uint32_t n)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < n; i++)
		best = p[i] > p[best] ? i : best;
	return best;
}

/* The pair with the largest product. A device whose functions cannot be told counts with P(device). */
static uint32_t best_pair(const struct units *u, size_t unit, const struct mix *mix, const float *device)
{
	const struct study *s = u->study;
	float p[IMAGE_FUNCTIONS_MAX], best = -1;
	uint32_t pair = 0;

	for (uint32_t d = 0; d < s->manifest->devices.count; d++) {
		float product = device[d];
		uint32_t f = 0;

		if (product <= best)
			continue;
		if (units_function(u, unit, d, mix, p)) {
			f = largest(p, s->manifest->functions[d].count);
			product *= p[f];
		}
		if (product > best) {
			best = product;
			pair = study_pair(s, d, (int32_t)f);
		}
	}
	return pair;
}

static void decide_device(const struct units *u, size_t i, const struct mix *mix, struct decisions *out)
{
	const struct manifest *m = u->study->manifest;
	float p[IMAGE_DEVICES_MAX];

	if (units_device(u, i, mix, p))
		matrix_count(&out->device, m->rows[u->unit[i].row].device, largest(p, m->devices.count));
	else
		out->undecided++;
}

/* With a single device there is nothing to decide but its function. */
static void decide_function(const struct units *u, size_t i, const struct mix *mix, struct decisions *out)
{
	const struct manifest *m = u->study->manifest;
	const struct manifest_row *row = &m->rows[u->unit[i].row];
	float device[IMAGE_DEVICES_MAX] = { 1 }, p[IMAGE_FUNCTIONS_MAX];

	if (units_function(u, i, row->device, mix, p))
		matrix_count(&out->function[row->device], (uint32_t)row->function,
			     largest(p, m->functions[row->device].count));
	if (m->devices.count == 1 || units_device(u, i, mix, device))
		matrix_count(&out->both, study_pair(u->study, row->device, row->function),
			     best_pair(u, i, mix, device));
	else
		out->undecided++;
}

int decisions_view(const struct study *s, const struct view *view, const struct mix *mixes, struct decisions *out)
{
	_cleanup_(units_free) struct units u = { 0 };
	int r = units_new(s, view, &u);

	for (size_t i = 0; r == 0 && i < u.count; i++) {
		if (view->functions)
			decide_function(&u, i, &mixes[u.unit[i].fold], out);
		else
			decide_device(&u, i, &mixes[u.unit[i].fold], out);
	}
	return r;
}
