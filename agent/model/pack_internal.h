/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_PACK_INTERNAL_H
#define AGENT_MODEL_PACK_INTERNAL_H

#include "agent/model/image.h"
#include "agent/model/pack.h"

/* The ensembles of one scale, and all their thresholds. */
struct pack_scale {
	uint32_t ensemble_first, ensembles;
	bool zero_missing; /* a node has it */
	float *cuts;       /* sorted and unique a feature */
	uint32_t first[FEATURES_MAX + 1];
};

/* What is shared while an image is written. */
struct packer {
	const struct pack_model *model;
	struct buffer *out;
	struct image_header header;
	struct pack_scale scale[FEATURES_SCALES];
	uint32_t *leaf_first; /* of each ensemble, and of none: where its leaves begin */
};

/** pack_cuts - gather the thresholds of a scale whose ensembles are set; 0 or -errno as pack_image() */
int pack_cuts(struct packer *k, enum features_scale scale);

/** pack_rank - the number of a node's threshold among those of its feature */
uint16_t pack_rank(const struct pack_scale *s, const struct pack_node *n);

/* Begin a section: elements appended up to the call of pack_end() are its own. */
void pack_begin(struct packer *k, enum image_section_id id);
void pack_end(struct packer *k, enum image_section_id id);

/** pack_trees - append the sections of trees, nodes and leaves; 0 or -errno as pack_image() */
int pack_trees(struct packer *k);

#endif
