/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_IMAGE_H
#define AGENT_MODEL_IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The format of a model file (.iotm), little-endian, mapped and used as it is:
 *
 *	struct image_header
 *	card		JSON text: names, accuracy, thresholds, where the training data came from (card.h)
 *	scales		struct image_scale: what a row of each scale is
 *	ensembles	struct image_ensemble, a scale's are consecutive: its device model, if it has one, then function models
 *	bases		double: what the sum of each class of each ensemble begins with
 *	trees		struct image_tree: an ensemble's are consecutive
 *	nodes		struct image_node: a tree's are consecutive, children behind their parent, siblings adjacent
 *	leaves		struct image_leaf: of ensembles whose leaves say something of several classes
 *	fits		struct image_fit: what rows of a device were like in training, where that is known; by scale, then by device
 *	ranges		struct image_range: of the features, for each stage of each fit
 *	test		float: for each scale its test rows, then for each row the outputs of all its ensembles
 *
 * Every section begins at a multiple of 8, that of the nodes of 64. Values are compared as integers that are in the order of the
 * floats, see image_key(): a row becomes such keys once for all trees of its scale, and missing values keys below or above all.
 */

#define IMAGE_MAGIC UINT64_C(0x314d425046544f49) /* "IOTFPBM1" in the file */
#define IMAGE_VERSION 4

#define IMAGE_SIZE_MAX (256u << 20)
#define IMAGE_CARD_MAX (4u << 20)
#define IMAGE_DEVICES_MAX 1024
#define IMAGE_FUNCTIONS_MAX 64
#define IMAGE_DEPTH_MAX 64
#define IMAGE_TEST_ROWS 32

#define IMAGE_DEVICE_MODEL UINT32_MAX /* image_ensemble.device of a device model */

/* image_node.feature is a feature's number, with these added where a node asks for them, or IMAGE_LEAF. */
#define IMAGE_DEFAULT_LEFT 0x0200 /* a missing value goes left */
#define IMAGE_ZERO_MISSING 0x0400 /* so does one within IMAGE_ZERO of 0 (LightGBM) */
#define IMAGE_LEAF 0x0800
#define IMAGE_KEYS (IMAGE_LEAF + 1)
#define IMAGE_ZERO 1e-35f

/* Keys that no number has. */
#define IMAGE_BELOW INT32_MIN       /* of a missing value that goes left; of IMAGE_LEAF */
#define IMAGE_ABOVE INT32_MAX       /* of a missing value that goes right */
#define IMAGE_ALL_LEFT 0x7f800001   /* of a node: above infinity, so that every value goes left that is not missing */

/* A part of the file: bytes from its beginning, and how many elements. */
struct image_section {
	uint64_t offset;
	uint64_t count;
};

enum image_section_id {
	IMAGE_CARD,
	IMAGE_SCALES,
	IMAGE_ENSEMBLES,
	IMAGE_BASES,
	IMAGE_TREES,
	IMAGE_NODES,
	IMAGE_LEAVES,
	IMAGE_FITS,
	IMAGE_RANGES,
	IMAGE_TEST,
	IMAGE_SECTIONS
};

struct image_header {
	uint64_t magic;
	uint32_t version;
	uint32_t devices;
	uint64_t checksum; /* FNV-1a 64 of the file, this field taken as 0 */
	uint64_t size;     /* of the file */
	struct image_section section[IMAGE_SECTIONS];
};
_Static_assert(sizeof(struct image_header) == 192, "no hidden padding");

/* In the order of enum features_scale, whose numbers never change; a scale without ensembles is not there. */
struct image_scale {
	uint64_t features_hash;
	uint32_t scale;
	uint32_t features_version;
	uint32_t features;
	uint32_t ensemble_first;
	uint32_t ensembles;
	uint32_t outputs;   /* classes of its ensembles together */
	uint32_t test_rows;
	uint32_t test_first;
	uint32_t flags;
	uint32_t pad;
};
_Static_assert(sizeof(struct image_scale) == 48, "no hidden padding");

#define IMAGE_SCALE_ZERO 1u /* a node has IMAGE_ZERO_MISSING */

/*
 * S(class) = base + factor * sum of the leaves. With IMAGE_MEAN P(class) is proportional to S^(1 / temperature), S not negative;
 * otherwise it is softmax(S / temperature). Sums are of double, or with IMAGE_FLOAT_SUM of float in the order of the trees, base
 * first, factor 1, as XGBoost takes them. With IMAGE_VECTORS a leaf is the number of its first struct image_leaf.
 */
#define IMAGE_MEAN 1u
#define IMAGE_FLOAT_SUM 2u
#define IMAGE_VECTORS 4u
#define IMAGE_FLAGS 7u

struct image_ensemble {
	uint32_t device; /* whose functions these are, or IMAGE_DEVICE_MODEL */
	uint32_t classes;
	uint32_t flags;
	float temperature;
	double factor;
	uint32_t base_first;
	uint32_t tree_first;
	uint32_t trees;
	uint32_t leaf_first;
	uint32_t leaves;
	uint32_t pad;
};
_Static_assert(sizeof(struct image_ensemble) == 48, "no hidden padding");

struct image_tree {
	uint32_t node_first;
	uint32_t nodes;
	uint32_t label;  /* class of its leaves; 0 with IMAGE_VECTORS */
	uint32_t height; /* comparisons of the longest way to a leaf */
};
_Static_assert(sizeof(struct image_tree) == 16, "no hidden padding");

/*
 * The next node is the one at `step` from here, or the one behind it if the value's key is not below the node's. A leaf is its own
 * next node: its step is 0, and IMAGE_BELOW is below all that it may hold. So a walk may go on for as many steps as it likes.
 */
struct image_node {
	union {
		int32_t key;
		float value;   /* of a leaf; not -0 */
		uint32_t leaf; /* with IMAGE_VECTORS, within the ensemble's */
	};
	uint16_t feature;
	uint16_t step;
};
_Static_assert(sizeof(struct image_node) == 8, "eight a cache line");

/* A leaf's value for one class; classes ascend up to the last one that is not 0. */
struct image_leaf {
	uint16_t label;
	uint16_t last;
	float value;
};
_Static_assert(sizeof(struct image_leaf) == 8, "no hidden padding");

/* Ranges of one device's rows at a scale, one for each feature and stage that is covered (ranges.h); the lowest stage first. */
struct image_fit {
	uint32_t scale;
	uint32_t device;
	uint32_t stages; /* bits 1 << stage: covered */
	uint32_t first;  /* range of the lowest one's first feature */
	float tolerance; /* strangeness up to which a row is like those of training; more than 0 */
	uint32_t pad;
};
_Static_assert(sizeof(struct image_fit) == 24, "no hidden padding");

/* A feature's values in training, scaled as ranges.h says, in steps of 1 / IMAGE_RANGE_STEPS. */
struct image_range {
	int16_t low;   /* or one of the below */
	uint16_t span; /* from low to high, with IMAGE_RANGE_MISSING where it was missing at times, too */
};
_Static_assert(sizeof(struct image_range) == 4, "no hidden padding");

#define IMAGE_RANGE_STEPS 512
#define IMAGE_RANGE_MISSING 0x8000u
#define IMAGE_RANGE_NEVER INT16_MIN	/* it was always missing */
#define IMAGE_RANGE_ANY (INT16_MIN + 1) /* nothing is known of it */

/** image_key - an integer that is below, equal or above another's as @x is, where neither is NaN */
static inline int32_t image_key(float x)
{
	int32_t bits;

	x += 0.0f; /* -0 becomes 0 */
	memcpy(&bits, &x, sizeof(bits));
	return bits ^ (int32_t)((uint32_t)(bits >> 31) >> 1);
}

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
