// SPDX-License-Identifier: BSD-2-Clause

/* Trees, nodes and leaves as the image has them. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/model/pack_internal.h"

/* Leaf vectors by what they say, so that equal ones are written once: a table of `room` places, a power of 2. */
struct vectors {
	uint32_t *at;    /* where the leaf of each vector begins */
	uint32_t *table; /* number of a vector plus 1 */
	uint32_t room;
};

static void vectors_free(struct vectors *v)
{
	free(v->at);
	free(v->table);
}

static uint32_t vector_hash(const float *v, uint32_t classes)
{
	uint32_t hash = 2166136261u, bits;

	for (uint32_t c = 0; c < classes; c++) {
		memcpy(&bits, &v[c], sizeof(bits));
		hash = (hash ^ bits) * 16777619u;
		hash ^= hash >> 15;
	}
	return hash;
}

/* A vector as its values that are not 0; one that has none keeps its first. Returns the number of leaves. */
static uint32_t put_vector(struct packer *k, const float *v, uint32_t classes)
{
	uint32_t last = 0, count = 0;

	for (uint32_t c = 0; c < classes; c++)
		last = v[c] != 0 ? c : last;
	for (uint32_t c = 0; c <= last; c++) {
		struct image_leaf leaf = { .label = (uint16_t)c, .last = c == last, .value = v[c] };

		if (v[c] == 0 && c != last)
			continue;
		buffer_append(k->out, &leaf, sizeof(leaf));
		count++;
	}
	return count;
}

/* Write an ensemble's vectors; v->at says where each went. Returns the number of leaves. */
static uint32_t put_vectors(struct packer *k, const struct pack_ensemble *e, struct vectors *v)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < e->vector_count; i++) {
		const float *own = e->vectors + (size_t)i * e->classes;
		uint32_t place = vector_hash(own, e->classes) & (v->room - 1), other = 0;

		for (; (other = v->table[place]) != 0; place = (place + 1) & (v->room - 1))
			if (!memcmp(own, e->vectors + (size_t)(other - 1) * e->classes, e->classes * sizeof(float)))
				break;
		v->at[i] = other ? v->at[other - 1] : count;
		if (other)
			continue;
		v->table[place] = i + 1;
		count += put_vector(k, own, e->classes);
	}
	return count;
}

static int vectors_new(struct vectors *v, uint32_t count)
{
	for (v->room = 16; v->room < 2 * count; v->room *= 2)
		;
	v->at = calloc((size_t)count + 1, sizeof(*v->at));
	v->table = calloc(v->room, sizeof(*v->table));
	return v->at && v->table ? 0 : -ENOMEM;
}

/* What a leaf's vector number becomes. */
static int renumber(const struct pack_ensemble *e, const struct vectors *v)
{
	for (uint32_t t = 0; t < e->count; t++)
		for (uint32_t i = 0; i < e->trees[t].count; i++) {
			struct pack_node *n = &e->trees[t].nodes[i];

			if (n->leaf && n->vector >= e->vector_count)
				return -EINVAL;
			n->left = n->leaf ? v->at[n->vector] : n->left;
		}
	return 0;
}

/* A leaf's `left`, which means nothing in the input, is set to where its vector went. */
static int put_leaves(struct packer *k)
{
	const struct pack_model *m = k->model;
	int r = 0;

	pack_begin(k, IMAGE_LEAVES);
	for (uint32_t i = 0; r == 0 && i < m->ensemble_count; i++) {
		_cleanup_(vectors_free) struct vectors v = { 0 };
		const struct pack_ensemble *e = &m->ensembles[i];

		k->leaf_first[i + 1] = k->leaf_first[i];
		if (!e->vectors)
			continue;
		if (e->vector_count > UINT32_MAX / 4)
			return -E2BIG;
		r = vectors_new(&v, e->vector_count);
		if (r == 0)
			k->leaf_first[i + 1] += put_vectors(k, e, &v);
		if (r == 0)
			r = renumber(e, &v);
	}
	pack_end(k, IMAGE_LEAVES);
	return r;
}

static int put_inner(struct packer *k, enum features_scale scale, const struct pack_node *n, uint32_t step)
{
	unsigned int flags = (n->missing_left ? IMAGE_DEFAULT_LEFT : 0) | (n->zero_missing ? IMAGE_ZERO_MISSING : 0);
	struct image_node node = { .key = n->all_left ? IMAGE_ALL_LEFT : image_key(n->threshold) };

	if (n->feature >= features_count(scale) || (!n->all_left && isnan(n->threshold)))
		return -EINVAL;
	if (step > UINT16_MAX)
		return -E2BIG;
	k->scale[scale].zero_missing |= n->zero_missing;
	node.feature = (uint16_t)(n->feature | flags);
	node.step = (uint16_t)step;
	return buffer_append(k->out, &node, sizeof(node));
}

static int put_leaf(struct packer *k, const struct pack_ensemble *e, const struct pack_node *n)
{
	struct image_node node = { .feature = IMAGE_LEAF, .value = n->value + 0.0f /* -0 becomes 0 */ };

	if (e->vectors)
		node.leaf = n->left;
	return buffer_append(k->out, &node, sizeof(node));
}

/* Empty places are leaves that no way leads to, as are nodes of the input that a library keeps after it has pruned them: left out. */
static int put_tree(struct packer *k, const struct pack_ensemble *e, const struct pack_tree *tree, struct pack_layout *l)
{
	static const struct pack_node empty = { .leaf = true };
	int r = pack_layout(l, tree);

	for (uint32_t i = 0; r == 0 && i < l->count; i++) {
		const struct pack_node *n = l->order[i] == PACK_EMPTY ? &empty : &tree->nodes[l->order[i]];

		r = n->leaf ? put_leaf(k, e, n) : put_inner(k, e->scale, n, l->place[n->left] - i);
	}
	return r;
}

static uint32_t largest_tree(const struct pack_model *m)
{
	uint32_t largest = 1;

	for (uint32_t e = 0; e < m->ensemble_count; e++)
		for (uint32_t t = 0; t < m->ensembles[e].count; t++)
			if (m->ensembles[e].trees[t].count > largest)
				largest = m->ensembles[e].trees[t].count;
	return largest;
}

/* Nodes to the file, lines about their trees to `lines`. */
static int put_nodes(struct packer *k, struct buffer *lines)
{
	_cleanup_(pack_layout_free) struct pack_layout l = { 0 };
	uint32_t node = 0;
	int r = pack_layout_new(&l, largest_tree(k->model));

	pack_begin(k, IMAGE_NODES);
	for (uint32_t i = 0; i < k->model->ensemble_count; i++) {
		const struct pack_ensemble *e = &k->model->ensembles[i];

		for (uint32_t t = 0; r == 0 && t < e->count; t++) {
			struct image_tree line = { .node_first = node, .label = e->vectors ? 0 : e->trees[t].label };

			r = put_tree(k, e, &e->trees[t], &l);
			if (r < 0)
				break;
			line.nodes = l.count;
			line.height = l.height;
			node += line.nodes;
			buffer_append(lines, &line, sizeof(line));
		}
	}
	pack_end(k, IMAGE_NODES);
	return r;
}

int pack_trees(struct packer *k)
{
	_cleanup_(buffer_free) struct buffer lines = { .limit = IMAGE_SIZE_MAX };
	int r = put_leaves(k);

	if (r == 0)
		r = put_nodes(k, &lines);
	if (r < 0)
		return r;
	pack_begin(k, IMAGE_TREES);
	buffer_append(k->out, lines.data, lines.len);
	pack_end(k, IMAGE_TREES);
	return lines.failed ? -ENOMEM : 0;
}
