/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_PACK_H
#define AGENT_MODEL_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/features/features.h"
#include "agent/model/image.h"

/* Trees as a training library has them, packed into a model file (image.h). */

/* Left where value < threshold, or where it is missing and missing_left. */
struct pack_node {
	bool leaf, missing_left;
	bool all_left;	   /* left wherever it is not missing; there is no threshold */
	bool zero_missing; /* a value of at most IMAGE_ZERO, positive or negative, is missing */
	uint16_t feature;
	float threshold; /* not NaN */
	float value;     /* of a leaf */
	uint32_t vector; /* of a leaf where the ensemble has vectors, which then counts instead of `value` */
	uint32_t left, right;
};

struct pack_tree {
	struct pack_node *nodes; /* the first is the root */
	uint32_t count;
	uint32_t label; /* class of its leaves; unused where there are vectors */
};

/* How sums become probabilities: struct image_ensemble says it in formulas. */
enum pack_link {
	PACK_SOFTMAX_FLOAT, /* softmax of float sums, as XGBoost */
	PACK_SOFTMAX,       /* softmax of double sums */
	PACK_MEAN,          /* shares of double sums: a forest whose leaves are probabilities */
};

struct pack_ensemble {
	enum features_scale scale;
	uint32_t device; /* IMAGE_DEVICE_MODEL, or whose functions */
	uint32_t classes;
	enum pack_link link;
	float base;	/* of every class */
	double *bases;  /* added to it, one a class; NULL: 0 */
	double factor;  /* of the sum of leaves; 0 stands for 1 */
	float temperature;
	struct pack_tree *trees;
	uint32_t count;
	float *vectors; /* `classes` values each: what a leaf says of all classes; NULL: leaves are of their tree's class */
	uint32_t vector_count;
};

/* Test rows of a scale, and what the training library says of them. */
struct pack_test {
	uint32_t count;       /* at most IMAGE_TEST_ROWS */
	const float *rows;    /* count times features_count(scale) */
	const float *outputs; /* count times the classes of all ensembles of the scale, in their order */
};

/* Ranges of a device's rows at one scale: struct image_fit, whose `first` is set when it is packed. */
struct pack_fit {
	struct image_fit fit;
	const struct image_range *ranges; /* features_count(scale) for each of its stages, the lowest first */
};

struct pack_model {
	const char *card; /* JSON text */
	uint32_t devices;
	const struct pack_ensemble *ensembles; /* by scale; in a scale the device model first, then functions by device */
	uint32_t ensemble_count;
	const struct pack_fit *fits; /* by scale, then by device */
	uint32_t fit_count;
	struct pack_test test[FEATURES_SCALES]; /* at least one row where a scale has ensembles */
};

/**
 * pack_image - append the model file to @out, which must be empty
 *
 * Returns 0; -EINVAL for trees that are none (cycles, features out of range, NaN as a threshold); -E2BIG for what the format has no
 * room for (a tree deeper than IMAGE_DEPTH_MAX, or so large that a step has no room);
 * -ENOMEM; -EMSGSIZE beyond @out's limit. Logs nothing.
 */
int pack_image(const struct pack_model *model, struct buffer *out);

/** pack_free - release an ensemble's trees */
void pack_free(struct pack_ensemble *ensemble);

#endif
