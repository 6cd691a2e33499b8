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

/* Where a tree's nodes go. */
struct pack_layout {
	uint32_t *queue; /* numbers of the tree's nodes, breadth first */
	uint32_t *size;  /* of each node of the tree: nodes below it and itself */
	uint32_t *place; /* where each node of the tree goes */
	uint32_t *stack; /* nodes whose children have no place yet */
	uint32_t *order; /* the result: which node goes to each place; PACK_EMPTY for none */
	uint32_t count;  /* of places, a multiple of PACK_LINE */
	uint32_t height;
};

#define PACK_EMPTY UINT32_MAX
#define PACK_LINE 8u /* nodes in a cache line */

/** pack_layout_new - room for trees of up to @nodes nodes; 0 or -ENOMEM. Release with pack_layout_free() in either case. */
int pack_layout_new(struct pack_layout *l, uint32_t nodes);
void pack_layout_free(struct pack_layout *l);

/** pack_layout - find a place for every node that a way from the root leads to; 0 or -errno as pack_image() */
int pack_layout(struct pack_layout *l, const struct pack_tree *tree);

/** pack_trees - append the sections of trees, nodes and leaves; 0 or -errno as pack_image() */
int pack_trees(struct packer *k);

#endif
