/* SPDX-License-Identifier: BSD-2-Clause */

/* Which library wrote a file, and what the importers share. */

#include "agent/model/import.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/model/image.h"
#include "agent/model/import_internal.h"

int import_damaged(const struct import *m, int error, const char *what)
{
	if (error == -ENOMEM)
		return log_errno_r(-ENOMEM, "%s", m->path);
	return log_error_r(-EBADMSG, "%s: not a whole model: its %s is missing or wrong", m->path, what);
}

int import_refuse(const struct import *m, const char *format, ...)
{
	char why[256];
	va_list args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	return log_error_r(-EOPNOTSUPP, "%s: cannot be imported: %s", m->path, why);
}

static int find_feature(enum features_scale scale, const char *name)
{
	for (size_t i = 0; i < features_count(scale); i++)
		if (!strcmp(features_name(scale, i), name))
			return (int)i;
	return -ENOENT;
}

int import_features(struct import *m, char *const *names, uint32_t count)
{
	const char *scale = features_scale_name(m->scale);
	bool seen[FEATURES_MAX] = { false };

	if (!names && count != features_count(m->scale))
		return import_refuse(m, "it has %u features without names, the %s vector has %zu (train with their names, or for --scale)",
				     count, scale, features_count(m->scale));
	m->feature = calloc((size_t)count + 1, sizeof(*m->feature));
	if (!m->feature)
		return import_damaged(m, -ENOMEM, NULL);
	m->features = count;
	for (uint32_t i = 0; i < count; i++) {
		int found = names ? find_feature(m->scale, names[i]) : (int)i;

		if (found < 0)
			return import_refuse(m, "the %s vector has no feature '%.64s'", scale, names[i]);
		if (seen[found])
			return import_refuse(m, "it has feature '%.64s' twice", names[i]);
		seen[found] = true;
		m->feature[i] = (uint16_t)found;
	}
	return 0;
}

int import_feature(const struct import *m, double index, uint16_t *feature)
{
	if (!(index >= 0 && index < m->features))
		return -EBADMSG;
	*feature = m->feature[(uint32_t)index];
	return 0;
}

struct pack_tree *import_tree(struct import *m, uint32_t label, uint32_t nodes)
{
	struct pack_ensemble *e = &m->ensemble;
	struct pack_tree *tree;

	/* Room for the next power of 2. */
	if ((e->count & (e->count - 1)) == 0) {
		struct pack_tree *more = reallocarray(e->trees, e->count ? 2 * (size_t)e->count : 1, sizeof(*more));

		if (!more)
			return NULL;
		e->trees = more;
	}
	tree = &e->trees[e->count];
	*tree = (struct pack_tree){ .label = label, .count = nodes, .nodes = calloc(nodes, sizeof(*tree->nodes)) };
	if (!tree->nodes)
		return NULL;
	e->count++;
	return tree;
}

float import_below(double t)
{
	float near = (float)t;

	return (double)near <= t ? nextafterf(near, INFINITY) : near;
}

uint32_t import_child(double number)
{
	return number >= 0 && number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

int import_texts(const struct document *array, char ***texts, uint32_t *count)
{
	struct document_list list;
	struct document element;
	int64_t n = document_count(array);
	int r = document_list(array, &list);

	*count = 0;
	*texts = n >= 0 && n < UINT32_MAX ? calloc((size_t)n + 1, sizeof(**texts)) : NULL;
	if (r < 0 || !*texts)
		return n < 0 ? (int)n : r < 0 ? r : -ENOMEM;
	while (r >= 0 && (r = document_next(&list, &element)) > 0) {
		r = document_text(&element, &(*texts)[*count]);
		*count += r == 0;
	}
	return r;
}

void import_texts_free(char **texts, uint32_t count)
{
	for (uint32_t i = 0; texts && i < count; i++)
		free(texts[i]);
	free(texts);
}

int import_count(const struct document *object, const char *const *path, uint32_t max, uint32_t *out)
{
	struct document value;
	double number;
	int r = document_path(object, &value, path);

	if (r == 0)
		r = document_number(&value, &number);
	if (r < 0)
		return r;
	if (!(number >= 0 && number <= max) || number != floor(number))
		return -EBADMSG;
	*out = (uint32_t)number;
	return 0;
}

void import_free(struct import *m)
{
	pack_free(&m->ensemble);
	import_texts_free(m->labels, m->label_count);
	free(m->feature);
	free(m->rows);
	free(m->outputs);
	*m = (struct import){ 0 };
}

static int read_any(struct import *m)
{
	struct document file = document_open(m->bytes, m->size), value;

	if (m->size >= 5 && !memcmp(m->bytes, "tree\n", 5))
		return import_lightgbm(m);
	if (m->size >= 6 && !memcmp(m->bytes, "tree\r\n", 6))
		return import_lightgbm(m);
	if (document_member(&file, "learner", &value) == 0)
		return import_xgboost(m, &file);
	if (document_member(&file, "features_info", &value) == 0 || document_member(&file, "oblivious_trees", &value) == 0)
		return import_catboost(m, &file);
	if (document_member(&file, "sklearn", &value) == 0)
		return import_sklearn(m, &file);
	return log_error_r(-EBADMSG,
			   "%s: no model of XGBoost (.json, .ubj), LightGBM (.txt), CatBoost (.json) or sklearn_to_json.py, or cut", m->path);
}

/* Whatever could be read must also be what packing takes for granted. */
static int check(const struct import *m)
{
	const struct pack_ensemble *e = &m->ensemble;

	if (e->classes < 2 || e->classes > IMAGE_DEVICES_MAX)
		return import_refuse(m, "it tells %u classes apart, not 2 to %d", e->classes, IMAGE_DEVICES_MAX);
	if (m->labels && m->label_count != e->classes)
		return import_damaged(m, -EBADMSG, "number of class names");
	if (!e->count)
		return import_refuse(m, "it has no trees");
	return 0;
}

int import_read(const char *path, const void *bytes, size_t size, enum features_scale scale, struct import *out)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before;
	int r;

	*out = (struct import){ .path = path, .bytes = bytes, .size = size, .scale = scale };
	if (!c)
		return log_errno_r(-ENOMEM, "%s", path);
	before = uselocale(c);
	r = read_any(out);
	uselocale(before);
	freelocale(c);
	if (r < 0)
		return r;
	out->ensemble.scale = scale;
	out->ensemble.device = IMAGE_DEVICE_MODEL;
	out->ensemble.temperature = 1;
	return check(out);
}
