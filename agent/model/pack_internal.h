/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_PACK_INTERNAL_H
#define AGENT_MODEL_PACK_INTERNAL_H

#include "agent/model/image.h"
#include "agent/model/pack.h"

/* The ensembles of one scale. */
struct pack_scale {
	uint32_t ensemble_first, ensembles;
	bool zero_missing; /* a node has it */
};

/* What is shared while an image is written. */
struct packer {
	const struct pack_model *model;
	struct buffer *out;
	struct image_header header;
	struct pack_scale scale[FEATURES_SCALES];
	uint32_t *leaf_first; /* of each ensemble, and of none: where its leaves begin */
};

/* Begin a section: elements appended up to the call of pack_end() are its own. */
void pack_begin(struct packer *k, enum image_section_id id);
void pack_end(struct packer *k, enum image_section_id id);

/** pack_trees - append the sections of trees, nodes and leaves; 0 or -errno as pack_image() */
int pack_trees(struct packer *k);

#endif
