/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_SCENE_JSON_H
#define AGENT_SCREEN_SCENE_JSON_H

/* JSON objects from a socket into structures, by a table of members. What is missing, or of another kind, stays as it is: nothing. */

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

enum member_kind {
	MEMBER_NUMBER, /* double, finite and 0 or more */
	MEMBER_SHARE,  /* double, 0 .. 1 */
	MEMBER_COUNT,  /* uint32_t */
	MEMBER_BOOL,
	MEMBER_TEXT,  /* char [size], cut at the end of a character */
	MEMBER_TIME,  /* int64_t, microseconds since 1970, from RFC 3339 in UTC */
	MEMBER_MAC,   /* uint64_t */
	MEMBER_STRIP, /* uint64_t, see strip_parse() */
	MEMBER_OBJECT /* a structure with members of its own */
};

struct member {
	const char *name;
	enum member_kind kind;
	size_t offset, size;
	const struct member *members; /* of an object */
	size_t count;
};

/** scene_members - fill the structure @out from @object, which may be anything or NULL */
void scene_members(const cJSON *object, const struct member *members, size_t count, void *out);

#define MEMBERS(object, table, out) scene_members(object, table, sizeof(table) / sizeof((table)[0]), out)

#endif
