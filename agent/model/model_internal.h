/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_MODEL_INTERNAL_H
#define AGENT_MODEL_MODEL_INTERNAL_H

#include "agent/model/card.h"
#include "agent/model/image.h"
#include "agent/model/model.h"

_Static_assert(MODEL_KEYS == IMAGE_KEYS, "room for a key for all that a node can ask");
_Static_assert(FEATURES_MAX <= IMAGE_DEFAULT_LEFT, "a feature's number leaves room for the flags");

struct model_scale {
	const struct image_scale *image; /* NULL: the file does not have this scale */
	const struct image_ensemble *device;    /* the device model, or NULL */
	const struct image_ensemble **function; /* of each device, or NULL */
	const struct image_fit *fits;	 /* of its devices */
	uint32_t fit_count;
};

struct model {
	const struct image_header *image;
	size_t mapped; /* bytes to unmap; 0 where the image is the caller's */
	const double *bases;
	const struct image_tree *trees;
	const struct image_node *nodes;
	const struct image_leaf *leaves;
	const struct image_range *ranges;
	struct model_scale scale[FEATURES_SCALES];
	struct card card;
};

/** model_ensemble - probabilities of one ensemble for a ranked row; returns the most probable class */
int model_ensemble(const struct model *model, const struct image_ensemble *e, const struct model_row *row, float *p);

#endif
