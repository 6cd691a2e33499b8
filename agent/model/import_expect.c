/* SPDX-License-Identifier: BSD-2-Clause */

/* What an imported model should say, taken from its nodes as they were read, and rows that are worth asking. */

#include <math.h>
#include <stdlib.h>

#include "agent/model/image.h"
#include "agent/model/import.h"

static bool goes_left(const struct pack_node *n, float x)
{
	if (isnan(x) || (n->zero_missing && fabsf(x) <= IMAGE_ZERO))
		return n->missing_left;
	return n->all_left || x < n->threshold;
}

static const struct pack_node *leaf_of(const struct pack_tree *tree, const float *row)
{
	const struct pack_node *n = tree->nodes;

	/* No way is longer than a tree has nodes, unless it goes round. */
	for (uint32_t steps = 0; !n->leaf && steps < tree->count; steps++) {
		uint32_t next = goes_left(n, row[n->feature]) ? n->left : n->right;

		if (next >= tree->count)
			break;
		n = &tree->nodes[next];
	}
	return n;
}

static void add(const struct pack_ensemble *e, const struct pack_tree *tree, const float *row, double *sum)
{
	const struct pack_node *n = leaf_of(tree, row);

	for (uint32_t c = 0; e->vectors && n->vector < e->vector_count && c < e->classes; c++)
		sum[c] += (double)e->vectors[(size_t)n->vector * e->classes + c];
	if (e->vectors)
		return;
	sum[tree->label] += (double)n->value;
	if (e->link == PACK_SOFTMAX_FLOAT)
		sum[tree->label] = (double)(float)sum[tree->label];
}

void import_expect(const struct pack_ensemble *e, const float *row, float *p)
{
	double sum[IMAGE_DEVICES_MAX], factor = e->factor != 0 ? e->factor : 1, top = -INFINITY, total = 0;
	bool exact = e->link == PACK_SOFTMAX_FLOAT;

	for (uint32_t c = 0; c < e->classes; c++)
		sum[c] = exact ? (double)(float)((double)e->base + (e->bases ? e->bases[c] : 0)) : 0;
	for (uint32_t t = 0; t < e->count; t++)
		add(e, &e->trees[t], row, sum);
	for (uint32_t c = 0; c < e->classes; c++) {
		if (!exact)
			sum[c] = (double)e->base + (e->bases ? e->bases[c] : 0) + factor * sum[c];
		top = fmax(top, sum[c]);
	}
	for (uint32_t c = 0; c < e->classes; c++)
		total += sum[c] = e->link == PACK_MEAN ? sum[c] : exp(sum[c] - top);
	for (uint32_t c = 0; c < e->classes; c++)
		p[c] = total > 0 ? (float)(sum[c] / total) : 1 / (float)e->classes;
}

static uint32_t draw(uint32_t *random, uint32_t below)
{
	*random = *random * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)*random * below >> 32);
}

/* Some value beside a threshold; leaves have none. */
static void put_value(const struct pack_node *n, uint32_t *random, float *row)
{
	static const float wide[] = { NAN, INFINITY, -INFINITY, 0, -0.0f, 1e-40f, -1e-40f, IMAGE_ZERO };

	if (n->leaf)
		return;
	switch (draw(random, 5)) {
	case 0:
		row[n->feature] = nextafterf(n->threshold, -INFINITY);
		break;
	case 1:
		row[n->feature] = nextafterf(n->threshold, INFINITY);
		break;
	case 2:
		row[n->feature] = wide[draw(random, sizeof(wide) / sizeof(wide[0]))];
		break;
	default:
		row[n->feature] = n->threshold;
	}
}

void import_rows(const struct import *m, uint32_t count, float *rows)
{
	size_t width = features_count(m->scale);
	const struct pack_ensemble *e = &m->ensemble;
	uint32_t random = 20261122;

	for (size_t i = 0; i < count * width; i++)
		rows[i] = draw(&random, 8) ? (float)draw(&random, 1000) / 10 : NAN;
	for (uint32_t i = 0; i < count; i++)
		for (size_t k = 0; e->count && k < 4 * width; k++) {
			const struct pack_tree *tree = &e->trees[draw(&random, e->count)];

			put_value(&tree->nodes[draw(&random, tree->count)], &random, rows + i * width);
		}
}
