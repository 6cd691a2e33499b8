/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_IMAGE_H
#define AGENT_MODEL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The format of a model file (.iotm), little-endian, mapped and used as it is:
 *
 *	struct image_header
 *	card		JSON text: names, accuracy, thresholds, where the training data came from (card.h)
 *	cuts_first	u32 [features + 1]: where each feature's cut points begin in `cuts`
 *	cuts		float: all thresholds of all trees, ascending and different within a feature
 *	ensembles	struct image_ensemble: the device model, then a function model for each device that has
 *functions trees		struct image_tree: an ensemble's are consecutive nodes		struct image_node: a
 *tree's are consecutive, breadth first, siblings adjacent test		float: test_rows rows of features, then for each
 *row the outputs of all ensembles
 *
 * Every section begins at a multiple of 8. A node compares ranks: rank(x) is the number of the feature's cut points <=
 *x, and x < cut[i] if and only if rank(x) <= i, so a row is ranked once for all trees of the file.
 */

#define IMAGE_MAGIC UINT64_C(0x314d425046544f49) /* "IOTFPBM1" in the file */
#define IMAGE_VERSION 1

#define IMAGE_SIZE_MAX (256u << 20)
#define IMAGE_CARD_MAX (4u << 20)
#define IMAGE_DEVICES_MAX 1024
#define IMAGE_FUNCTIONS_MAX 64
#define IMAGE_CUTS_MAX 65534 /* of one feature; rank 0xffff is a missing value */
#define IMAGE_DEPTH_MAX 64
#define IMAGE_TEST_ROWS 32

#define IMAGE_DEVICE_MODEL UINT32_MAX /* image_ensemble.device of the device model */
#define IMAGE_LEAF 0xffff	      /* image_node.feature of a leaf */
#define IMAGE_DEFAULT_LEFT 0x0200     /* in image_node.feature: a missing value goes left */
#define IMAGE_RANKS 0x0400	      /* ranks of a row: one for each value of image_node.feature, see model_rank() */
#define IMAGE_MISSING 0xffff	      /* above every rank */

/* A part of the file: bytes from its beginning, and how many elements. */
struct image_section {
	uint64_t offset;
	uint64_t count;
};

enum image_section_id {
	IMAGE_CARD,
	IMAGE_CUTS_FIRST,
	IMAGE_CUTS,
	IMAGE_ENSEMBLES,
	IMAGE_TREES,
	IMAGE_NODES,
	IMAGE_TEST,
	IMAGE_SECTIONS
};

struct image_header {
	uint64_t magic;
	uint32_t version;
	uint32_t features_version;
	uint64_t features_hash;
	uint64_t checksum; /* FNV-1a 64 of the file, this field taken as 0 */
	uint64_t size;     /* of the file */
	uint32_t features;
	uint32_t devices;
	uint32_t test_rows;
	uint32_t outputs; /* classes of all ensembles together */
	struct image_section section[IMAGE_SECTIONS];
};
_Static_assert(sizeof(struct image_header) == 168, "no hidden padding");

/* P(class) = softmax((base + sum of the leaves of the class's trees) / temperature). */
struct image_ensemble {
	uint32_t device; /* whose functions these are, or IMAGE_DEVICE_MODEL */
	uint32_t classes;
	uint32_t tree_first;
	uint32_t trees;
	float base;
	float temperature;
};
_Static_assert(sizeof(struct image_ensemble) == 24, "no hidden padding");

struct image_tree {
	uint32_t node_first;
	uint32_t nodes;
	uint32_t label;
	uint32_t pad;
};
_Static_assert(sizeof(struct image_tree) == 16, "no hidden padding");

struct image_node {
	uint16_t rank;    /* left if and only if rank(x) <= this */
	uint16_t feature; /* | IMAGE_DEFAULT_LEFT; or IMAGE_LEAF */
	union {
		uint32_t left; /* within the tree; right is left + 1 */
		float value;   /* of a leaf */
	};
};
_Static_assert(sizeof(struct image_node) == 8, "eight a cache line");

/** image_element_size - bytes of an element of this section */
size_t image_element_size(enum image_section_id section);

/** image_checksum - what the header's checksum must be, of @size bytes that begin with a header */
uint64_t image_checksum(const void *bytes, size_t size);

/** image_check - bounds of everything in the file; NULL if it can be evaluated safely, else what is wrong */
const char *image_check(const void *bytes, size_t size);

/** image_section - beginning of a section of an image that image_check() has passed */
static inline const void *image_section(const struct image_header *header, enum image_section_id section)
{
	return (const char *)header + header->section[section].offset;
}

#endif
