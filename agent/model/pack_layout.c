/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The order of a tree's nodes in memory. A walk reads a node of each level, and the deeper ones are not in the cache: what is read one
 * after the other should share a cache line. A line holds four pairs of siblings: one, and those below it with most of the tree.
 */

#include <errno.h>
#include <stdlib.h>

#include "agent/model/pack_internal.h"

#define FRONT_MAX (PACK_LINE / 2 + 1) /* nodes that wait for their children's place in a line */

int pack_layout_new(struct pack_layout *l, uint32_t nodes)
{
	/* Places beside the root, and behind the last node to the end of a line, stay empty. */
	size_t places = (size_t)nodes + 1 + PACK_LINE;

	*l = (struct pack_layout){ .queue = calloc(nodes, sizeof(uint32_t)),
				   .size = calloc(nodes, sizeof(uint32_t)),
				   .place = calloc(nodes, sizeof(uint32_t)),
				   .stack = calloc(nodes, sizeof(uint32_t)),
				   .order = calloc(places, sizeof(uint32_t)) };
	return l->queue && l->size && l->place && l->stack && l->order ? 0 : -ENOMEM;
}

void pack_layout_free(struct pack_layout *l)
{
	free(l->queue);
	free(l->size);
	free(l->place);
	free(l->stack);
	free(l->order);
}

/* No node is reached twice. */
static int enqueue(struct pack_layout *l, const struct pack_tree *tree, uint32_t node, uint32_t *queued)
{
	if (node >= tree->count || l->size[node])
		return -EINVAL;
	l->size[node] = 1;
	l->queue[(*queued)++] = node;
	return 0;
}

/* Breadth first. Returns the number of nodes reached. */
static int reach(struct pack_layout *l, const struct pack_tree *tree)
{
	uint32_t queued = 0, level_end = 1;

	memset(l->size, 0, tree->count * sizeof(*l->size));
	l->height = 0;
	enqueue(l, tree, 0, &queued);
	for (uint32_t i = 0; i < queued; i++) {
		const struct pack_node *n = &tree->nodes[l->queue[i]];

		if (i == level_end) {
			level_end = queued;
			l->height++;
		}
		if (!n->leaf && (enqueue(l, tree, n->left, &queued) < 0 || enqueue(l, tree, n->right, &queued) < 0))
			return -EINVAL;
	}
	return l->height > IMAGE_DEPTH_MAX ? -E2BIG : (int)queued;
}

static void measure(struct pack_layout *l, const struct pack_tree *tree, uint32_t reached)
{
	for (uint32_t i = reached; i-- > 0;) {
		const struct pack_node *n = &tree->nodes[l->queue[i]];

		l->size[l->queue[i]] = n->leaf ? 1 : 1 + l->size[n->left] + l->size[n->right];
	}
}

static void put(struct pack_layout *l, uint32_t node)
{
	if (node != PACK_EMPTY)
		l->place[node] = l->count;
	l->order[l->count++] = node;
}

/* The waiting node with most of the tree below it; it waits no longer. */
static uint32_t take_largest(const struct pack_layout *l, uint32_t *front, uint32_t *waiting)
{
	uint32_t best = 0, node;

	for (uint32_t i = 1; i < *waiting; i++)
		if (l->size[front[i]] > l->size[front[best]])
			best = i;
	node = front[best];
	front[best] = front[--*waiting];
	return node;
}

/* Line after line: one of the nodes on the stack, and below it as much as the line has room for; the rest goes to the stack. */
static void fill_lines(struct pack_layout *l, const struct pack_tree *tree)
{
	uint32_t front[FRONT_MAX], waiting = 0, stacked = 0;

	if (!tree->nodes[0].leaf)
		front[waiting++] = 0;
	while (waiting || stacked) {
		const struct pack_node *n;

		if (l->count % PACK_LINE == 0)
			while (waiting)
				l->stack[stacked++] = front[--waiting];
		n = &tree->nodes[waiting ? take_largest(l, front, &waiting) : l->stack[--stacked]];
		put(l, n->left);
		put(l, n->right);
		if (!tree->nodes[n->left].leaf)
			front[waiting++] = n->left;
		if (!tree->nodes[n->right].leaf)
			front[waiting++] = n->right;
	}
}

int pack_layout(struct pack_layout *l, const struct pack_tree *tree)
{
	int reached = reach(l, tree);

	l->count = 0;
	if (reached < 0)
		return reached;
	measure(l, tree, (uint32_t)reached);
	put(l, 0);
	put(l, PACK_EMPTY);
	/* In a tree of more nodes than a step can cross, breadth first has the shortest steps. */
	if (reached > UINT16_MAX - 2)
		for (int i = 1; i < reached; i++)
			put(l, l->queue[i]);
	else
		fill_lines(l, tree);
	while (l->count % PACK_LINE)
		put(l, PACK_EMPTY);
	return 0;
}
