/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/model/pack.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/features/features.h"
#include "agent/model/image.h"

/* What is shared while an image is written. */
struct packer {
	const struct pack_model *model;
	struct buffer *out;
	struct image_header header;
	float *cuts; /* sorted and unique a feature */
	uint32_t first[FEATURES_MAX + 1];
};

void pack_free(struct pack_ensemble *ensemble)
{
	for (uint32_t i = 0; i < ensemble->count; i++)
		free(ensemble->trees[i].nodes);
	free(ensemble->trees);
	*ensemble = (struct pack_ensemble){ 0 };
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Call `visit` for every split of every tree. */
static int each_split(const struct pack_model *m, int (*visit)(struct packer *, const struct pack_node *),
		      struct packer *k)
{
	int r = 0;

	for (uint32_t e = 0; e < m->ensemble_count; e++)
		for (uint32_t t = 0; t < m->ensembles[e].count; t++)
			for (uint32_t i = 0; r == 0 && i < m->ensembles[e].trees[t].count; i++)
				if (!m->ensembles[e].trees[t].nodes[i].leaf)
					r = visit(k, &m->ensembles[e].trees[t].nodes[i]);
	return r;
}

static int count_split(struct packer *k, const struct pack_node *n)
{
	if (n->feature >= features_count(FEATURES_WINDOW) || !isfinite(n->threshold))
		return -EINVAL;
	k->first[n->feature + 1]++;
	return 0;
}

/* first[f + 1] is where the next threshold of f goes, after prefix sums were taken and moved up by one. */
static int place_split(struct packer *k, const struct pack_node *n)
{
	k->cuts[k->first[n->feature + 1]++] = n->threshold;
	return 0;
}

/* Sort each feature's thresholds and drop repetitions; first[] then bounds the remaining ones. */
static int unique_cuts(struct packer *k)
{
	uint32_t kept = 0, begin = 0;

	for (size_t f = 0; f < features_count(FEATURES_WINDOW); f++) {
		uint32_t end = k->first[f + 1], own = kept;

		qsort(k->cuts + begin, end - begin, sizeof(float), by_value);
		for (uint32_t i = begin; i < end; i++)
			if (kept == own || k->cuts[i] > k->cuts[kept - 1])
				k->cuts[kept++] = k->cuts[i];
		if (kept - own > IMAGE_CUTS_MAX)
			return -EINVAL;
		begin = end;
		k->first[f + 1] = kept;
	}
	return 0;
}

static int collect_cuts(struct packer *k)
{
	size_t features = features_count(FEATURES_WINDOW);
	uint32_t total = 0;
	int r = each_split(k->model, count_split, k);

	if (r < 0)
		return r;
	for (size_t f = 0; f < features; f++) {
		uint32_t count = k->first[f + 1];

		k->first[f + 1] = total;
		total += count;
	}
	k->cuts = calloc(total + 1, sizeof(float));
	if (!k->cuts)
		return -ENOMEM;
	each_split(k->model, place_split, k);
	return unique_cuts(k);
}

static uint16_t rank_of(const struct packer *k, const struct pack_node *n)
{
	const float *cuts = k->cuts + k->first[n->feature];
	const float *at =
		bsearch(&n->threshold, cuts, k->first[n->feature + 1] - k->first[n->feature], sizeof(float), by_value);

	return (uint16_t)(at - cuts);
}

/* Begin a section: elements up to the next call of section_end() are its own. */
static void section_begin(struct packer *k, enum image_section_id id)
{
	buffer_append_char(k->out, '\0', -k->out->len % 8);
	k->header.section[id].offset = k->out->len;
}

static void section_end(struct packer *k, enum image_section_id id)
{
	k->header.section[id].count = (k->out->len - k->header.section[id].offset) / image_element_size(id);
}

static void put_section(struct packer *k, enum image_section_id id, const void *elements, size_t count)
{
	section_begin(k, id);
	buffer_append(k->out, elements, count * image_element_size(id));
	section_end(k, id);
}

/* Breadth first: `order` becomes the queue of node numbers, and the place in it the new number. */
static int put_tree(struct packer *k, const struct pack_tree *tree, uint32_t *order)
{
	uint32_t queued = 1;

	order[0] = 0;
	for (uint32_t i = 0; i < queued; i++) {
		const struct pack_node *n = &tree->nodes[order[i]];
		struct image_node node = { .feature = IMAGE_LEAF, .value = n->value };

		if (!n->leaf) {
			if (queued + 2 > tree->count || n->left >= tree->count || n->right >= tree->count)
				return -EINVAL;
			node = (struct image_node){ .rank = rank_of(k, n), .left = queued };
			node.feature = (uint16_t)(n->feature | (n->missing_left ? IMAGE_DEFAULT_LEFT : 0));
			order[queued++] = n->left;
			order[queued++] = n->right;
		}
		buffer_append(k->out, &node, sizeof(node));
	}
	return queued == tree->count ? 0 : -EINVAL;
}

static int put_nodes(struct packer *k)
{
	const struct pack_model *m = k->model;
	_cleanup_free_ uint32_t *order = NULL;
	uint32_t largest = 1;
	int r = 0;

	for (uint32_t e = 0; e < m->ensemble_count; e++)
		for (uint32_t t = 0; t < m->ensembles[e].count; t++)
			if (m->ensembles[e].trees[t].count > largest)
				largest = m->ensembles[e].trees[t].count;
	order = calloc(largest, sizeof(*order));
	if (!order)
		return -ENOMEM;
	section_begin(k, IMAGE_NODES);
	for (uint32_t e = 0; e < m->ensemble_count; e++)
		for (uint32_t t = 0; r == 0 && t < m->ensembles[e].count; t++)
			r = put_tree(k, &m->ensembles[e].trees[t], order);
	section_end(k, IMAGE_NODES);
	return r;
}

static void put_trees(struct packer *k)
{
	const struct pack_model *m = k->model;
	uint32_t node = 0;

	section_begin(k, IMAGE_TREES);
	for (uint32_t e = 0; e < m->ensemble_count; e++)
		for (uint32_t t = 0; t < m->ensembles[e].count; t++) {
			const struct pack_tree *tree = &m->ensembles[e].trees[t];
			struct image_tree line = { .node_first = node, .nodes = tree->count, .label = tree->label };

			buffer_append(k->out, &line, sizeof(line));
			node += tree->count;
		}
	section_end(k, IMAGE_TREES);
}

static void put_ensembles(struct packer *k)
{
	uint32_t tree = 0;

	section_begin(k, IMAGE_ENSEMBLES);
	for (uint32_t i = 0; i < k->model->ensemble_count; i++) {
		const struct pack_ensemble *e = &k->model->ensembles[i];
		struct image_ensemble line = { .device = e->device,
					       .classes = e->classes,
					       .tree_first = tree,
					       .trees = e->count,
					       .base = e->base,
					       .temperature = e->temperature };

		buffer_append(k->out, &line, sizeof(line));
		tree += e->count;
		k->header.outputs += e->classes;
	}
	section_end(k, IMAGE_ENSEMBLES);
}

static void put_test(struct packer *k)
{
	const struct pack_model *m = k->model;

	section_begin(k, IMAGE_TEST);
	buffer_append(k->out, m->rows, m->test_rows * features_count(FEATURES_WINDOW) * sizeof(float));
	buffer_append(k->out, m->outputs, (size_t)m->test_rows * k->header.outputs * sizeof(float));
	section_end(k, IMAGE_TEST);
}

static void put_header(struct packer *k)
{
	k->header.size = k->out->len;
	memcpy(k->out->data, &k->header, sizeof(k->header));
	k->header.checksum = image_checksum(k->out->data, k->out->len);
	memcpy(k->out->data, &k->header, sizeof(k->header));
}

static int put_all(struct packer *k)
{
	int r;

	buffer_append(k->out, &k->header, sizeof(k->header));
	put_section(k, IMAGE_CARD, k->model->card, strlen(k->model->card));
	put_section(k, IMAGE_CUTS_FIRST, k->first, features_count(FEATURES_WINDOW) + 1);
	put_section(k, IMAGE_CUTS, k->cuts, k->first[features_count(FEATURES_WINDOW)]);
	put_ensembles(k);
	put_trees(k);
	r = put_nodes(k);
	if (r < 0)
		return r;
	put_test(k);
	if (k->out->failed)
		return -EMSGSIZE;
	put_header(k);
	return 0;
}

int pack_image(const struct pack_model *model, struct buffer *out)
{
	struct packer k = { .model = model, .out = out };
	int r;

	k.header = (struct image_header){
		.magic = IMAGE_MAGIC,
		.version = IMAGE_VERSION,
		.features_version = features_version(FEATURES_WINDOW),
		.features_hash = features_hash(FEATURES_WINDOW),
		.features = (uint32_t)features_count(FEATURES_WINDOW),
		.devices = model->devices,
		.test_rows = model->test_rows,
	};
	r = collect_cuts(&k);
	if (r == 0)
		r = put_all(&k);
	free(k.cuts);
	return r;
}
