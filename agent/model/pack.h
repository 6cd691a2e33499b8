/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_PACK_H
#define AGENT_MODEL_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/buffer.h"

/* Trees as a training library has them, packed into a model file (image.h). */

/* Left where value < threshold, or where it is missing and missing_left. */
struct pack_node {
	bool leaf, missing_left;
	uint16_t feature;
	float threshold; /* finite */
	float value;     /* of a leaf */
	uint32_t left, right;
};

struct pack_tree {
	struct pack_node *nodes; /* the first is the root */
	uint32_t count;
	uint32_t label;
};

struct pack_ensemble {
	uint32_t device; /* IMAGE_DEVICE_MODEL, or whose functions */
	uint32_t classes;
	float base, temperature;
	struct pack_tree *trees;
	uint32_t count;
};

struct pack_model {
	const char *card; /* JSON text */
	uint32_t devices;
	const struct pack_ensemble *ensembles; /* the device model first, then functions in the order of devices */
	uint32_t ensemble_count;
	uint32_t test_rows;
	const float *rows;    /* test_rows times features_count(FEATURES_WINDOW) */
	const float *outputs; /* test_rows times the classes of all ensembles */
};

/**
 * pack_image - append the model file to @out, which must be empty
 *
 * Returns 0; -EINVAL for trees that are none (cycles, features out of range, more than IMAGE_CUTS_MAX thresholds of one
 * feature); -ENOMEM; -EMSGSIZE beyond @out's limit. Logs nothing.
 */
int pack_image(const struct pack_model *model, struct buffer *out);

/** pack_free - release an ensemble's trees */
void pack_free(struct pack_ensemble *ensemble);

#endif
