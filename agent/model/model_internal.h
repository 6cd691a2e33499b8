/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_MODEL_INTERNAL_H
#define AGENT_MODEL_MODEL_INTERNAL_H

#include "agent/model/card.h"
#include "agent/model/image.h"
#include "agent/model/model.h"

struct model {
	const struct image_header *image;
	size_t mapped; /* bytes to unmap; 0 where the image is the caller's */
	const uint32_t *cuts_first;
	const float *cuts;
	const struct image_tree *trees;
	const struct image_node *nodes;
	const struct image_ensemble *device;    /* the device model */
	const struct image_ensemble **function; /* of each device, or NULL */
	struct card card;
};

/**
 * model_rank - number of cut points <= value, for all features of a row
 * @ranks: IMAGE_RANKS; those of feature f are at f, for nodes where a missing value goes right, and at
 *	f | IMAGE_DEFAULT_LEFT, for those where it goes left. The two differ for a missing value only, which is then above
 *	or below every cut, so that a walk does not ask whether it is missing.
 */
void model_rank(const struct model *model, const float *row, uint16_t *ranks);

/** model_ensemble - probabilities of one ensemble for a ranked row; returns the most probable class */
int model_ensemble(const struct model *model, const struct image_ensemble *e, const uint16_t *ranks, float *p);

#endif
