/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_SCENE_INTERNAL_H
#define AGENT_SCREEN_SCENE_INTERNAL_H

/* The parts of scene_decode(). */

#include <stdlib.h>
#include <string.h>

#include "agent/screen/scene.h"
#include "agent/screen/scene_json.h"

/* Lines of a table of members: of another name, of the field's own name, of a structure inside. */
#define AS(type, key, field, member_kind)                                                                            \
	{                                                                                                            \
		.name = key, .kind = MEMBER_##member_kind, .offset = offsetof(type, field), .size = sizeof(((type *)NULL)->field) \
	}
#define M(type, field, member_kind) AS(type, #field, field, member_kind)
#define SUB(type, field, table)                                                                                      \
	{                                                                                                            \
		.name = #field, .kind = MEMBER_OBJECT, .offset = offsetof(type, field), .members = table,             \
		.count = sizeof(table) / sizeof((table)[0])                                                          \
	}

static inline const cJSON *scene_member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/** scene_text_is - has @object a text of that name that is @value? */
static inline bool scene_text_is(const cJSON *object, const char *key, const char *value)
{
	const cJSON *item = scene_member(object, key);

	return cJSON_IsString(item) && item->valuestring && !strcmp(item->valuestring, value);
}

/** scene_count - number of objects in an array, no more than @most */
static inline uint32_t scene_count(const cJSON *array, uint32_t most)
{
	uint32_t n = 0;

	if (!cJSON_IsArray(array))
		return 0;
	for (const cJSON *item = array->child; item && n < most; item = item->next)
		n += cJSON_IsObject(item);
	return n;
}

/** scene_room - room for the objects of an array; their number in *@count, 0 where there are none or no memory */
static inline void *scene_room(const cJSON *array, uint32_t most, size_t size, uint32_t *count)
{
	uint32_t n = scene_count(array, most);
	void *list = n ? calloc(n, size) : NULL;

	*count = list ? n : 0;
	return list;
}

/* Every object of an array, up to @count of them. */
#define EACH(item, array, i, count)                                                                  \
	for (const cJSON *item = cJSON_IsArray(array) ? (array)->child : NULL; item && (i) < (count); item = item->next) \
		if (cJSON_IsObject(item))

/** scene_read_device - one element of "devices" */
void scene_read_device(const cJSON *object, struct scene_device *d);

#endif
