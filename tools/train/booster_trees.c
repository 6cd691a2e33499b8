/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Trees out of libxgboost's own JSON, which unlike its dump loses no precision. The text is parsed one tree at a time:
 * as one cJSON document a forest would take hundreds of megabytes. Numbers are the shortest decimals that denote the
 * float32.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <xgboost/c_api.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/train/booster.h"
#include "tools/train/booster_internal.h"

static void json_free(cJSON *json)
{
	cJSON_Delete(json);
}
DEFINE_CLEANUP(cJSON, json_free)

static int foreign(void)
{
	return log_error_r(-EIO, "this version of libxgboost writes models in an unknown form (1.7 is known)");
}

/* The value behind "key": in the text, parsed; *text moves behind it. */
static cJSON *value_of(const char **text, const char *key)
{
	const char *at = strstr(*text, key);

	return at ? cJSON_ParseWithOpts(at + strlen(key), text, 0) : NULL;
}

static int tree_arrays(const cJSON *tree, const cJSON *array[6])
{
	static const char *const name[6] = { "left_children",    "right_children", "split_indices",
					     "split_conditions", "default_left",   "split_type" };
	int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(tree, name[0]));

	for (int i = 0; i < 6; i++) {
		const cJSON *a = cJSON_GetObjectItemCaseSensitive(tree, name[i]);

		if (!cJSON_IsArray(a) || cJSON_GetArraySize(a) != count || count == 0)
			return foreign();
		array[i] = a->child;
	}
	return count;
}

/* A leaf has no children, and its value where an inner node has its threshold. */
static int read_node(const cJSON *const field[6], int count, size_t width, struct pack_node *n)
{
	int left = field[0]->valueint, right = field[1]->valueint, feature = field[2]->valueint;
	float number = (float)field[3]->valuedouble;

	if (left < 0) {
		*n = (struct pack_node){ .leaf = true, .value = number };
		return 0;
	}
	if (left >= count || right < 0 || right >= count || feature < 0 || (size_t)feature >= width ||
	    field[5]->valueint != 0)
		return foreign();
	*n = (struct pack_node){ .missing_left = field[4]->valueint != 0 || cJSON_IsTrue(field[4]),
				 .feature = (uint16_t)feature,
				 .threshold = number,
				 .left = (uint32_t)left,
				 .right = (uint32_t)right };
	return 0;
}

static int read_tree(const cJSON *json, size_t width, struct pack_tree *tree)
{
	const cJSON *field[6];
	int count = tree_arrays(json, field);

	if (count < 0)
		return count;
	tree->nodes = calloc((size_t)count, sizeof(*tree->nodes));
	if (!tree->nodes)
		return log_errno_r(-ENOMEM, "training");
	for (int i = 0; i < count; i++) {
		int r = read_node(field, count, width, &tree->nodes[i]);

		if (r < 0)
			return r;
		for (int a = 0; a < 6; a++)
			field[a] = field[a]->next;
	}
	tree->count = (uint32_t)count;
	return 0;
}

static int read_all(const char *text, const cJSON *classes, size_t width, struct pack_ensemble *out)
{
	const cJSON *label = classes->child;

	text = strstr(text, "\"trees\":[");
	if (!text)
		return foreign();
	text += strlen("\"trees\":");
	for (; label; label = label->next) {
		_cleanup_(json_free_p) cJSON *json = cJSON_ParseWithOpts(text + 1, &text, 0);
		int r;

		if (!json || label->valueint < 0 || (uint32_t)label->valueint >= out->classes)
			return foreign();
		out->trees[out->count].label = (uint32_t)label->valueint;
		r = read_tree(json, width, &out->trees[out->count++]);
		if (r < 0)
			return r;
	}
	return *text == ']' ? 0 : foreign();
}

static int read_model(const char *text, size_t width, struct pack_ensemble *out)
{
	const char *at = text;
	_cleanup_(json_free_p) cJSON *classes = value_of(&at, "\"tree_info\":");
	_cleanup_(json_free_p) cJSON *base = value_of(&at, "\"base_score\":");
	size_t count = (size_t)cJSON_GetArraySize(classes);

	if (!cJSON_IsArray(classes) || !count || !cJSON_IsString(base))
		return foreign();
	out->base = strtof(base->valuestring, NULL);
	out->trees = calloc(count, sizeof(*out->trees));
	if (!out->trees)
		return log_errno_r(-ENOMEM, "training");
	return read_all(text, classes, width, out);
}

int booster_trees(struct booster *b, struct pack_ensemble *out)
{
	_cleanup_free_ char *copy = NULL;
	const char *text;
	bst_ulong length;

	*out = (struct pack_ensemble){ .classes = b->classes, .temperature = 1 };
	if (XGBoosterSaveModelToBuffer(b->handle, "{\"format\":\"json\"}", &length, &text) != 0)
		return log_error_r(-EIO, "libxgboost cannot save the model: %.200s", XGBGetLastError());
	copy = strndup(text, length); /* the library's own does not end with a NUL */
	return copy ? read_model(copy, b->width, out) : log_errno_r(-ENOMEM, "training");
}
