/* SPDX-License-Identifier: BSD-2-Clause */

/* Lists, members and values of either form; document_json.c and document_ubjson.c find where a value ends. */

#include "agent/model/document.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "agent/base/cleanup.h"
#include "agent/model/document_internal.h"

#define NUMBER_MAX 64 /* characters of a number; libraries print at most 24 */

struct document document_open(const void *bytes, size_t size)
{
	const char *at = bytes;
	struct document d = { .at = at, .end = at + size };

	/* Behind the brace JSON has a quotation mark or white space, UBJSON the type of a length or of all values. */
	d.binary = size > 1 && at[0] == '{' && strchr("iUIlL$#", at[1]) && at[1];
	if (!d.binary)
		json_space(&d);
	return d;
}

int document_list(const struct document *value, struct document_list *list)
{
	*list = (struct document_list){ .rest = *value, .left = UINT64_MAX };
	if (value->type || value->at == value->end || (*value->at != '[' && *value->at != '{'))
		return -ENOENT;
	list->object = *value->at == '{';
	list->rest.at++;
	return value->binary ? ubjson_begin(list) : 0;
}

/* The value at the beginning of what is left, up to its end. */
static int take(struct document *rest, struct document *value)
{
	int r;

	*value = *rest;
	r = rest->binary ? ubjson_skip(rest) : json_skip(rest);
	value->end = rest->at;
	return r;
}

static int next_json(struct document_list *list, struct document *value)
{
	struct document *rest = &list->rest;
	char close = list->object ? '}' : ']';
	int r;

	json_space(rest);
	if (rest->at < rest->end && *rest->at == close)
		return 0;
	if (list->begun && !json_char(rest, ','))
		return -EBADMSG;
	list->begun = true;
	if (list->object) {
		json_space(rest);
		if (rest->at == rest->end || *rest->at != '"')
			return -EBADMSG;
		r = take(rest, &list->key);
		if (r < 0 || !json_char(rest, ':'))
			return -EBADMSG;
	}
	json_space(rest);
	r = take(rest, value);
	return r < 0 ? r : 1;
}

static int next_ubjson(struct document_list *list, struct document *value)
{
	struct document *rest = &list->rest;
	int r;

	if (!list->left)
		return 0;
	if (list->left == UINT64_MAX) {
		if (rest->at < rest->end && *rest->at == (list->object ? '}' : ']'))
			return 0;
	} else {
		list->left--;
	}
	if (list->object) {
		r = ubjson_key(rest, &list->key);
		if (r < 0)
			return r;
	}
	r = take(rest, value);
	return r < 0 ? r : 1;
}

int document_next(struct document_list *list, struct document *value)
{
	return list->rest.binary ? next_ubjson(list, value) : next_json(list, value);
}

/* The characters of a key, without quotation marks. No name that is asked for needs an escape. */
static bool key_is(const struct document *key, const char *name)
{
	size_t quote = key->binary ? 0 : 1, length = (size_t)(key->end - key->at) - 2 * quote;

	return length == strlen(name) && !memcmp(key->at + quote, name, length);
}

int document_member(const struct document *object, const char *key, struct document *value)
{
	struct document_list list;
	int r = document_list(object, &list);

	if (r < 0 || !list.object)
		return -ENOENT;
	while ((r = document_next(&list, value)) > 0)
		if (key_is(&list.key, key))
			return 0;
	return r < 0 ? r : -ENOENT;
}

int document_path(const struct document *object, struct document *value, const char *const *names)
{
	int r = 0;

	*value = *object;
	for (; r == 0 && *names; names++)
		r = document_member(value, *names, value);
	return r;
}

int64_t document_count(const struct document *value)
{
	struct document_list list;
	struct document element;
	int64_t count = 0;
	int r = document_list(value, &list);

	if (r < 0)
		return r;
	while ((r = document_next(&list, &element)) > 0)
		count++;
	return r < 0 ? r : count;
}

static int parse_number(const char *at, size_t length, double *out)
{
	char text[NUMBER_MAX + 1], *end;

	if (!length || length > NUMBER_MAX)
		return -EBADMSG;
	memcpy(text, at, length);
	text[length] = '\0';
	*out = strtod(text, &end);
	return end == text + length ? 0 : -EBADMSG;
}

static bool word_is(const struct document *value, const char *word)
{
	size_t length = (size_t)(value->end - value->at);

	return length == strlen(word) && !memcmp(value->at, word, length);
}

static int json_number(const struct document *value, double *out)
{
	size_t length = (size_t)(value->end - value->at);

	if (length > 2 && *value->at == '"')
		return parse_number(value->at + 1, length - 2, out);
	if (word_is(value, "true") || word_is(value, "false"))
		*out = *value->at == 't';
	else if (word_is(value, "null"))
		*out = NAN;
	else if (length && *value->at && strchr("-0123456789", *value->at))
		return parse_number(value->at, length, out);
	else
		return -ENOENT;
	return 0;
}

int document_number(const struct document *value, double *out)
{
	struct document text;
	int r;

	if (!value->binary)
		return json_number(value, out);
	r = ubjson_number(value, out);
	if (r != -ENOENT || ubjson_text(value, &text) < 0)
		return r;
	return parse_number(text.at, (size_t)(text.end - text.at), out);
}

int document_numbers(const struct document *array, double *out, size_t count)
{
	struct document_list list;
	struct document element;
	size_t i = 0;
	int r = document_list(array, &list);

	while (r >= 0 && (r = document_next(&list, &element)) > 0) {
		if (i == count)
			return -ERANGE;
		r = document_number(&element, &out[i++]);
	}
	return r < 0 ? r : i == count ? 0 : -ERANGE;
}

static int json_text(const struct document *value, char **out)
{
	cJSON *json;

	if (value->at == value->end || *value->at != '"')
		return -ENOENT;
	json = cJSON_ParseWithLength(value->at, (size_t)(value->end - value->at));
	*out = json && cJSON_GetStringValue(json) ? strdup(cJSON_GetStringValue(json)) : NULL;
	cJSON_Delete(json);
	return *out ? 0 : json ? -ENOMEM : -EBADMSG;
}

int document_text(const struct document *value, char **out)
{
	struct document text;
	int r;

	if (!value->binary)
		return json_text(value, out);
	r = ubjson_text(value, &text);
	if (r < 0)
		return r;
	*out = strndup(text.at, (size_t)(text.end - text.at));
	return *out ? 0 : -ENOMEM;
}
