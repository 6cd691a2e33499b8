/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/model/image.h"
#include "tools/train/extra_internal.h"

#define TRIES_SHARE 0.2 /* of the features, for one split */
#define SPLIT_MIN 4     /* rows */
#define DEPTH_MAX (IMAGE_DEPTH_MAX - 4)
#define NODES_MAX 100000

/* Rows begin..end-1 of a tree become node `node`. */
struct todo {
	uint32_t begin, end, node, depth;
};

void extra_free(struct extra *e)
{
	for (uint32_t i = 0; e->trees && i < e->count; i++)
		free(e->trees[i].nodes);
	free(e->trees);
	free(e->vectors);
	free(e);
}

static void grower_free(struct extra_grower *g)
{
	free(g->columns);
	free(g->rows);
	free(g->aside);
	free(g->feature);
	free(g->values);
	free(g->weights);
	free(g->present);
	free(g->end);
	free(g->all);
	free(g->left);
	free(g->missing);
}

static void transpose(const struct problem *p, float *columns)
{
	for (size_t i = 0; i < p->count; i++)
		for (size_t f = 0; f < p->width; f++)
			columns[f * p->count + i] = p->x[i * p->width + f];
}

static int grower_new(const struct problem *p, struct extra_grower *g)
{
	double tries = TRIES_SHARE * (double)p->width;

	*g = (struct extra_grower){ .problem = p, .tries = tries < 1 ? 1 : (uint32_t)tries };
	g->columns = calloc(p->count, p->width * sizeof(*g->columns));
	g->rows = calloc(p->count, sizeof(*g->rows));
	g->aside = calloc(p->count, sizeof(*g->aside));
	g->feature = calloc(p->width, sizeof(*g->feature));
	g->values = calloc(p->count + EXTRA_LANES, sizeof(*g->values));
	g->weights = calloc(p->count, sizeof(*g->weights));
	g->present = calloc(p->classes, sizeof(*g->present));
	g->end = calloc(p->classes, sizeof(*g->end));
	g->all = calloc(p->classes, sizeof(*g->all));
	g->left = calloc(p->classes, sizeof(*g->left));
	g->missing = calloc(p->classes, sizeof(*g->missing));

	if (!g->columns || !g->rows || !g->aside || !g->feature || !g->values || !g->weights || !g->present || !g->end || !g->all ||
	    !g->left || !g->missing)
		return -ENOMEM;
	transpose(p, g->columns);
	for (uint32_t i = 0; i < p->width; i++)
		g->feature[i] = i;
	return 0;
}

static size_t group_end(const struct problem *p, size_t begin)
{
	size_t end = begin;

	while (end < p->count && p->groups[end] == p->groups[begin])
		end++;
	return end;
}

/* Some of rows begin..end-1, each with the same chance. */
static void draw_some(struct extra_grower *g, size_t begin, size_t end)
{
	uint32_t first = g->count, most = g->problem->per_group;

	for (size_t i = begin; i < end; i++) {
		uint32_t place = extra_random(g, (uint32_t)(i - begin) + 1);

		if (g->count - first < most)
			g->rows[g->count++] = (uint32_t)i;
		else if (place < most)
			g->rows[first + place] = (uint32_t)i;
	}
}

/* Rows of a class side by side. */
static void sort_rows(struct extra_grower *g)
{
	const uint32_t *labels = g->problem->labels;
	uint32_t *next = g->end, first = 0;

	memset(next, 0, g->problem->classes * sizeof(*next));
	memcpy(g->aside, g->rows, g->count * sizeof(*g->rows));
	for (uint32_t i = 0; i < g->count; i++)
		next[labels[g->rows[i]]]++;
	for (uint32_t c = 0; c < g->problem->classes; c++) {
		first += next[c];
		next[c] = first - next[c];
	}
	for (uint32_t i = 0; i < g->count; i++)
		g->rows[next[labels[g->aside[i]]]++] = g->aside[i];
}

/* What the next tree sees: of each group a few rows, and the last ones. */
static void draw_rows(struct extra_grower *g)
{
	const struct problem *p = g->problem;

	g->count = 0;
	for (size_t begin = 0, end; begin < p->count; begin = end) {
		size_t last;

		end = group_end(p, begin);
		last = end - begin > p->last ? end - p->last : begin;
		draw_some(g, begin, last);
		for (size_t i = last; i < end; i++)
			g->rows[g->count++] = (uint32_t)i;
	}
	sort_rows(g);
}

static int make_vectors(struct extra *e)
{
	e->vector_room = 2 * e->classes;
	e->vectors = calloc((size_t)e->vector_room * e->classes, sizeof(float));
	for (uint32_t c = 0; e->vectors && c < e->classes; c++)
		e->vectors[(size_t)c * e->classes + c] = 1;
	e->vector_count = e->classes;
	return e->vectors ? 0 : -ENOMEM;
}

/* Shares of a node's classes; a new vector where there are several. */
static int64_t leaf_vector(struct extra *e, const struct extra_grower *g)
{
	double sum = 0;
	float *v;

	if (g->classes == 1)
		return g->present[0];
	if (e->vector_count == e->vector_room) {
		v = reallocarray(e->vectors, 2 * (size_t)e->vector_room * e->classes, sizeof(float));
		if (!v)
			return -ENOMEM;
		e->vectors = v;
		e->vector_room *= 2;
	}
	v = e->vectors + (size_t)e->vector_count * e->classes;
	memset(v, 0, e->classes * sizeof(*v));
	for (uint32_t i = 0; i < g->classes; i++)
		sum += g->all[i];
	for (uint32_t i = 0; i < g->classes; i++)
		v[g->present[i]] = (float)(g->all[i] / sum);
	return e->vector_count++;
}

/* Notes the classes of a node, where their rows are, and the weights. */
static void weigh_classes(struct extra_grower *g, uint32_t begin, uint32_t end)
{
	const struct problem *p = g->problem;

	g->classes = 0;
	for (uint32_t i = begin; i < end; i++) {
		uint32_t row = g->rows[i], label = p->labels[row];

		if (!g->classes || g->present[g->classes - 1] != label) {
			g->all[g->classes] = 0;
			g->present[g->classes++] = label;
		}
		g->weights[i - begin] = p->weights[row];
		g->all[g->classes - 1] += (double)p->weights[row];
		g->end[g->classes - 1] = i + 1 - begin;
	}
}

/* Keeps the order on both sides. */
static uint32_t divide(struct extra_grower *g, uint32_t begin, uint32_t end, const struct extra_split *s)
{
	const float *column = g->columns + s->feature * g->problem->count;
	uint32_t middle = begin, right = 0;

	for (uint32_t i = begin; i < end; i++) {
		uint32_t row = g->rows[i];

		if (extra_goes_left(column[row], s->threshold, s->missing_left))
			g->rows[middle++] = row;
		else
			g->aside[right++] = row;
	}
	memcpy(g->rows + middle, g->aside, right * sizeof(*g->rows));
	return middle;
}

/* By the feature that the problem says, where that divides the rows. */
static struct extra_split first_split(struct extra_grower *g)
{
	const struct problem *p = g->problem;
	const struct extra_split s = { .feature = (uint16_t)p->route, .threshold = 0.5f };
	uint32_t left = 0;

	for (uint32_t i = 0; i < g->count; i++)
		left += extra_goes_left(g->columns[s.feature * p->count + g->rows[i]], s.threshold, s.missing_left);
	return left && left < g->count ? s : extra_split_find(g, 0, g->count);
}

/* One node: a leaf, or an inner one whose children are appended to nodes and list. Returns 0 or -ENOMEM. */
static int grow_node(struct extra *e, struct extra_grower *g, struct pack_tree *tree, const struct todo *t,
		     struct todo children[2])
{
	struct pack_node *n = &tree->nodes[t->node];
	struct extra_split s = { .score = -1 };
	uint32_t middle;
	int64_t vector;

	weigh_classes(g, t->begin, t->end);
	if (g->classes > 1 && t->end - t->begin >= SPLIT_MIN && t->depth < DEPTH_MAX &&
	    tree->count + 2 <= NODES_MAX)
		s = t->depth == 0 && g->problem->route >= 0 ? first_split(g) : extra_split_find(g, t->begin, t->end);
	middle = s.score < 0 ? t->begin : divide(g, t->begin, t->end, &s);
	if (middle == t->begin || middle == t->end) {
		vector = leaf_vector(e, g);
		*n = (struct pack_node){ .leaf = true, .vector = (uint32_t)vector };
		return vector < 0 ? -ENOMEM : 0;
	}
	*n = (struct pack_node){ .missing_left = s.missing_left,
				 .feature = s.feature,
				 .threshold = s.threshold,
				 .left = tree->count,
				 .right = tree->count + 1 };
	children[0] = (struct todo){ t->begin, middle, tree->count, t->depth + 1 };
	children[1] = (struct todo){ middle, t->end, tree->count + 1, t->depth + 1 };
	tree->count += 2;
	return 0;
}

static int nodes_room(struct pack_tree *tree, size_t *room)
{
	struct pack_node *grown;

	if (tree->count + 2 <= *room)
		return 0;
	grown = reallocarray(tree->nodes, 2 * *room + 2, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	tree->nodes = grown;
	*room = 2 * *room + 2;
	return 0;
}

static int grow_tree(struct extra *e, struct extra_grower *g, struct pack_tree *tree)
{
	struct todo stack[DEPTH_MAX + 2];
	size_t depth = 1, room = 0;
	int r = nodes_room(tree, &room);

	draw_rows(g);
	stack[0] = (struct todo){ 0, g->count, 0, 0 };
	tree->count = 1;
	while (r == 0 && depth) {
		struct todo t = stack[--depth];
		uint32_t before = tree->count;

		r = nodes_room(tree, &room);
		if (r == 0)
			r = grow_node(e, g, tree, &t, &stack[depth]);
		depth += r == 0 && tree->count > before ? 2 : 0;
	}
	return r;
}

static int grow_all(struct extra *e, const struct problem *p, uint32_t seed)
{
	_cleanup_(grower_free) struct extra_grower g;
	int r = grower_new(p, &g);

	e->trees = calloc(p->trees, sizeof(*e->trees));
	if (r < 0 || !e->trees || make_vectors(e) < 0)
		return -ENOMEM;
	for (; r == 0 && e->count < p->trees; e->count++) {
		g.random = ((uint64_t)seed << 32) + e->count;
		r = grow_tree(e, &g, &e->trees[e->count]);
	}
	return r;
}

int extra_train(const struct problem *p, uint32_t seed, struct extra **out)
{
	_cleanup_(extra_free_p) struct extra *e = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return log_errno_r(-ENOMEM, "training");
	e->classes = p->classes;
	e->width = p->width;
	r = grow_all(e, p, seed);
	if (r < 0)
		return log_errno_r(r, "training");
	*out = TAKE_PTR(e);
	return 0;
}

static const float *leaf_of(const struct extra *e, const struct pack_tree *tree, const float *x)
{
	const struct pack_node *n = tree->nodes;

	while (!n->leaf)
		n = tree->nodes + (extra_goes_left(x[n->feature], n->threshold, n->missing_left) ? n->left : n->right);
	return e->vectors + (size_t)n->vector * e->classes;
}

void extra_predict(const struct extra *e, const float *x, size_t count, float *logs)
{
	for (size_t i = 0; i < count; i++, logs += e->classes) {
		memset(logs, 0, e->classes * sizeof(*logs));
		for (uint32_t t = 0; t < e->count; t++) {
			const float *v = leaf_of(e, &e->trees[t], x + i * e->width);

			for (uint32_t c = 0; c < e->classes; c++)
				logs[c] += v[c];
		}
		for (uint32_t c = 0; c < e->classes; c++)
			logs[c] = logf(logs[c] / (float)e->count);
	}
}

static int copy_tree(const struct pack_tree *from, struct pack_tree *to)
{
	to->nodes = calloc(from->count, sizeof(*to->nodes));
	if (!to->nodes)
		return -ENOMEM;
	memcpy(to->nodes, from->nodes, from->count * sizeof(*to->nodes));
	to->count = from->count;
	return 0;
}

int extra_trees(const struct extra *e, struct pack_ensemble *out)
{
	size_t vectors = (size_t)e->vector_count * e->classes;
	int r = 0;

	*out = (struct pack_ensemble){ .classes = e->classes, .link = PACK_MEAN, .temperature = 1 };
	out->trees = calloc(e->count, sizeof(*out->trees));
	out->vectors = calloc(vectors, sizeof(float));
	if (!out->trees || !out->vectors)
		return log_errno_r(-ENOMEM, "training");
	memcpy(out->vectors, e->vectors, vectors * sizeof(float));
	out->vector_count = e->vector_count;
	for (; r == 0 && out->count < e->count; out->count++)
		r = copy_tree(&e->trees[out->count], &out->trees[out->count]);
	return r < 0 ? log_errno_r(r, "training") : 0;
}
