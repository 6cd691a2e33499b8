/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/matrix.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

int matrix_new(uint32_t classes, struct matrix *m)
{
	*m = (struct matrix){ .classes = classes, .cells = calloc((size_t)classes * classes + 1, sizeof(uint32_t)) };
	return m->cells ? 0 : -ENOMEM;
}

void matrix_free(struct matrix *m)
{
	free(m->cells);
	*m = (struct matrix){ 0 };
}

static uint32_t told(const struct matrix *m, uint32_t class)
{
	uint32_t sum = 0;

	for (uint32_t t = 0; t < m->classes; t++)
		sum += m->cells[t * m->classes + class];
	return sum;
}

uint32_t matrix_total(const struct matrix *m, uint32_t truth)
{
	uint32_t sum = 0, from = truth == UINT32_MAX ? 0 : truth, to = truth == UINT32_MAX ? m->classes : truth + 1;

	for (uint32_t i = from * m->classes; i < to * m->classes; i++)
		sum += m->cells[i];
	return sum;
}

double matrix_accuracy(const struct matrix *m)
{
	uint32_t total = matrix_total(m, UINT32_MAX), right = 0;

	for (uint32_t c = 0; c < m->classes; c++)
		right += m->cells[c * m->classes + c];
	return total ? (double)right / total : NAN;
}

double matrix_recall(const struct matrix *m, uint32_t truth)
{
	uint32_t total = matrix_total(m, truth);

	return total ? (double)m->cells[truth * m->classes + truth] / total : NAN;
}

double matrix_f1(const struct matrix *m, uint32_t class)
{
	uint32_t both = matrix_total(m, class) + told(m, class);

	return both ? 2.0 * m->cells[class * m->classes + class] / both : NAN;
}

static double mean(const struct matrix *m, double (*value)(const struct matrix *, uint32_t))
{
	double sum = 0;
	uint32_t n = 0;

	for (uint32_t c = 0; c < m->classes; c++) {
		if (!matrix_total(m, c))
			continue;
		sum += value(m, c);
		n++;
	}
	return n ? sum / n : NAN;
}

double matrix_macro_recall(const struct matrix *m)
{
	return mean(m, matrix_recall);
}

double matrix_macro_f1(const struct matrix *m)
{
	return mean(m, matrix_f1);
}

double matrix_merged_accuracy(const struct matrix *m, const uint32_t *group)
{
	uint32_t total = matrix_total(m, UINT32_MAX), right = 0;

	for (uint32_t a = 0; a < m->classes; a++)
		for (uint32_t b = 0; b < m->classes; b++)
			right += group[a] == group[b] ? m->cells[a * m->classes + b] : 0;
	return total ? (double)right / total : NAN;
}
