// SPDX-License-Identifier: BSD-2-Clause

/* Checking the trees of a model file. Ensembles share no trees and trees no nodes, so all of it is linear in the file. */

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/model/image_internal.h"

/* Where in the file's arrays the ensemble after those seen begins. */
struct checker {
	const struct image_header *h;
	const struct image_scale *scale;
	const struct image_ensemble *e;
	uint64_t base, tree, node, leaf;
	uint8_t *height; /* of each node */
};

/* No sum of these is infinite. */
static bool sane(const struct image_ensemble *e, double value)
{
	return fabs(value) <= 1e30 && (value >= 0 || !(e->flags & IMAGE_MEAN));
}

static const char *check_leaf(const struct checker *c, const struct image_node *n)
{
	const struct image_leaf *leaves = image_section(c->h, IMAGE_LEAVES);

	if (n->step)
		return "a leaf is not an end";
	if (n->key == IMAGE_BELOW)
		return "a leaf is minus nothing";
	if (!(c->e->flags & IMAGE_VECTORS))
		return sane(c->e, (double)n->value) ? NULL : "a leaf is not a number";
	if (n->leaf >= c->e->leaves || (n->leaf && !leaves[c->e->leaf_first + n->leaf - 1].last))
		return "a leaf says nothing";
	return NULL;
}

static const char *check_inner(const struct checker *c, const struct image_node *n, uint32_t behind)
{
	uint32_t feature = n->feature & (IMAGE_DEFAULT_LEFT - 1);

	if (n->feature >= IMAGE_LEAF || feature >= c->scale->features)
		return "a node asks for no feature";
	if ((n->feature & IMAGE_ZERO_MISSING) && !(c->scale->flags & IMAGE_SCALE_ZERO))
		return "a node asks for what its scale does not have";
	if (n->key == IMAGE_BELOW || n->key > IMAGE_ALL_LEFT)
		return "a node compares with nothing";
	if (!n->step || n->step + 1u > behind)
		return "a node's child is not in its tree";
	return NULL;
}

/* Height of a node whose two children have these. */
static uint8_t above(const uint8_t *child)
{
	return (uint8_t)(1 + (child[0] > child[1] ? child[0] : child[1]));
}

/* Children lie behind their parent, so a walk ends. */
static const char *check_tree(const struct checker *c, const struct image_tree *tree)
{
	const struct image_node *nodes = (const struct image_node *)image_section(c->h, IMAGE_NODES) + tree->node_first;

	for (uint32_t i = tree->nodes; i-- > 0;) {
		const struct image_node *n = &nodes[i];
		bool leaf = n->feature == IMAGE_LEAF;
		const char *wrong = leaf ? check_leaf(c, n) : check_inner(c, n, tree->nodes - 1 - i);

		if (wrong)
			return wrong;
		c->height[i] = leaf ? 0 : above(&c->height[i + n->step]);
		if (c->height[i] > IMAGE_DEPTH_MAX)
			return "a tree is too deep";
	}
	return c->height[0] == tree->height ? NULL : "a tree is not as high as it says";
}

static const char *check_trees(struct checker *c)
{
	const struct image_tree *tree = (const struct image_tree *)image_section(c->h, IMAGE_TREES) + c->e->tree_first;

	for (const struct image_tree *end = tree + c->e->trees; tree < end; tree++) {
		const char *wrong;

		if (tree->label >= c->e->classes || !tree->nodes || tree->node_first != c->node ||
		    tree->nodes > c->h->section[IMAGE_NODES].count - c->node)
			return "a tree is not in the file";
		wrong = check_tree(c, tree);
		if (wrong)
			return wrong;
		c->node += tree->nodes;
	}
	return NULL;
}

/* Runs of leaves: classes ascend within one, and the last one ends. */
static const char *check_leaves(const struct checker *c)
{
	const struct image_leaf *leaf = (const struct image_leaf *)image_section(c->h, IMAGE_LEAVES) + c->e->leaf_first;
	uint32_t count = c->e->leaves;

	if (!(c->e->flags & IMAGE_VECTORS) != !count || (count && !leaf[count - 1].last))
		return "an ensemble's leaves do not end";
	for (uint32_t i = 0; i < count; i++) {
		if (leaf[i].label >= c->e->classes || (i && !leaf[i - 1].last && leaf[i].label <= leaf[i - 1].label))
			return "a leaf is of no class";
		if (!sane(c->e, (double)leaf[i].value))
			return "a leaf is not a number";
	}
	return NULL;
}

static const char *check_numbers(const struct checker *c)
{
	const struct image_ensemble *e = c->e;
	const double *base = (const double *)image_section(c->h, IMAGE_BASES) + e->base_first;
	float t = e->temperature;

	if (!isfinite(t) || t < 0.01f || t > 1000 || !isfinite(e->factor) || fabs(e->factor) > 1e6 ||
	    ((e->flags & IMAGE_MEAN) && e->factor < 0) || ((e->flags & IMAGE_FLOAT_SUM) && e->factor != 1))
		return "an ensemble's calibration is not a number in bounds";
	for (uint32_t i = 0; i < e->classes; i++)
		if (!sane(e, base[i]))
			return "an ensemble's base is not a number";
	return NULL;
}

static const char *check_shape(const struct checker *c, bool first)
{
	const struct image_ensemble *e = c->e;
	bool device = e->device == IMAGE_DEVICE_MODEL;

	if (device ? !first : e->device >= c->h->devices)
		return "an ensemble belongs to no device";
	if (device ? e->classes != c->h->devices : !e->classes || e->classes > IMAGE_FUNCTIONS_MAX)
		return "an ensemble has the wrong number of classes";
	if (!first && e[-1].device != IMAGE_DEVICE_MODEL && e->device <= e[-1].device)
		return "function models are not in the order of devices";
	if (e->flags & ~IMAGE_FLAGS || (e->flags & (IMAGE_MEAN | IMAGE_FLOAT_SUM)) == (IMAGE_MEAN | IMAGE_FLOAT_SUM))
		return "an ensemble of an unknown kind";
	if (e->tree_first != c->tree || e->trees > c->h->section[IMAGE_TREES].count - c->tree)
		return "an ensemble's trees are not in the file";
	if (e->leaf_first != c->leaf || e->leaves > c->h->section[IMAGE_LEAVES].count - c->leaf)
		return "an ensemble's leaves are not in the file";
	if (e->base_first != c->base || e->classes > c->h->section[IMAGE_BASES].count - c->base)
		return "an ensemble's bases are not in the file";
	return NULL;
}

static const char *check_ensemble(struct checker *c, bool first)
{
	const char *wrong = check_shape(c, first);

	if (!wrong)
		wrong = check_numbers(c);
	if (!wrong)
		wrong = check_leaves(c);
	if (!wrong)
		wrong = check_trees(c);
	c->base += c->e->classes;
	c->tree += c->e->trees;
	c->leaf += c->e->leaves;
	return wrong;
}

const char *image_check_ensembles(const struct image_header *h)
{
	_cleanup_free_ uint8_t *height = malloc(h->section[IMAGE_NODES].count + 1);
	const struct image_scale *s = image_section(h, IMAGE_SCALES), *end = s + h->section[IMAGE_SCALES].count;
	struct checker c = { .h = h, .e = image_section(h, IMAGE_ENSEMBLES), .height = height };

	if (!height)
		return "not enough memory to check it";
	for (; s < end; s++) {
		uint64_t outputs = 0;

		c.scale = s;
		for (uint32_t i = 0; i < s->ensembles; i++, c.e++) {
			const char *wrong = check_ensemble(&c, i == 0);

			if (wrong)
				return wrong;
			outputs += c.e->classes;
		}
		if (outputs != s->outputs)
			return "the number of outputs is wrong";
	}
	return NULL;
}
