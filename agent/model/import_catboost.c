/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * CatBoost's JSON: oblivious trees, which ask the same of all nodes of a level. Bit i of a leaf's number is set where the value is
 * above the border of split i, in float32; a leaf has a value for each class. P = softmax or sigmoid of scale * sum + bias.
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
#define DEPTH_MAX 16 /* the library's own limit */

struct split {
	uint16_t feature;
	bool missing_left;
	float threshold;
};

/* What the file says of a number feature: whether missing values are above all borders. */
struct reader {
	struct import *m;
	bool *missing_right;
	uint32_t dimensions; /* values a leaf has: 1 for two classes */
};

/* The loss function, from model_info.params, which is an object or such an object as text. */
static int read_loss(struct import *m, const struct document *file, bool *binary)
{
	_cleanup_free_ char *params = NULL, *name = NULL;
	struct document value, inner;
	int r = document_path(file, &value, PATH("model_info", "params"));

	if (r == 0 && document_text(&value, &params) == 0)
		value = document_open(params, strlen(params));
	if (r == 0)
		r = document_path(&value, &inner, PATH("loss_function", "type"));
	if (r == 0)
		r = document_text(&inner, &name);
	if (r < 0)
		return import_damaged(m, r, "loss function");
	*binary = !strcmp(name, "Logloss") || !strcmp(name, "CrossEntropy");
	if (!*binary && strcmp(name, "MultiClass"))
		return import_refuse(m, "loss function %.48s gives no probabilities of classes that add up to 1 (Logloss, CrossEntropy and MultiClass do)", name);
	snprintf(m->kind, sizeof(m->kind), "CatBoost, %.48s", name);
	return 0;
}

static int refuse_other_features(const struct import *m, const struct document *file)
{
	static const char *const other[] = { "categorical_features", "text_features", "embedding_features", "ctrs" };
	struct document value;

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		if (document_path(file, &value, PATH("features_info", other[i])) == 0 && document_count(&value) > 0)
			return import_refuse(m, "it has %s: only numbers are supported", other[i]);
	if (document_member(file, "oblivious_trees", &value) < 0 && document_member(file, "trees", &value) == 0)
		return import_refuse(m, "its trees are not oblivious (grow_policy SymmetricTree is supported)");
	return 0;
}

/* A feature's name as it was given, or its number as text where it was not. */
static int feature_name(const struct document *feature, char **name)
{
	struct document value;
	int r = document_member(feature, "feature_name", &value);

	if (r < 0)
		r = document_member(feature, "feature_id", &value);
	if (r == 0)
		r = document_text(&value, name);
	return r == 0 || r == -ENOMEM ? r : (*name = strdup("")) ? 0 : -ENOMEM;
}

static int read_feature(struct reader *k, const struct document *feature, uint32_t i, char **name, bool *named)
{
	_cleanup_free_ char *treatment = NULL;
	struct document value;
	char number[16];
	uint32_t index, flat;
	int r = import_count(feature, PATH("feature_index"), UINT16_MAX, &index);

	if (r == 0)
		r = import_count(feature, PATH("flat_feature_index"), UINT16_MAX, &flat);
	if (r < 0 || index != i || flat != i)
		return r < 0 ? r : -EBADMSG;
	if (document_member(feature, "nan_value_treatment", &value) == 0)
		r = document_text(&value, &treatment);
	k->missing_right[i] = treatment && !strcmp(treatment, "AsTrue");
	if (r == 0)
		r = feature_name(feature, name);
	snprintf(number, sizeof(number), "%u", i);
	*named |= r == 0 && **name && strcmp(*name, number) != 0;
	return r;
}

static int read_features(struct reader *k, const struct document *file)
{
	struct document array, feature;
	struct document_list list;
	char **names;
	bool named = false;
	uint32_t read = 0;
	int r = document_path(file, &array, PATH("features_info", "float_features"));
	int64_t count = r == 0 ? document_count(&array) : r;

	if (count < 0 || count > UINT16_MAX)
		return import_damaged(k->m, -EBADMSG, "list of features");
	names = calloc((size_t)count + 1, sizeof(*names));
	k->missing_right = calloc((size_t)count + 1, sizeof(*k->missing_right));
	r = names && k->missing_right ? document_list(&array, &list) : -ENOMEM;
	while (r >= 0 && (r = document_next(&list, &feature)) > 0) {
		r = read_feature(k, &feature, read, &names[read], &named);
		read += r == 0;
	}
	if (r < 0)
		r = import_damaged(k->m, r, "list of features");
	else
		r = import_features(k->m, named ? names : NULL, read);
	import_texts_free(names, read);
	return r;
}

static int read_split(const struct reader *k, const struct document *json, struct split *s)
{
	struct document value;
	uint32_t feature;
	double border;
	int r = import_count(json, PATH("float_feature_index"), UINT16_MAX, &feature);

	if (r == 0)
		r = document_member(json, "border", &value);
	if (r == 0)
		r = document_number(&value, &border);
	if (r == 0)
		r = import_feature(k->m, feature, &s->feature);
	if (r < 0)
		return r;
	s->threshold = import_below((double)(float)border);
	s->missing_left = !k->missing_right[feature];
	return isfinite((float)border) ? 0 : -EBADMSG;
}

/* Returns their number, the tree's depth. */
static int read_splits(const struct reader *k, const struct document *tree, struct split *splits)
{
	struct document array, split;
	struct document_list list;
	int depth = 0, r = document_member(tree, "splits", &array);

	if (r == 0)
		r = document_list(&array, &list);
	if (r == -ENOENT)
		return 0; /* a tree of one leaf: null, or nothing */
	while (r >= 0 && (r = document_next(&list, &split)) > 0) {
		if (depth == DEPTH_MAX)
			return -EBADMSG;
		r = read_split(k, &split, &splits[depth++]);
	}
	return r < 0 ? r : depth;
}

/* Vectors are kept for all trees together, so they grow. */
static float *more_vectors(struct pack_ensemble *e, uint32_t count)
{
	float *more = reallocarray(e->vectors, ((size_t)e->vector_count + count) * e->classes, sizeof(*more));

	if (!more)
		return NULL;
	e->vectors = more;
	e->vector_count += count;
	return more + ((size_t)e->vector_count - count) * e->classes;
}

/* Level by level; a node's place in its level has the bits of the answers above it, that of split i at i. */
static void build(struct pack_tree *tree, const struct split *splits, int depth)
{
	for (int level = 0; level < depth; level++)
		for (uint32_t place = 0; place < 1u << level; place++) {
			uint32_t next = (2u << level) - 1;

			tree->nodes[(1u << level) - 1 + place] = (struct pack_node){ .feature = splits[level].feature,
										     .threshold = splits[level].threshold,
										     .missing_left = splits[level].missing_left,
										     .left = next + place,
										     .right = next + (place | 1u << level) };
		}
}

static int fill(struct reader *k, const struct document *json, struct pack_tree *tree, int depth)
{
	struct pack_ensemble *e = &k->m->ensemble;
	uint32_t leaves = 1u << depth, first = e->vector_count;
	_cleanup_free_ double *values = calloc((size_t)leaves * k->dimensions, sizeof(*values));
	float *vectors = k->dimensions > 1 ? more_vectors(e, leaves) : NULL;
	struct document array;
	int r = values && (k->dimensions == 1 || vectors) ? document_member(json, "leaf_values", &array) : -ENOMEM;

	if (r == 0)
		r = document_numbers(&array, values, (size_t)leaves * k->dimensions);
	for (size_t i = 0; r == 0 && i < (size_t)leaves * k->dimensions; i++) {
		r = isfinite((float)values[i]) ? 0 : -EBADMSG;
		if (vectors)
			vectors[i] = (float)values[i];
	}
	for (uint32_t i = 0; r == 0 && i < leaves; i++)
		tree->nodes[leaves - 1 + i] = (struct pack_node){ .leaf = true, .value = (float)values[i], .vector = first + i };
	return r;
}

static int read_tree(struct reader *k, const struct document *json)
{
	struct split splits[DEPTH_MAX];
	struct pack_tree *tree;
	struct document array;
	int depth = read_splits(k, json, splits), r = depth;
	int64_t values = document_member(json, "leaf_values", &array) == 0 ? document_count(&array) : -EBADMSG;

	if (depth < 0 || values < 0)
		return depth < 0 ? depth : -EBADMSG;
	if (!k->dimensions && values >> depth <= IMAGE_DEVICES_MAX)
		k->dimensions = (uint32_t)(values >> depth);
	if (!k->dimensions || values != (int64_t)k->dimensions << depth)
		return -EBADMSG;
	k->m->ensemble.classes = k->dimensions == 1 ? 2 : k->dimensions;
	tree = import_tree(k->m, 1, (2u << depth) - 1);
	r = tree ? fill(k, json, tree, depth) : -ENOMEM;
	if (r == 0)
		build(tree, splits, depth);
	return r;
}

static int read_trees(struct reader *k, const struct document *file)
{
	struct document array, tree;
	struct document_list list;
	int r = document_member(file, "oblivious_trees", &array);

	if (r == 0)
		r = document_list(&array, &list);
	while (r >= 0 && (r = document_next(&list, &tree)) > 0)
		r = read_tree(k, &tree);
	return r < 0 ? import_damaged(k->m, r, "list of trees") : 0;
}

/* [scale, bias] or [scale, [bias of each class]] */
static int read_scale(struct reader *k, const struct document *file)
{
	struct pack_ensemble *e = &k->m->ensemble;
	struct document array, value;
	struct document_list list;
	int r = document_member(file, "scale_and_bias", &array);

	e->bases = calloc(e->classes + 1, sizeof(*e->bases));
	if (r == -ENOENT || !e->bases)
		return e->bases ? 0 : import_damaged(k->m, -ENOMEM, NULL);
	if (r == 0)
		r = document_list(&array, &list);
	if (r == 0 && (r = document_next(&list, &value)) > 0)
		r = document_number(&value, &e->factor);
	if (r == 0 && (r = document_next(&list, &value)) > 0) {
		double *bias = e->bases + (k->dimensions == 1);

		r = document_number(&value, bias);
		if (r == -ENOENT)
			r = document_count(&value) == 0 ? 0 : document_numbers(&value, bias, k->dimensions);
	}
	for (uint32_t c = 0; r == 0 && c < e->classes; c++)
		r = isfinite(e->bases[c]) ? 0 : -EBADMSG;
	return r < 0 || !isfinite(e->factor) || e->factor == 0 ? import_damaged(k->m, r, "scale_and_bias") : 0;
}

/* Class names may be texts or numbers. */
static int read_labels(struct import *m, const struct document *file)
{
	struct document array, element;
	struct document_list list;
	int64_t count;
	int r;

	if (document_path(file, &array, PATH("model_info", "class_params", "class_names")) < 0)
		return 0;
	count = document_count(&array);
	r = document_list(&array, &list);
	if (r < 0 || count != m->ensemble.classes)
		return 0;
	m->labels = calloc((size_t)count, sizeof(*m->labels));
	r = m->labels ? 0 : -ENOMEM;
	while (r >= 0 && (r = document_next(&list, &element)) > 0) {
		r = document_text(&element, &m->labels[m->label_count]);
		if (r == -ENOENT) {
			m->labels[m->label_count] = strndup(element.at, (size_t)(element.end - element.at));
			r = m->labels[m->label_count] ? 0 : -ENOMEM;
		}
		m->label_count += r == 0;
	}
	return r < 0 ? import_damaged(m, r, "list of class names") : 0;
}

int import_catboost(struct import *m, const struct document *file)
{
	struct reader k = { .m = m };
	bool binary = false;
	int r = refuse_other_features(m, file);

	m->ensemble.link = PACK_SOFTMAX;
	if (r == 0)
		r = read_loss(m, file, &binary);
	if (r == 0)
		r = read_features(&k, file);
	if (r == 0)
		r = read_trees(&k, file);
	if (r == 0 && m->ensemble.count && binary != (k.dimensions == 1))
		r = import_damaged(m, -EBADMSG, "number of values in a leaf");
	if (r == 0)
		r = read_scale(&k, file);
	if (r == 0)
		r = read_labels(m, file);
	free(k.missing_right);
	return r;
}
