/* SPDX-License-Identifier: BSD-2-Clause */

/* Checking a model file: it may come from anywhere, and what passes is walked without another look. */

#include "agent/model/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/features/features.h"


size_t image_element_size(enum image_section_id section)
{
	static const size_t size[IMAGE_SECTIONS] = {
		[IMAGE_CARD] = 1,
		[IMAGE_CUTS_FIRST] = sizeof(uint32_t),
		[IMAGE_CUTS] = sizeof(float),
		[IMAGE_ENSEMBLES] = sizeof(struct image_ensemble),
		[IMAGE_TREES] = sizeof(struct image_tree),
		[IMAGE_NODES] = sizeof(struct image_node),
		[IMAGE_TEST] = sizeof(float),
	};

	return size[section];
}

static uint64_t fnv1a(uint64_t hash, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t image_checksum(const void *bytes, size_t size)
{
	struct image_header header;
	uint64_t hash;

	memcpy(&header, bytes, sizeof(header));
	header.checksum = 0;
	hash = fnv1a(UINT64_C(0xcbf29ce484222325), (const uint8_t *)&header, sizeof(header));
	return fnv1a(hash, (const uint8_t *)bytes + sizeof(header), size - sizeof(header));
}

static const char *check_sections(const struct image_header *h, size_t size)
{
	for (int i = 0; i < IMAGE_SECTIONS; i++) {
		const struct image_section *s = &h->section[i];

		if (s->offset % 8 || s->offset < sizeof(*h) || s->offset > size)
			return "a section begins outside of the file";
		if (s->count > (size - s->offset) / image_element_size((enum image_section_id)i))
			return "a section ends outside of the file";
	}
	return NULL;
}

static const char *check_header(const struct image_header *h, size_t size)
{
	if (size < sizeof(*h) || h->magic != IMAGE_MAGIC)
		return "not a model file";
	if (h->version != IMAGE_VERSION)
		return "a model file of another version: retrain";
	if (h->size != size)
		return "the file is cut or has bytes added";
	if (size > IMAGE_SIZE_MAX)
		return "larger than a model may be";
	if (h->checksum != image_checksum(h, size))
		return "damaged: its checksum does not match";
	if (h->features_hash != features_hash(FEATURES_WINDOW) || h->features != features_count(FEATURES_WINDOW))
		return "features of this agent differ from the model's: retrain";
	if (!h->devices || h->devices > IMAGE_DEVICES_MAX)
		return "no devices, or too many";
	return check_sections(h, size);
}

static const char *check_cuts(const struct image_header *h)
{
	const uint32_t *first = image_section(h, IMAGE_CUTS_FIRST);
	const float *cuts = image_section(h, IMAGE_CUTS);

	if (h->section[IMAGE_CUTS_FIRST].count != h->features + 1 || first[0] != 0 ||
	    first[h->features] != h->section[IMAGE_CUTS].count)
		return "cut points do not belong to the features";
	for (uint32_t f = 0; f < h->features; f++) {
		if (first[f + 1] < first[f] || first[f + 1] - first[f] > IMAGE_CUTS_MAX ||
		    first[f + 1] > first[h->features])
			return "cut points do not belong to the features";
		for (uint32_t i = first[f]; i < first[f + 1]; i++)
			if (!isfinite(cuts[i]) || (i > first[f] && !(cuts[i] > cuts[i - 1])))
				return "cut points are not ascending";
	}
	return NULL;
}

/* Children lie behind their parent, so a walk ends; `height` has room for the tree and bounds how long it takes. */
static const char *check_tree(const struct image_header *h, const struct image_node *nodes, uint32_t count,
			      uint8_t *height)
{
	const uint32_t *first = image_section(h, IMAGE_CUTS_FIRST);

	for (uint32_t i = count; i-- > 0;) {
		const struct image_node *n = &nodes[i];
		uint32_t feature = n->feature & ~IMAGE_DEFAULT_LEFT;

		height[i] = 0;
		if (n->feature == IMAGE_LEAF) {
			if (!isfinite(n->value))
				return "a leaf is not a number";
			continue;
		}
		if (n->feature >= IMAGE_RANKS || feature >= h->features || n->rank >= first[feature + 1] - first[feature])
			return "a node compares with nothing";
		if (n->left <= i || n->left >= count - 1)
			return "a node's child is not in its tree";
		height[i] =
			(uint8_t)(1 + (height[n->left] > height[n->left + 1] ? height[n->left] : height[n->left + 1]));
		if (height[i] > IMAGE_DEPTH_MAX)
			return "a tree is too deep";
	}
	return NULL;
}

static const char *check_ensemble(const struct image_header *h, const struct image_ensemble *e, uint32_t index)
{
	if (index == 0 ? e->device != IMAGE_DEVICE_MODEL : e->device >= h->devices)
		return "an ensemble belongs to no device";
	if (index == 0 ? e->classes != h->devices : !e->classes || e->classes > IMAGE_FUNCTIONS_MAX)
		return "an ensemble has the wrong number of classes";
	if (index > 1 && e->device <= e[-1].device)
		return "function models are not in the order of devices";
	if (e->tree_first > h->section[IMAGE_TREES].count || e->trees > h->section[IMAGE_TREES].count - e->tree_first)
		return "an ensemble's trees are not in the file";
	if (!isfinite(e->base) || !isfinite(e->temperature) || e->temperature < 0.01f || e->temperature > 1000)
		return "an ensemble's calibration is not a number in bounds";
	return NULL;
}

/* *node_next: where the tree after those seen begins; trees share no nodes. */
static const char *check_trees(const struct image_header *h, const struct image_ensemble *e, uint64_t *node_next,
			       uint8_t *height)
{
	const struct image_tree *trees = image_section(h, IMAGE_TREES);
	const struct image_node *nodes = image_section(h, IMAGE_NODES);
	uint64_t node_count = h->section[IMAGE_NODES].count;

	for (uint32_t t = 0; t < e->trees; t++) {
		const struct image_tree *tree = &trees[e->tree_first + t];
		const char *wrong;

		if (tree->label >= e->classes || !tree->nodes || tree->node_first != *node_next ||
		    tree->nodes > node_count - *node_next)
			return "a tree is not in the file";
		*node_next += tree->nodes;
		wrong = check_tree(h, &nodes[tree->node_first], tree->nodes, height);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* Ensembles share no trees and trees no nodes, so the whole check is linear in the file. */
static const char *check_ensembles(const struct image_header *h, uint8_t *height)
{
	const struct image_ensemble *e = image_section(h, IMAGE_ENSEMBLES);
	uint64_t count = h->section[IMAGE_ENSEMBLES].count, outputs = 0, trees = 0, node_next = 0;

	if (!count || count > 1 + (uint64_t)h->devices)
		return "the number of ensembles is wrong";
	for (uint32_t i = 0; i < count; i++) {
		const char *wrong = check_ensemble(h, &e[i], i);

		if (!wrong && e[i].tree_first != trees)
			wrong = "ensembles share trees";
		if (!wrong)
			wrong = check_trees(h, &e[i], &node_next, height);
		if (wrong)
			return wrong;
		trees += e[i].trees;
		outputs += e[i].classes;
	}
	if (outputs != h->outputs)
		return "the number of outputs is wrong";
	return NULL;
}

static const char *check_test(const struct image_header *h)
{
	const float *test = image_section(h, IMAGE_TEST);
	uint64_t inputs = (uint64_t)h->test_rows * h->features, count = h->section[IMAGE_TEST].count;

	if (!h->test_rows || h->test_rows > IMAGE_TEST_ROWS || count != inputs + (uint64_t)h->test_rows * h->outputs)
		return "test rows are missing";
	for (uint64_t i = inputs; i < count; i++)
		if (!isfinite(test[i]))
			return "test rows are damaged";
	return NULL;
}

const char *image_check(const void *bytes, size_t size)
{
	const struct image_header *h = bytes;
	_cleanup_free_ uint8_t *height = NULL;
	const char *wrong = check_header(h, size);

	if (!wrong)
		wrong = check_cuts(h);
	if (wrong)
		return wrong;
	height = malloc(h->section[IMAGE_NODES].count + 1);
	if (!height)
		return "not enough memory to check it";
	wrong = check_ensembles(h, height);
	return wrong ? wrong : check_test(h);
}
