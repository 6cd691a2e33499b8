/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * XGBoost's own JSON or UBJSON (https://xgboost.readthedocs.io, "Introduction to Model IO"). A value goes left where it is below the
 * threshold, both float32; leaves are added to the base in float32, in the order of the trees.
 */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/image.h"
#include "agent/model/import_internal.h"

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Numbers of a tree's nodes; the last may be absent. */
enum column { LEFT, RIGHT, FEATURE, CONDITION, DEFAULT, TYPE, COLUMNS };

static int text_at(const struct document *d, const char *const *path, char **out)
{
	struct document value;
	int r = document_path(d, &value, path);

	*out = NULL;
	return r == 0 ? document_text(&value, out) : r;
}

static int read_booster(const struct import *m, const struct document *learner)
{
	_cleanup_free_ char *name = NULL;
	int r = text_at(learner, PATH("gradient_booster", "name"), &name);

	if (r < 0)
		return import_damaged(m, r, "booster");
	if (!strcmp(name, "dart"))
		return import_refuse(m, "dart drops trees by weights that are not in the trees");
	return strcmp(name, "gbtree") ? import_refuse(m, "booster %.32s has no trees", name) : 0;
}

static int read_objective(struct import *m, const struct document *file, const struct document *learner, bool *binary)
{
	_cleanup_free_ char *name = NULL;
	struct document version;
	double v[3] = { 0 };
	int r = text_at(learner, PATH("objective", "name"), &name);

	if (r < 0)
		return import_damaged(m, r, "objective");
	*binary = !strcmp(name, "binary:logistic");
	if (!*binary && strcmp(name, "multi:softprob") && strcmp(name, "multi:softmax"))
		return import_refuse(m, "objective %.48s gives no probabilities of classes (binary:logistic, multi:softprob and multi:softmax do)", name);
	if (document_member(file, "version", &version) == 0)
		document_numbers(&version, v, 3);
	snprintf(m->kind, sizeof(m->kind), "XGBoost %.0f.%.0f.%.0f, %.48s", v[0], v[1], v[2], name);
	return 0;
}

static int read_classes(struct import *m, const struct document *learner, bool binary)
{
	uint32_t classes = 0, targets = 1;
	int r = import_count(learner, PATH("learner_model_param", "num_class"), IMAGE_DEVICES_MAX, &classes);

	if (r < 0 || (!binary && classes < 2))
		return import_damaged(m, r, "number of classes");
	if (import_count(learner, PATH("learner_model_param", "num_target"), UINT32_MAX, &targets) == 0 && targets > 1)
		return import_refuse(m, "it answers for %u targets at once", targets);
	m->ensemble.classes = binary ? 2 : classes;
	m->ensemble.link = PACK_SOFTMAX_FLOAT;
	return 0;
}

/* Since 3.1 a list of numbers, one a class or one for all, as text. */
static int parse_bases(const char *text, double *base, uint32_t classes)
{
	uint32_t count = 0;
	char *end;

	text += *text == '[';
	for (; count < classes; text = end + 1) {
		base[count++] = strtod(text, &end);
		if (end == text || !isfinite(base[count - 1]))
			return -EBADMSG;
		if (*end != ',')
			break;
	}
	if (strcmp(end, "") && strcmp(end, "]"))
		return -EBADMSG;
	for (uint32_t c = count; count == 1 && c < classes; c++)
		base[c] = base[0];
	return count == 1 || count == classes ? 0 : -EBADMSG;
}

/* In binary:logistic the base is a probability, of the second class; the library makes a margin of it in float32. */
static int read_base(struct import *m, const struct document *learner, bool binary)
{
	_cleanup_free_ char *text = NULL;
	double *base = calloc(m->ensemble.classes + 1, sizeof(*base));
	int r = text_at(learner, PATH("learner_model_param", "base_score"), &text);

	m->ensemble.bases = base;
	if (!base)
		r = -ENOMEM;
	if (r == 0)
		r = parse_bases(text, base, binary ? 1 : m->ensemble.classes);
	if (r == 0 && binary) {
		float share = (float)base[0];

		r = share > 0 && share < 1 ? 0 : -EBADMSG;
		base[1] = (double)-logf(1.0f / share - 1.0f);
		base[0] = 0;
	}
	return r < 0 ? import_damaged(m, r, "base_score") : 0;
}

static int read_features(struct import *m, const struct document *learner)
{
	struct document names;
	char **text = NULL;
	uint32_t count = 0, named = 0;
	int r = import_count(learner, PATH("learner_model_param", "num_feature"), UINT16_MAX, &count);

	if (r < 0)
		return import_damaged(m, r, "number of features");
	r = document_member(learner, "feature_names", &names);
	if (r == 0)
		r = import_texts(&names, &text, &named);
	if (r == -ENOENT)
		r = 0;
	if (r < 0 || (named && named != count))
		r = import_damaged(m, r, "list of feature names");
	else
		r = import_features(m, named ? text : NULL, count);
	import_texts_free(text, named);
	return r;
}

static int read_columns(const struct document *tree, double *columns, size_t count)
{
	static const char *const name[COLUMNS] = { "left_children",    "right_children", "split_indices",
						   "split_conditions", "default_left",   "split_type" };

	for (int i = 0; i < COLUMNS; i++) {
		struct document array;
		int r = document_member(tree, name[i], &array);

		if (r == -ENOENT && i == TYPE)
			return 0;
		if (r == 0)
			r = document_numbers(&array, columns + (size_t)i * count, count);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_node(const struct import *m, const double *columns, size_t count, size_t i, struct pack_node *n)
{
	float number = (float)columns[CONDITION * count + i];

	/* A leaf has no children, and its value where others have a threshold. */
	if (columns[LEFT * count + i] < 0) {
		*n = (struct pack_node){ .leaf = true, .value = number };
		return isfinite(number) ? 0 : -EBADMSG;
	}
	if (columns[TYPE * count + i] != 0)
		return -EOPNOTSUPP;
	*n = (struct pack_node){ .missing_left = columns[DEFAULT * count + i] != 0,
				 .threshold = number,
				 .left = import_child(columns[LEFT * count + i]),
				 .right = import_child(columns[RIGHT * count + i]) };
	return isnan(number) ? -EBADMSG : import_feature(m, columns[FEATURE * count + i], &n->feature);
}

static int read_tree(struct import *m, const struct document *json, uint32_t label)
{
	_cleanup_free_ double *columns = NULL;
	struct document left;
	struct pack_tree *tree;
	uint32_t vector = 0;
	int64_t count = document_member(json, "left_children", &left) == 0 ? document_count(&left) : -EBADMSG;
	int r = 0;

	if (import_count(json, PATH("tree_param", "size_leaf_vector"), UINT32_MAX, &vector) == 0 && vector > 1)
		return import_refuse(m, "its leaves are vectors (multi-output trees)");
	if (count < 1 || count > INT32_MAX)
		return import_damaged(m, -EBADMSG, "tree");
	columns = calloc((size_t)count * COLUMNS, sizeof(*columns));
	tree = import_tree(m, label, (uint32_t)count);
	r = columns && tree ? read_columns(json, columns, (size_t)count) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < (size_t)count; i++)
		r = read_node(m, columns, (size_t)count, i, &tree->nodes[i]);
	if (r == -EOPNOTSUPP)
		return import_refuse(m, "it splits on categories");
	return r < 0 ? import_damaged(m, r, "tree") : 0;
}

static int read_all(struct import *m, struct document_list *trees, const double *info, size_t count, bool binary)
{
	struct document tree;

	for (size_t i = 0; i < count; i++) {
		uint32_t label = import_child(info[i]);
		int r = document_next(trees, &tree);

		if (r <= 0 || label >= (binary ? 1 : m->ensemble.classes))
			return import_damaged(m, r, "list of trees");
		r = read_tree(m, &tree, binary ? 1 : label);
		if (r < 0)
			return r;
	}
	return document_next(trees, &tree) == 0 ? 0 : import_damaged(m, -EBADMSG, "list of trees");
}

static int read_trees(struct import *m, const struct document *learner, bool binary)
{
	_cleanup_free_ double *info = NULL;
	struct document model, array;
	struct document_list trees;
	int r = document_path(learner, &model, PATH("gradient_booster", "model"));
	int64_t count = r == 0 && document_member(&model, "tree_info", &array) == 0 ? document_count(&array) : -EBADMSG;

	info = count >= 0 ? calloc((size_t)count + 1, sizeof(*info)) : NULL;
	if (!info)
		return import_damaged(m, count >= 0 ? -ENOMEM : -EBADMSG, "list of trees' classes");
	r = document_numbers(&array, info, (size_t)count);
	if (r == 0)
		r = document_member(&model, "trees", &array);
	if (r == 0)
		r = document_list(&array, &trees);
	return r < 0 ? import_damaged(m, r, "list of trees") : read_all(m, &trees, info, (size_t)count, binary);
}

/* Prediction by the library's own interfaces takes all rounds, by its scikit-learn interface only those up to the best. */
static void tell_stop(const struct import *m, const struct document *learner)
{
	uint32_t best;

	if (import_count(learner, PATH("attributes", "best_iteration"), UINT32_MAX, &best) == 0)
		log_warn("%s: training stopped early; all rounds are imported, those after the best (%u) too", m->path, best);
}

int import_xgboost(struct import *m, const struct document *file)
{
	struct document learner;
	bool binary = false;
	int r = document_member(file, "learner", &learner);

	if (r < 0)
		return import_damaged(m, r, "learner");
	r = read_booster(m, &learner);
	if (r == 0)
		r = read_objective(m, file, &learner, &binary);
	if (r == 0)
		r = read_classes(m, &learner, binary);
	if (r == 0)
		r = read_base(m, &learner, binary);
	if (r == 0)
		r = read_features(m, &learner);
	if (r == 0)
		r = read_trees(m, &learner, binary);
	if (r == 0)
		tell_stop(m, &learner);
	return r;
}
