/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/imported_head.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "agent/base/log.h"
#include "agent/history/dataset.h"

#define EXACT 9007199254740992.0 /* whole numbers below are exact in a double */
#define LAST_S 253402300800.0	 /* the year 10000 */
#define FEATURE_NAME 48

const char *const imported_kept_names[] = { "types", "functions", "vendors", NULL };

int imported_features_copy(struct imported_features *to, const struct imported_features *from)
{
	*to = *from;
	to->count = 0;
	to->names = calloc(from->count + 1, sizeof(*to->names));
	for (; to->names && to->count < from->count; to->count++) {
		to->names[to->count] = strdup(from->names[to->count]);
		if (!to->names[to->count])
			break;
	}
	return to->names && to->count == from->count ? 0 : -ENOMEM;
}

void imported_features_free(struct imported_features *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->names[i]);
	free(f->names);
	*f = (struct imported_features){ 0 };
}

/* A head while it is read. */
struct reader {
	const char *where;
	struct imported_head *head;
};

static int bad(const struct reader *r, const char *what)
{
	return log_error_r(-EBADMSG, "%s: head of the export: %s", r->where, what);
}

/* A whole number, 0 or more, below @limit. */
static int get_number(const struct reader *r, const cJSON *object, const char *key, double limit, int64_t *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble < limit) ||
	    item->valuedouble != (double)(int64_t)item->valuedouble)
		return log_error_r(-EBADMSG, "%s: head of the export: %s is missing or no whole number in its range", r->where, key);
	*value = (int64_t)item->valuedouble;
	return 0;
}

static int get_bool(const struct reader *r, const cJSON *object, const char *key, bool *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsBool(item))
		return log_error_r(-EBADMSG, "%s: head of the export: %s is missing or neither true nor false", r->where, key);
	*value = cJSON_IsTrue(item);
	return 0;
}

static int get_kept(const struct reader *r, const cJSON *root)
{
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(root, "kept");

	if (!cJSON_IsArray(list))
		return bad(r, "kept is missing");
	cJSON_ArrayForEach(item, list)
	{
		int bit = 0;

		while (imported_kept_names[bit] && !(cJSON_IsString(item) && !strcmp(item->valuestring, imported_kept_names[bit])))
			bit++;
		if (!imported_kept_names[bit])
			return bad(r, "kept names what is not known");
		r->head->kept |= 1u << bit;
	}
	return 0;
}

/* A member of a row, or a column of the table, is called so. */
static bool is_taken(const char *name)
{
	const struct imported_table *t = &imported_tables[IMPORTED_WINDOWS];

	for (size_t i = 0; i < t->count; i++)
		if (!strcmp(t->columns[i].name, name))
			return true;
	return !strcmp(name, "table") || !strcmp(name, "time_us");
}

/* Names go into messages and files again: letters, digits and underscores only, and none twice. */
static bool is_feature_name(const struct imported_features *f, const cJSON *item)
{
	const char *name = item->valuestring;

	if (!cJSON_IsString(item) || !*name || strlen(name) >= FEATURE_NAME ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")])
		return false;
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->names[i], name))
			return false;
	return !is_taken(name);
}

static int get_feature_names(const struct reader *r, const cJSON *object)
{
	struct imported_features *f = &r->head->features;
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(object, "names");
	int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;

	if (count < 1 || count > IMPORTED_FEATURES_MAX)
		return bad(r, "features have no names, or too many");
	f->names = calloc((size_t)count, sizeof(*f->names));
	if (!f->names)
		return log_errno_r(-ENOMEM, "%s", r->where);
	cJSON_ArrayForEach(item, list)
	{
		if (!is_feature_name(f, item))
			return bad(r, "a feature's name is none, or is there twice");
		f->names[f->count] = strdup(item->valuestring);
		if (!f->names[f->count++])
			return log_errno_r(-ENOMEM, "%s", r->where);
	}
	return 0;
}

static int get_features(const struct reader *r, const cJSON *root)
{
	struct imported_features *f = &r->head->features;
	const cJSON *object = cJSON_GetObjectItemCaseSensitive(root, "features");
	const char *hash = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "hash"));
	int64_t version, packets, stride;
	int e = get_number(r, object, "version", UINT32_MAX, &version) ?: get_number(r, object, "packets", 65536, &packets) ?:
		get_number(r, object, "stride", 65536, &stride);

	if (e < 0)
		return e;
	if (!hash || strlen(hash) != 16 || hash[strspn(hash, "0123456789abcdef")])
		return bad(r, "features have no hash");
	f->version = (uint32_t)version;
	f->packets = (uint32_t)packets;
	f->stride = (uint32_t)stride;
	f->hash = strtoull(hash, NULL, 16);
	return get_feature_names(r, object);
}

static int get_table(const struct reader *r, const cJSON *item)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
	int table = name ? imported_table_find(name) : -1;
	int64_t rows = 0;
	int e = 0;

	if (table < 0 || r->head->tables >> table & 1)
		return bad(r, "a table is not known, or there twice");
	r->head->tables |= 1u << table;
	if (cJSON_HasObjectItem(item, "rows")) {
		e = get_number(r, item, "rows", EXACT, &rows);
		r->head->counted = true;
	}
	r->head->rows[table] = (uint64_t)rows;
	return e;
}

static int get_tables(const struct reader *r, const cJSON *root)
{
	const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(root, "tables");
	int e = 0;

	if (!cJSON_IsArray(list))
		return bad(r, "tables is missing");
	cJSON_ArrayForEach(item, list)
	{
		e = get_table(r, item);
		if (e < 0)
			return e;
	}
	if (!(r->head->tables & 1u << IMPORTED_DEVICES) || !(r->head->tables & 1u << IMPORTED_FLOWS))
		return bad(r, "tables devices and flows must be there: a single table cannot be read back");
	return r->head->tables & 1u << IMPORTED_WINDOWS ? get_features(r, root) : 0;
}

static int get_span(const struct reader *r, const cJSON *root)
{
	int e = get_number(r, root, "from_s", LAST_S, &r->head->from_s) ?: get_number(r, root, "to_s", LAST_S, &r->head->to_s);

	if (e == 0 && (r->head->to_s < r->head->from_s || r->head->to_s - r->head->from_s > DATASET_SPAN_S))
		e = bad(r, "it ends before it begins, or is longer than 10 years");
	return e;
}

static int get_all(const struct reader *r, const cJSON *root)
{
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, IMPORTED_MAGIC);

	if (!cJSON_IsObject(root) || !cJSON_IsNumber(version))
		return log_error_r(-EBADMSG, "%s: this is no export of iotbpf", r->where);
	if (version->valuedouble != IMPORTED_VERSION)
		return log_error_r(-EPROTONOSUPPORT, "%s: an export of version %g, this program knows %d: update iotbpf", r->where,
				   version->valuedouble, IMPORTED_VERSION);
	return get_bool(r, root, "private", &r->head->private_) ?: get_bool(r, root, "shifted", &r->head->shifted) ?:
	       get_kept(r, root) ?: get_span(r, root) ?: get_tables(r, root);
}

int imported_head_read(const char *text, size_t n, const char *where, struct imported_head *head)
{
	const struct reader r = { where, head };
	const char *end = NULL;
	cJSON *root = cJSON_ParseWithLengthOpts(text, n, &end, false);
	int e;

	*head = (struct imported_head){ 0 };
	while (root && end < text + n && strchr(" \t\r\n", *end) && *end)
		end++;
	if (root && end != text + n) {
		cJSON_Delete(root);
		return log_error_r(-EBADMSG, "%s: something follows the head of the export", where);
	}
	e = get_all(&r, root);
	cJSON_Delete(root);
	return e;
}
