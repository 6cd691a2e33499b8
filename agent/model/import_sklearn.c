/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The JSON of tools/export/sklearn_to_json.py:
 *
 *	{"sklearn":VERSION, "kind":CLASS, "classes":[NAME], "features":COUNT, "feature_names":[NAME] or null,
 *	 "link":"mean" or "softmax", "factor":NUMBER, "base":[NUMBER of each class],
 *	 "trees":[{"label":CLASS, "left":[], "right":[], "feature":[], "threshold":[], "missing_left":[], "value":[]}],
 *	 "rows":[[]], "probabilities":[[]]}
 *
 * Arrays of a tree have one element a node, "value" one a leaf in the order of nodes; with "mean" one of each class a leaf. A child
 * below 0 marks a leaf. A value goes left where it is at most the threshold, in double; null as threshold: wherever it is not missing.
 */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/model/image.h"
#include "agent/model/import_internal.h"

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

enum column { LEFT, RIGHT, FEATURE, THRESHOLD, MISSING_LEFT, COLUMNS };

static int read_kind(struct import *m, const struct document *file)
{
	_cleanup_free_ char *version = NULL, *kind = NULL, *link = NULL;
	struct document value;
	int r = document_member(file, "sklearn", &value);

	if (r == 0)
		r = document_text(&value, &version);
	if (r == 0)
		r = document_member(file, "kind", &value);
	if (r == 0)
		r = document_text(&value, &kind);
	if (r == 0)
		r = document_member(file, "link", &value);
	if (r == 0)
		r = document_text(&value, &link);
	if (r < 0 || (strcmp(link, "mean") && strcmp(link, "softmax")))
		return import_damaged(m, r, "kind");
	m->ensemble.link = strcmp(link, "mean") ? PACK_SOFTMAX : PACK_MEAN;
	snprintf(m->kind, sizeof(m->kind), "scikit-learn %.16s, %.64s", version, kind);
	return 0;
}

static int read_classes(struct import *m, const struct document *file)
{
	struct pack_ensemble *e = &m->ensemble;
	struct document value;
	int r = document_member(file, "classes", &value);

	if (r == 0)
		r = import_texts(&value, &m->labels, &m->label_count);
	if (r < 0 || m->label_count < 2 || m->label_count > IMAGE_DEVICES_MAX)
		return import_damaged(m, r, "list of class names");
	e->classes = m->label_count;
	e->bases = calloc((size_t)e->classes + 1, sizeof(*e->bases));
	r = e->bases ? document_member(file, "base", &value) : -ENOMEM;
	if (r == 0)
		r = document_numbers(&value, e->bases, e->classes);
	if (r == 0)
		r = document_member(file, "factor", &value);
	if (r == 0)
		r = document_number(&value, &e->factor);
	return r < 0 || !(e->factor > 0 && e->factor < 1e6) ? import_damaged(m, r, "base or factor") : 0;
}

static int read_features(struct import *m, const struct document *file)
{
	struct document value;
	char **names = NULL;
	uint32_t count = 0, named = 0;
	int r = import_count(file, PATH("features"), UINT16_MAX, &count);

	if (r == 0 && document_member(file, "feature_names", &value) == 0 && document_count(&value) >= 0)
		r = import_texts(&value, &names, &named);
	if (r < 0 || (named && named != count))
		r = import_damaged(m, r, "list of feature names");
	else
		r = import_features(m, named ? names : NULL, count);
	import_texts_free(names, named);
	return r;
}

static int read_columns(const struct document *json, double *columns, size_t count)
{
	static const char *const name[COLUMNS] = { "left", "right", "feature", "threshold", "missing_left" };
	struct document array;
	int r = 0;

	for (size_t i = 0; r == 0 && i < COLUMNS; i++) {
		r = document_member(json, name[i], &array);
		if (r == 0)
			r = document_numbers(&array, columns + i * count, count);
	}
	return r;
}

static int read_node(const struct import *m, const double *c, size_t count, size_t i, struct pack_node *n)
{
	double threshold = c[THRESHOLD * count + i];

	*n = (struct pack_node){ .missing_left = c[MISSING_LEFT * count + i] != 0,
				 .all_left = isnan(threshold),
				 .threshold = isnan(threshold) ? 0 : import_below(threshold),
				 .left = import_child(c[LEFT * count + i]),
				 .right = import_child(c[RIGHT * count + i]) };
	return import_feature(m, c[FEATURE * count + i], &n->feature);
}

/* What leaves say: a number each, or a vector each. */
static int read_values(struct import *m, const struct document *json, struct pack_tree *tree, uint32_t leaves)
{
	struct pack_ensemble *e = &m->ensemble;
	uint32_t width = e->link == PACK_MEAN ? e->classes : 1, leaf = 0, first = e->vector_count;
	_cleanup_free_ double *values = calloc((size_t)leaves * width + 1, sizeof(*values));
	struct document array;
	int r = values ? document_member(json, "value", &array) : -ENOMEM;

	if (r == 0)
		r = document_numbers(&array, values, (size_t)leaves * width);
	if (r == 0 && e->link == PACK_MEAN) {
		float *more = reallocarray(e->vectors, (size_t)(first + leaves) * width, sizeof(*more));

		if (!more)
			return -ENOMEM;
		e->vectors = more;
		e->vector_count += leaves;
	}
	for (size_t i = 0; r == 0 && i < (size_t)leaves * width; i++) {
		r = isfinite((float)values[i]) ? 0 : -EBADMSG;
		if (e->link == PACK_MEAN)
			e->vectors[(size_t)first * width + i] = (float)values[i];
	}
	for (uint32_t i = 0; r == 0 && i < tree->count; i++)
		if (tree->nodes[i].leaf) {
			tree->nodes[i].value = (float)values[leaf];
			tree->nodes[i].vector = first + leaf++;
		}
	return r;
}

static int read_tree(struct import *m, const struct document *json)
{
	_cleanup_free_ double *columns = NULL;
	struct document left;
	struct pack_tree *tree;
	uint32_t label = 0, leaves = 0;
	int64_t count = document_member(json, "left", &left) == 0 ? document_count(&left) : -EBADMSG;
	int r = import_count(json, PATH("label"), m->ensemble.classes - 1, &label);

	if (r < 0 || count < 1 || count > INT32_MAX)
		return -EBADMSG;
	columns = calloc((size_t)count * COLUMNS, sizeof(*columns));
	tree = import_tree(m, label, (uint32_t)count);
	r = columns && tree ? read_columns(json, columns, (size_t)count) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < (size_t)count; i++) {
		tree->nodes[i].leaf = columns[LEFT * (size_t)count + i] < 0;
		leaves += tree->nodes[i].leaf;
		if (!tree->nodes[i].leaf)
			r = read_node(m, columns, (size_t)count, i, &tree->nodes[i]);
	}
	return r == 0 ? read_values(m, json, tree, leaves) : r;
}

static int read_trees(struct import *m, const struct document *file)
{
	struct document array, tree;
	struct document_list list;
	int r = document_member(file, "trees", &array);

	if (r == 0)
		r = document_list(&array, &list);
	while (r >= 0 && (r = document_next(&list, &tree)) > 0)
		r = read_tree(m, &tree);
	return r < 0 ? import_damaged(m, r, "list of trees") : 0;
}

/* Rows of an array of `count` arrays. */
static int read_matrix(const struct document *file, const char *key, double *out, uint32_t count, uint32_t width)
{
	struct document array, row;
	struct document_list list;
	uint32_t i = 0;
	int r = document_member(file, key, &array);

	if (r == 0)
		r = document_list(&array, &list);
	while (r >= 0 && i < count && (r = document_next(&list, &row)) > 0)
		r = document_numbers(&row, out + (size_t)i++ * width, width);
	return r < 0 ? r : i == count ? 0 : -EBADMSG;
}

/* Each value is put where its feature is in the vector. */
static int keep_test(struct import *m, const double *rows, const double *outputs, uint32_t count)
{
	size_t width = features_count(m->scale), classes = m->ensemble.classes;

	m->rows = calloc(count * width + 1, sizeof(*m->rows));
	m->outputs = calloc(count * classes + 1, sizeof(*m->outputs));
	if (!m->rows || !m->outputs)
		return -ENOMEM;
	for (size_t i = 0; i < count * width; i++)
		m->rows[i] = NAN;
	for (size_t i = 0; i < count; i++)
		for (uint32_t f = 0; f < m->features; f++)
			m->rows[i * width + m->feature[f]] = (float)rows[i * m->features + f];
	for (size_t i = 0; i < count * classes; i++)
		m->outputs[i] = (float)outputs[i];
	m->test_count = count;
	return 0;
}

static int read_test(struct import *m, const struct document *file)
{
	_cleanup_free_ double *rows = NULL, *outputs = NULL;
	struct document array;
	int64_t count = document_member(file, "rows", &array) == 0 ? document_count(&array) : 0;
	int r;

	if (count <= 0)
		return 0;
	if (count > IMAGE_TEST_ROWS)
		count = IMAGE_TEST_ROWS;
	rows = calloc((size_t)count * m->features + 1, sizeof(*rows));
	outputs = calloc((size_t)count * m->ensemble.classes + 1, sizeof(*outputs));
	r = rows && outputs ? read_matrix(file, "rows", rows, (uint32_t)count, m->features) : -ENOMEM;
	if (r == 0)
		r = read_matrix(file, "probabilities", outputs, (uint32_t)count, m->ensemble.classes);
	if (r == 0)
		r = keep_test(m, rows, outputs, (uint32_t)count);
	return r < 0 ? import_damaged(m, r, "list of test rows") : 0;
}

int import_sklearn(struct import *m, const struct document *file)
{
	int r = read_kind(m, file);

	if (r == 0)
		r = read_classes(m, file);
	if (r == 0)
		r = read_features(m, file);
	if (r == 0)
		r = read_trees(m, file);
	return r == 0 ? read_test(m, file) : r;
}
