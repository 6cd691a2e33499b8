// SPDX-License-Identifier: BSD-2-Clause

#include <errno.h>
#include <math.h>

#include "agent/model/model_internal.h"
#include "agent/model/ranges.h"

#define TOGETHER 20 /* trees walked at once, so that their loads overlap; the trainer's forests have a multiple of it */

/*
 * A missing value is above every threshold for nodes that send it right, and below every one for nodes that send it left, so that a
 * walk does not ask whether it is missing.
 */
static void put_key(int32_t *key, uint32_t f, bool missing, int32_t value)
{
	key[f] = missing ? IMAGE_ABOVE : value;
	key[f | IMAGE_DEFAULT_LEFT] = missing ? IMAGE_BELOW : value;
}

void model_rank(const struct model *model, enum features_scale scale, const float *row, struct model_row *ranked)
{
	const struct image_scale *s = model->scale[scale].image;
	uint32_t features = s ? s->features : 0;

	ranked->scale = scale;
	ranked->key[IMAGE_LEAF] = IMAGE_BELOW;
	for (uint32_t f = 0; f < features; f++)
		put_key(ranked->key, f, isnan(row[f]), image_key(row[f]));
	for (uint32_t f = 0; s && (s->flags & IMAGE_SCALE_ZERO) && f < features; f++)
		put_key(ranked->key, f | IMAGE_ZERO_MISSING, isnan(row[f]) || fabsf(row[f]) <= IMAGE_ZERO, image_key(row[f]));
}

/* Leaves that `count` trees end in. Shorter ways than the highest tree's wait in their leaf. */
static inline void walk(const struct model *m, const struct image_tree *tree, uint32_t count, const int32_t *key,
			const struct image_node *at[TOGETHER])
{
	uint32_t height = 0;

	for (uint32_t i = 0; i < count; i++) {
		at[i] = &m->nodes[tree[i].node_first];
		height = tree[i].height > height ? tree[i].height : height;
	}
	while (height--)
		for (uint32_t i = 0; i < count; i++) {
			const struct image_node *n = at[i];

			at[i] = n + n->step + (size_t)(key[n->feature] >= n->key);
		}
}

static inline uint32_t walk_some(const struct model *m, const struct image_tree *tree, const struct image_tree *end,
				 const int32_t *key, const struct image_node *at[TOGETHER])
{
	uint32_t count = (uint32_t)(end - tree);

	if (count >= TOGETHER) {
		walk(m, tree, TOGETHER, key, at);
		return TOGETHER;
	}
	walk(m, tree, count, key, at);
	return count;
}

/* Leaves are added in the order of the trees, base first, as XGBoost does: the sums are the same to the last bit. */
static void sum_float(const struct model *m, const struct image_ensemble *e, const int32_t *key, float *sum)
{
	const struct image_tree *tree = &m->trees[e->tree_first], *end = tree + e->trees;
	const double *base = &m->bases[e->base_first];
	const struct image_node *at[TOGETHER];

	for (uint32_t c = 0; c < e->classes; c++)
		sum[c] = (float)base[c];
	while (tree < end) {
		uint32_t count = walk_some(m, tree, end, key, at);

		for (uint32_t i = 0; i < count; i++)
			sum[tree[i].label] += at[i]->value;
		tree += count;
	}
}

static void add_vector(const struct image_leaf *leaf, double *sum)
{
	for (;; leaf++) {
		sum[leaf->label] += (double)leaf->value;
		if (leaf->last)
			return;
	}
}

static void sum_double(const struct model *m, const struct image_ensemble *e, const int32_t *key, double *sum)
{
	const struct image_tree *tree = &m->trees[e->tree_first], *end = tree + e->trees;
	const struct image_leaf *leaves = &m->leaves[e->leaf_first];
	const struct image_node *at[TOGETHER];

	for (uint32_t c = 0; c < e->classes; c++)
		sum[c] = 0;
	while (tree < end) {
		uint32_t count = walk_some(m, tree, end, key, at);

		for (uint32_t i = 0; i < count; i++)
			if (e->flags & IMAGE_VECTORS)
				add_vector(&leaves[at[i]->leaf], sum);
			else
				sum[tree[i].label] += (double)at[i]->value;
		tree += count;
	}
	for (uint32_t c = 0; c < e->classes; c++)
		sum[c] = m->bases[e->base_first + c] + e->factor * sum[c];
}

static void divide(float *p, uint32_t classes)
{
	float sum = 0;

	for (uint32_t c = 0; c < classes; c++)
		sum += p[c];
	for (uint32_t c = 0; c < classes; c++)
		p[c] = sum > 0 ? p[c] / sum : 1 / (float)classes;
}

static void softmax_float(float *p, uint32_t classes, float top, float temperature)
{
	for (uint32_t c = 0; c < classes; c++)
		p[c] = expf((p[c] - top) / temperature);
}

static void softmax_double(const double *sum, float *p, uint32_t classes, double top, float temperature)
{
	for (uint32_t c = 0; c < classes; c++)
		p[c] = expf((float)(sum[c] - top) / temperature);
}

/* Shares to the power of 1 / temperature; the largest is 1, the power of which is 1. */
static void mean(const double *sum, float *p, uint32_t classes, double top, float temperature)
{
	for (uint32_t c = 0; c < classes; c++) {
		p[c] = top > 0 ? (float)(sum[c] / top) : 0;
		if (temperature != 1)
			p[c] = powf(p[c], 1 / temperature);
	}
}

static int ensemble_float(const struct model *m, const struct image_ensemble *e, const int32_t *key, float *p)
{
	uint32_t best = 0;

	sum_float(m, e, key, p);
	for (uint32_t c = 1; c < e->classes; c++)
		best = p[c] > p[best] ? c : best;
	softmax_float(p, e->classes, p[best], e->temperature);
	return (int)best;
}

static int ensemble_double(const struct model *m, const struct image_ensemble *e, const int32_t *key, float *p)
{
	double sum[IMAGE_DEVICES_MAX];
	uint32_t best = 0;

	sum_double(m, e, key, sum);
	for (uint32_t c = 1; c < e->classes; c++)
		best = sum[c] > sum[best] ? c : best;
	if (e->flags & IMAGE_MEAN)
		mean(sum, p, e->classes, sum[best], e->temperature);
	else
		softmax_double(sum, p, e->classes, sum[best], e->temperature);
	return (int)best;
}

int model_ensemble(const struct model *model, const struct image_ensemble *e, const struct model_row *row, float *p)
{
	int best = e->flags & IMAGE_FLOAT_SUM ? ensemble_float(model, e, row->key, p) :
						ensemble_double(model, e, row->key, p);

	divide(p, e->classes);
	return best;
}

bool model_has_scale(const struct model *model, enum features_scale scale)
{
	return model->scale[scale].device != NULL;
}

bool model_has_functions(const struct model *model, enum features_scale scale, size_t device)
{
	const struct model_scale *s = &model->scale[scale];

	return s->image && device < model->image->devices && s->function[device];
}

int model_device_ranked(const struct model *model, const struct model_row *row, float *p)
{
	const struct image_ensemble *e = model->scale[row->scale].device;

	return e ? model_ensemble(model, e, row, p) : -ENOENT;
}

int model_function_ranked(const struct model *model, const struct model_row *row, size_t device, float *p)
{
	if (!model_has_functions(model, row->scale, device))
		return -ENOENT;
	return model_ensemble(model, model->scale[row->scale].function[device], row, p);
}

int model_device(const struct model *model, enum features_scale scale, const float *row, float *p)
{
	struct model_row ranked;

	if (!model_has_scale(model, scale))
		return -ENOENT;
	model_rank(model, scale, row, &ranked);
	return model_device_ranked(model, &ranked, p);
}

bool model_has_fits(const struct model *model, enum features_scale scale)
{
	return model->scale[scale].fit_count > 0;
}

bool model_fit(const struct model *model, enum features_scale scale, const float *row, uint32_t packets, bool whole, const float *p,
	       float *fit)
{
	const struct model_scale *s = &model->scale[scale];
	size_t count = features_count(scale);
	float scaled[FEATURES_MAX];

	for (uint32_t d = 0; d < model->image->devices; d++)
		fit[d] = 1;
	if (!s->fit_count)
		return false;
	ranges_scale(row, count, scaled);
	for (const struct image_fit *f = s->fits, *end = f + s->fit_count; f < end; f++)
		fit[f->device] = p && p[f->device] < MODEL_FIT_ASKED ? NAN :
				 ranges_fit(f, model->ranges + f->first, scaled, count, packets, whole);
	return true;
}

int model_function(const struct model *model, enum features_scale scale, size_t device, const float *row, float *p)
{
	struct model_row ranked;

	if (!model_has_functions(model, scale, device))
		return -ENOENT;
	model_rank(model, scale, row, &ranked);
	return model_function_ranked(model, &ranked, device, p);
}
