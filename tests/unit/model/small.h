/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_MODEL_SMALL_H
#define TESTS_UNIT_MODEL_SMALL_H

/* A model of random trees over random rows, and what its trees say computed without any of the packed form. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/buffer.h"
#include "agent/features/features.h"
#include "agent/model/image.h"
#include "agent/model/pack.h"

#define SMALL_CARD                                                                                                  \
	"{\"name\":\"small\",\"version\":\"9\",\"accuracy\":{\"device\":{\"window\":0.5,\"trial\":0.75}},"          \
	"\"devices\":[{\"name\":\"plug\",\"threshold\":0.25,\"functions\":[{\"name\":\"on\"},{\"name\":\"off\"}]}," \
	"{\"name\":\"cam\"},{\"name\":\"hub\"}]}"

enum { SMALL_TREES = 12, SMALL_DEPTH = 5, SMALL_ROWS = 8, SMALL_OUTPUTS = 3 + 2 };

struct small {
	struct pack_ensemble ensembles[2];
	float rows[SMALL_ROWS * FEATURES_MAX], outputs[SMALL_ROWS * SMALL_OUTPUTS];
	uint32_t random;
};

static inline float small_random(struct small *s)
{
	s->random = s->random * 1664525u + 1013904223u;
	return (float)(s->random >> 8) / (float)(1 << 24);
}

static inline void small_tree(struct small *s, struct pack_tree *tree, uint32_t label)
{
	uint32_t inner = (1u << SMALL_DEPTH) - 1;

	tree->label = label;
	tree->count = 2 * inner + 1;
	tree->nodes = calloc(tree->count, sizeof(*tree->nodes));
	for (uint32_t i = 0; i < tree->count; i++) {
		struct pack_node *n = &tree->nodes[i];

		n->leaf = i >= inner;
		n->value = small_random(s) - 0.5f;
		if (n->leaf)
			continue;
		n->feature = (uint16_t)(small_random(s) * (float)features_count(FEATURES_WINDOW));
		n->threshold = (float)(int)(small_random(s) * 10);
		n->missing_left = small_random(s) < 0.5f;
		n->left = 2 * i + 1;
		n->right = 2 * i + 2;
	}
}

static inline float small_walk(const struct pack_tree *tree, const float *row)
{
	const struct pack_node *n = tree->nodes;

	while (!n->leaf) {
		float x = row[n->feature];

		n = &tree->nodes[(isnan(x) ? n->missing_left : x < n->threshold) ? n->left : n->right];
	}
	return n->value;
}

/* Probabilities of one ensemble. */
static inline void small_answer(const struct pack_ensemble *e, const float *row, float *p)
{
	float sum = 0;

	for (uint32_t c = 0; c < e->classes; c++)
		p[c] = e->base;
	for (uint32_t t = 0; t < e->count; t++)
		p[e->trees[t].label] += small_walk(&e->trees[t], row);
	for (uint32_t c = 0; c < e->classes; c++)
		sum += p[c] = expf(p[c] / e->temperature);
	for (uint32_t c = 0; c < e->classes; c++)
		p[c] /= sum;
}

/* Integers around the thresholds, so that equality happens, and some missing. */
static inline void small_row(struct small *s, float *row)
{
	for (size_t f = 0; f < features_count(FEATURES_WINDOW); f++)
		row[f] = small_random(s) < 0.1f ? NAN : (float)(int)(small_random(s) * 12) - 1;
}

static inline void small_new(struct small *s)
{
	static const uint32_t classes[2] = { 3, 2 };

	memset(s, 0, sizeof(*s));
	s->random = 7;
	for (uint32_t e = 0; e < 2; e++) {
		s->ensembles[e] = (struct pack_ensemble){ .device = e ? 0 : IMAGE_DEVICE_MODEL,
							  .classes = classes[e],
							  .base = 0.5f,
							  .temperature = 1.5f,
							  .count = SMALL_TREES };
		s->ensembles[e].trees = calloc(SMALL_TREES, sizeof(struct pack_tree));
		for (uint32_t t = 0; t < SMALL_TREES; t++)
			small_tree(s, &s->ensembles[e].trees[t], t % classes[e]);
	}
	for (uint32_t i = 0; i < SMALL_ROWS; i++) {
		small_row(s, s->rows + i * features_count(FEATURES_WINDOW));
		small_answer(&s->ensembles[0], s->rows + i * features_count(FEATURES_WINDOW), s->outputs + i * SMALL_OUTPUTS);
		small_answer(&s->ensembles[1], s->rows + i * features_count(FEATURES_WINDOW), s->outputs + i * SMALL_OUTPUTS + 3);
	}
}

static inline int small_pack(const struct small *s, const char *card, struct buffer *image)
{
	struct pack_model m = { .card = card,
				.devices = 3,
				.ensembles = s->ensembles,
				.ensemble_count = 2,
				.test[FEATURES_WINDOW] = { SMALL_ROWS, s->rows, s->outputs } };

	return pack_image(&m, image);
}

static inline void small_free(struct small *s)
{
	pack_free(&s->ensembles[0]);
	pack_free(&s->ensembles[1]);
}

#endif
