/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>

#include "agent/features/features.h"
#include "agent/model/model_internal.h"

_Static_assert(FEATURES_MAX <= IMAGE_DEFAULT_LEFT, "a feature's number leaves room for the flag");

/* Number of ascending cut points that are <= x. */
static uint16_t rank_of(const float *cuts, uint32_t count, float x)
{
	uint32_t low = 0;

	while (count) {
		uint32_t half = count / 2;

		if (cuts[low + half] <= x) {
			low += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return (uint16_t)low;
}

void model_rank(const struct model *model, const float *row, uint16_t *ranks)
{
	const uint32_t *first = model->cuts_first;

	for (uint32_t f = 0; f < model->image->features; f++) {
		bool missing = isnan(row[f]);
		uint16_t rank = missing ? 0 : rank_of(model->cuts + first[f], first[f + 1] - first[f], row[f]);

		ranks[f] = missing ? IMAGE_MISSING : rank;
		ranks[f | IMAGE_DEFAULT_LEFT] = rank;
	}
}

static float walk(const struct image_node *nodes, const uint16_t *ranks)
{
	const struct image_node *n = nodes;

	while (n->feature != IMAGE_LEAF)
		n = &nodes[n->left + (ranks[n->feature] > n->rank)];
	return n->value;
}

/* Margins to probabilities, in place; returns the largest. */
static int softmax(float *p, uint32_t classes, float temperature)
{
	uint32_t best = 0;
	float top, sum = 0;

	for (uint32_t c = 1; c < classes; c++)
		best = p[c] > p[best] ? c : best;
	top = p[best];
	for (uint32_t c = 0; c < classes; c++) {
		p[c] = expf((p[c] - top) / temperature);
		sum += p[c];
	}
	for (uint32_t c = 0; c < classes; c++)
		p[c] /= sum;
	return (int)best;
}

/*
 * Leaves are added in the order of the trees, base first, as the training library does: the sums are the same to the
 * last bit.
 */
int model_ensemble(const struct model *model, const struct image_ensemble *e, const uint16_t *ranks, float *p)
{
	const struct image_tree *tree = &model->trees[e->tree_first], *end = tree + e->trees;

	for (uint32_t c = 0; c < e->classes; c++)
		p[c] = e->base;
	for (; tree < end; tree++)
		p[tree->label] += walk(&model->nodes[tree->node_first], ranks);
	return softmax(p, e->classes, e->temperature);
}

int model_device(const struct model *model, const float *row, float *p)
{
	uint16_t ranks[IMAGE_RANKS];

	model_rank(model, row, ranks);
	return model_ensemble(model, model->device, ranks, p);
}

int model_function(const struct model *model, size_t device, const float *row, float *p)
{
	uint16_t ranks[IMAGE_RANKS];

	if (!model_functions(model, device))
		return -ENOENT;
	model_rank(model, row, ranks);
	return model_ensemble(model, model->function[device], ranks, p);
}
