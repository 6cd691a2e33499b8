/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * LightGBM's text: lines of KEY=VALUE, those of a tree behind a line "Tree=N". A value goes left where it is at most the threshold,
 * in double; what is missing, and whether 0 is, each node says itself. A child below 0 is leaf number -1 - child.
 */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/model/image.h"
#include "agent/model/import_internal.h"

#define WORD_MAX 64 /* characters of a number */

/* A block of lines: the head of the file, or a tree. */
struct block {
	const char *at, *end;
};

/* decision_type */
enum { CATEGORICAL = 1, DEFAULT_LEFT = 2, MISSING_SHIFT = 2, MISSING_NONE = 0, MISSING_ZERO = 1, MISSING_NAN = 2 };

enum column { FEATURE, THRESHOLD, DECISION, LEFT, RIGHT, COLUMNS };

static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? newline : end;
}

static struct block trim(const char *at, const char *end)
{
	while (end > at && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	return (struct block){ at, end };
}

/* The value of the line KEY=...; false where there is none. */
static bool find(const struct block *b, const char *key, struct block *value)
{
	size_t length = strlen(key);

	for (const char *at = b->at; at < b->end;) {
		const char *end = line_end(at, b->end);

		if ((size_t)(end - at) > length && at[length] == '=' && !memcmp(at, key, length)) {
			*value = trim(at + length + 1, end);
			return true;
		}
		at = end + (end < b->end);
	}
	return false;
}

static bool has_line(const struct block *b, const char *line)
{
	for (const char *at = b->at; at < b->end;) {
		const char *end = line_end(at, b->end);
		struct block own = trim(at, end);

		if ((size_t)(own.end - own.at) == strlen(line) && !memcmp(own.at, line, strlen(line)))
			return true;
		at = end + (end < b->end);
	}
	return false;
}

/* The next word of a line; false at its end. */
static bool next_word(struct block *line, struct block *word)
{
	while (line->at < line->end && *line->at == ' ')
		line->at++;
	word->at = line->at;
	while (line->at < line->end && *line->at != ' ')
		line->at++;
	word->end = line->at;
	return word->end > word->at;
}

static int number(const struct block *word, double *out)
{
	size_t length = (size_t)(word->end - word->at);
	char text[WORD_MAX + 1], *end;

	if (!length || length > WORD_MAX)
		return -EBADMSG;
	memcpy(text, word->at, length);
	text[length] = '\0';
	*out = strtod(text, &end);
	return end == text + length ? 0 : -EBADMSG;
}

static int numbers(const struct block *b, const char *key, double *out, size_t count)
{
	struct block line = { 0 }, word;
	size_t i = 0;

	if (!find(b, key, &line) && count)
		return -EBADMSG;
	for (; next_word(&line, &word); i++)
		if (i == count || number(&word, &out[i]) < 0)
			return -EBADMSG;
	return i == count ? 0 : -EBADMSG;
}

static int count_at(const struct block *b, const char *key, uint32_t min, uint32_t max, uint32_t *out)
{
	double v;
	int r = numbers(b, key, &v, 1);

	if (r < 0 || !(v >= min && v <= max) || v != floor(v))
		return -EBADMSG;
	*out = (uint32_t)v;
	return 0;
}

static bool starts(const struct block *word, const char *text)
{
	return (size_t)(word->end - word->at) >= strlen(text) && !memcmp(word->at, text, strlen(text));
}

static bool is(const struct block *word, const char *text)
{
	return starts(word, text) && (size_t)(word->end - word->at) == strlen(text);
}

/* "binary sigmoid:1" or "multiclass num_class:3" */
static int read_objective(struct import *m, const struct block *head)
{
	struct block line = { 0 }, name, word;

	if (!find(head, "objective", &line) || !next_word(&line, &name))
		return import_refuse(m, "it has no objective (a custom one?), so no probabilities");
	m->ensemble.factor = 1;
	m->ensemble.link = PACK_SOFTMAX;
	snprintf(m->kind, sizeof(m->kind), "LightGBM, %.*s", (int)(name.end - name.at < 48 ? name.end - name.at : 48), name.at);
	if (is(&name, "multiclass") || is(&name, "softmax"))
		return 0;
	if (!is(&name, "binary"))
		return import_refuse(m, "objective %.*s gives no probabilities of classes that add up to 1 (binary and multiclass do)",
				     (int)(name.end - name.at < 48 ? name.end - name.at : 48), name.at);
	m->ensemble.classes = 2;
	while (next_word(&line, &word)) {
		if (!starts(&word, "sigmoid:"))
			continue;
		word.at += strlen("sigmoid:");
		if (number(&word, &m->ensemble.factor) < 0 || !(m->ensemble.factor > 0 && m->ensemble.factor < 1e6))
			return import_damaged(m, -EBADMSG, "sigmoid");
	}
	return 0;
}

/* Names that the library gave itself, Column_0 and so on, are none. */
static int read_features(struct import *m, const struct block *head)
{
	struct block line = { 0 }, word;
	_cleanup_free_ char *copy = NULL;
	_cleanup_free_ char **names = NULL;
	uint32_t count, i = 0, own = 0;

	if (count_at(head, "max_feature_idx", 0, UINT16_MAX - 1, &count) < 0)
		return import_damaged(m, -EBADMSG, "max_feature_idx");
	count++;
	names = calloc(count, sizeof(*names));
	if (!find(head, "feature_names", &line))
		return import_damaged(m, -EBADMSG, "list of feature names");
	copy = strndup(line.at, (size_t)(line.end - line.at));
	if (!names || !copy)
		return import_damaged(m, -ENOMEM, NULL);
	for (struct block text = { copy, copy + strlen(copy) }; next_word(&text, &word) && i < count; i++) {
		char *end = copy + (word.end - copy);
		char column[24];

		snprintf(column, sizeof(column), "Column_%u", i);
		own += is(&word, column);
		names[i] = copy + (word.at - copy);
		text.at += *end != '\0';
		*end = '\0';
	}
	if (i != count)
		return import_damaged(m, -EBADMSG, "list of feature names");
	return import_features(m, own == count ? NULL : names, count);
}

/*
 * Threshold and missing values of a node. The library's interfaces take values within kZeroThreshold of 0 for 0 before they ask a
 * tree, so a threshold in there is moved to its border on the side that has all of them together.
 */
static int read_split(const struct import *m, const double *c, size_t count, size_t i, struct pack_node *n)
{
	double t = c[THRESHOLD * count + i];
	int decision = c[DECISION * count + i] >= 0 && c[DECISION * count + i] < 16 ? (int)c[DECISION * count + i] : -1;
	int missing = decision >> MISSING_SHIFT;

	if (decision < 0 || missing > MISSING_NAN || !isfinite(t))
		return -EBADMSG;
	if (decision & CATEGORICAL)
		return -EOPNOTSUPP;
	n->threshold = import_below(t);
	if (t >= 0 && t < (double)IMAGE_ZERO)
		n->threshold = nextafterf(IMAGE_ZERO, INFINITY);
	else if (t < 0 && t >= (double)-IMAGE_ZERO)
		n->threshold = -IMAGE_ZERO;
	n->missing_left = missing == MISSING_NONE ? 0 <= t : (decision & DEFAULT_LEFT) != 0;
	n->zero_missing = missing == MISSING_ZERO;
	return import_feature(m, c[FEATURE * count + i], &n->feature);
}

/* Inner nodes come first in our numbering, leaves behind them. */
static uint32_t child(double number, size_t inner)
{
	return number < 0 ? import_child((double)inner - 1 - number) : import_child(number);
}

static int read_nodes(const struct import *m, const struct block *b, struct pack_tree *tree, size_t inner)
{
	static const char *const name[COLUMNS] = { "split_feature", "threshold", "decision_type", "left_child", "right_child" };
	_cleanup_free_ double *c = calloc(inner * COLUMNS + inner + 1, sizeof(*c));
	double *leaf;
	int r = 0;

	if (!c)
		return -ENOMEM;
	leaf = c + inner * COLUMNS;
	for (size_t i = 0; r == 0 && inner && i < COLUMNS; i++)
		r = numbers(b, name[i], c + i * inner, inner);
	if (r == 0)
		r = numbers(b, "leaf_value", leaf, inner + 1);
	for (size_t i = 0; r == 0 && i < inner; i++) {
		r = read_split(m, c, inner, i, &tree->nodes[i]);
		tree->nodes[i].left = child(c[LEFT * inner + i], inner);
		tree->nodes[i].right = child(c[RIGHT * inner + i], inner);
	}
	for (size_t i = 0; r == 0 && i <= inner; i++) {
		tree->nodes[inner + i] = (struct pack_node){ .leaf = true, .value = (float)leaf[i] };
		r = isfinite(tree->nodes[inner + i].value) ? 0 : -EBADMSG;
	}
	return r;
}

static int read_tree(struct import *m, const struct block *b, uint32_t label)
{
	struct pack_tree *tree;
	uint32_t leaves, linear = 0;
	int r;

	if (count_at(b, "num_leaves", 1, INT32_MAX, &leaves) < 0 || leaves > (size_t)(b->end - b->at))
		return import_damaged(m, -EBADMSG, "num_leaves");
	if (count_at(b, "is_linear", 0, 1, &linear) == 0 && linear)
		return import_refuse(m, "it has linear functions in its leaves");
	tree = import_tree(m, label, 2 * leaves - 1);
	r = tree ? read_nodes(m, b, tree, leaves - 1) : -ENOMEM;
	if (r == -EOPNOTSUPP)
		return import_refuse(m, "it splits on categories");
	return r < 0 ? import_damaged(m, r, "tree") : 0;
}

/* The block from `at` to the next line that begins a tree or ends them all. */
static struct block block_of(const char *at, const char *end)
{
	struct block b = { at, at };

	while (b.end < end) {
		struct block line = { b.end, line_end(b.end, end) };

		if (b.end > at && (starts(&line, "Tree=") || starts(&line, "end of trees")))
			break;
		b.end = line.end + (line.end < end);
	}
	return b;
}

static int read_trees(struct import *m, const char *at, uint32_t each)
{
	const char *end = m->bytes + m->size;
	struct block rest = { at, end };

	for (uint32_t i = 0; starts(&rest, "Tree="); i++) {
		struct block b = block_of(rest.at, end);
		int r = read_tree(m, &b, each == 1 ? 1 : i % each);

		if (r < 0)
			return r;
		rest.at = b.end;
	}
	if (!starts(&rest, "end of trees") || m->ensemble.count % each)
		return import_damaged(m, -EBADMSG, "end");
	return 0;
}

/* boosting=rf. Up to 2.2, whose files are version v2, leaves were probabilities already and were not converted. */
static int average(struct import *m, const struct block *head, uint32_t each)
{
	struct block version = { 0 };

	if (find(head, "version", &version) && is(&version, "v2"))
		return import_refuse(m, "it is a random forest of LightGBM 2: train it with LightGBM 3 or later");
	if (m->ensemble.count)
		m->ensemble.factor *= (double)each / m->ensemble.count;
	return 0;
}

int import_lightgbm(struct import *m)
{
	struct block head = block_of(m->bytes, m->bytes + m->size);
	uint32_t each = 0, classes = 0;
	int r = read_objective(m, &head);

	if (r < 0)
		return r;
	if (count_at(&head, "num_class", 1, IMAGE_DEVICES_MAX, &classes) < 0 ||
	    count_at(&head, "num_tree_per_iteration", 1, IMAGE_DEVICES_MAX, &each) < 0 || each != classes ||
	    (m->ensemble.classes == 2) != (each == 1)) /* set so far for binary only */
		return import_damaged(m, -EBADMSG, "number of classes");
	m->ensemble.classes = each == 1 ? 2 : classes;
	r = read_features(m, &head);
	if (r == 0)
		r = read_trees(m, head.end, each);
	return r == 0 && has_line(&head, "average_output") ? average(m, &head, each) : r;
}
