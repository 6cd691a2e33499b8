/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * UBJSON, draft 12, as XGBoost writes it: a value is a type marker and big-endian bytes; lists may name the type and the number of
 * their elements. https://ubjson.org, specification
 */

#include <errno.h>
#include <math.h>
#include <string.h>

#include "agent/model/document_internal.h"

/* Bytes of a value of fixed size behind its marker, or -1. */
static int payload(char type)
{
	switch (type) {
	case 'Z':
	case 'N':
	case 'T':
	case 'F':
		return 0;
	case 'i':
	case 'U':
	case 'C':
		return 1;
	case 'I':
		return 2;
	case 'l':
	case 'd':
		return 4;
	case 'L':
	case 'D':
		return 8;
	default:
		return -1;
	}
}

static uint64_t big_endian(const char *at, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)at[i];
	return v;
}

static int64_t integer(char type, const char *at)
{
	uint64_t v = big_endian(at, payload(type));

	switch (type) {
	case 'i':
		return (int8_t)v;
	case 'I':
		return (int16_t)v;
	case 'l':
		return (int32_t)v;
	default:
		return (int64_t)v;
	}
}

/* A marker and an integer that is no less than 0. */
static int take_count(struct document *rest, uint64_t *count)
{
	int bytes;
	int64_t v;

	if (rest->at == rest->end || !*rest->at || !strchr("iUIlL", *rest->at))
		return -EBADMSG;
	bytes = payload(*rest->at);
	if (rest->end - rest->at - 1 < bytes)
		return -EBADMSG;
	v = integer(*rest->at, rest->at + 1);
	rest->at += 1 + bytes;
	*count = (uint64_t)v;
	return v < 0 ? -EBADMSG : 0;
}

/* Values without bytes, of which a short file could claim any number, are no elements of a typed list. */
int ubjson_begin(struct document_list *list)
{
	struct document *rest = &list->rest;

	rest->type = 0;
	if (rest->end - rest->at >= 3 && *rest->at == '$') {
		rest->type = rest->at[1];
		rest->at += 2;
		if (*rest->at != '#' || payload(rest->type) == 0)
			return -EBADMSG;
	}
	if (rest->at == rest->end || *rest->at != '#')
		return 0;
	rest->at++;
	return take_count(rest, &list->left);
}

int ubjson_key(struct document *rest, struct document *key)
{
	uint64_t length;
	int r = take_count(rest, &length);

	if (r < 0 || length > (uint64_t)(rest->end - rest->at))
		return -EBADMSG;
	*key = (struct document){ .at = rest->at, .end = rest->at + length, .binary = true };
	rest->at += length;
	return 0;
}

static int skip_deep(struct document *rest, int depth);

static int skip_list(struct document *rest, bool object, int depth)
{
	struct document_list list = { .rest = *rest, .left = UINT64_MAX, .object = object };
	struct document *inner = &list.rest;
	struct document key;
	int r = ubjson_begin(&list), bytes = payload(inner->type);

	if (r == 0 && bytes > 0 && !list.object) {
		if (list.left > (uint64_t)(inner->end - inner->at) / (uint64_t)bytes)
			return -EBADMSG;
		inner->at += list.left * (uint64_t)bytes;
		list.left = 0;
	}
	while (r == 0 && list.left) {
		if (list.left == UINT64_MAX && inner->at < inner->end && *inner->at == (list.object ? '}' : ']')) {
			inner->at++;
			break;
		}
		list.left -= list.left != UINT64_MAX;
		if (list.object)
			r = ubjson_key(inner, &key);
		if (r == 0)
			r = skip_deep(inner, depth + 1);
	}
	rest->at = inner->at;
	return r;
}

static int skip_deep(struct document *rest, int depth)
{
	char type = rest->type;
	struct document text;

	if (depth > DOCUMENT_DEPTH || (!type && rest->at == rest->end))
		return -EBADMSG;
	if (!type)
		type = *rest->at++;
	if (type == 'S' || type == 'H')
		return ubjson_key(rest, &text);
	if (type == '[' || type == '{')
		return skip_list(rest, type == '{', depth);
	if (payload(type) < 0 || rest->end - rest->at < payload(type))
		return -EBADMSG;
	rest->at += payload(type);
	return 0;
}

int ubjson_skip(struct document *rest)
{
	return skip_deep(rest, 0);
}

/* The type of a value and where its bytes begin. */
static char marker(const struct document *value, const char **at)
{
	*at = value->at;
	if (value->type || value->at == value->end)
		return value->type;
	return *(*at)++;
}

int ubjson_number(const struct document *value, double *out)
{
	const char *at;
	char type = marker(value, &at);
	int bytes = payload(type);
	uint32_t word;
	uint64_t v;
	float single;

	if (bytes < 0 || value->end - at < bytes || type == 'C' || type == 'N')
		return -ENOENT;
	v = big_endian(at, bytes);
	word = (uint32_t)v;
	if (type == 'D') {
		memcpy(out, &v, sizeof(v));
	} else if (type == 'd') {
		memcpy(&single, &word, sizeof(single));
		*out = (double)single;
	} else {
		*out = type == 'Z' ? NAN : bytes ? (double)integer(type, at) : type == 'T';
	}
	return 0;
}

int ubjson_text(const struct document *value, struct document *text)
{
	struct document rest = *value;
	const char *at;

	if (marker(value, &at) != 'S')
		return -ENOENT;
	rest.at = at;
	rest.type = 0;
	return ubjson_key(&rest, text);
}
