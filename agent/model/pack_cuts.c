// SPDX-License-Identifier: BSD-2-Clause

/* The thresholds of all trees of a scale: a node then holds the number of its own. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "agent/model/pack_internal.h"

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static int count_split(enum features_scale scale, struct pack_scale *s, const struct pack_node *n)
{
	if (n->feature >= features_count(scale) || (!n->all_left && isnan(n->threshold)))
		return -EINVAL;
	s->zero_missing |= n->zero_missing;
	s->first[n->feature + 1] += !n->all_left;
	return 0;
}

/* first[f + 1] is where the next threshold of f goes, after prefix sums were taken and moved up by one. */
static int place_split(enum features_scale scale, struct pack_scale *s, const struct pack_node *n)
{
	(void)scale;
	if (!n->all_left)
		s->cuts[s->first[n->feature + 1]++] = n->threshold;
	return 0;
}

/* Call `visit` for every split of every tree. */
static int each_split(const struct packer *k, enum features_scale scale, struct pack_scale *s,
		      int (*visit)(enum features_scale, struct pack_scale *, const struct pack_node *))
{
	const struct pack_ensemble *e = k->model->ensembles + s->ensemble_first, *end = e + s->ensembles;
	int r = 0;

	for (; e < end; e++)
		for (uint32_t t = 0; t < e->count; t++)
			for (uint32_t i = 0; r == 0 && i < e->trees[t].count; i++)
				if (!e->trees[t].nodes[i].leaf)
					r = visit(scale, s, &e->trees[t].nodes[i]);
	return r;
}

/* Sort each feature's thresholds and drop repetitions; first[] then bounds the remaining ones. */
static int unique_cuts(struct pack_scale *s, size_t features)
{
	uint32_t kept = 0, begin = 0;

	for (size_t f = 0; f < features; f++) {
		uint32_t end = s->first[f + 1], own = kept;

		qsort(s->cuts + begin, end - begin, sizeof(float), by_value);
		for (uint32_t i = begin; i < end; i++)
			if (kept == own || s->cuts[i] > s->cuts[kept - 1])
				s->cuts[kept++] = s->cuts[i];
		if (kept - own > IMAGE_CUTS_MAX)
			return -E2BIG;
		begin = end;
		s->first[f + 1] = kept;
	}
	return 0;
}

int pack_cuts(struct packer *k, enum features_scale scale)
{
	struct pack_scale *s = &k->scale[scale];
	size_t features = features_count(scale);
	uint32_t total = 0;
	int r = each_split(k, scale, s, count_split);

	if (r < 0)
		return r;
	for (size_t f = 0; f < features; f++) {
		uint32_t count = s->first[f + 1];

		s->first[f + 1] = total;
		total += count;
	}
	s->cuts = calloc((size_t)total + 1, sizeof(float));
	if (!s->cuts)
		return -ENOMEM;
	each_split(k, scale, s, place_split);
	return unique_cuts(s, features);
}

uint16_t pack_rank(const struct pack_scale *s, const struct pack_node *n)
{
	const float *cuts = s->cuts + s->first[n->feature], *at;

	if (n->all_left)
		return IMAGE_ALL_LEFT;
	at = bsearch(&n->threshold, cuts, s->first[n->feature + 1] - s->first[n->feature], sizeof(float), by_value);
	return (uint16_t)(at - cuts);
}
