// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/scene_json.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/base/utf8.h"
#include "agent/screen/strip.h"

static double number_of(const cJSON *item, double most)
{
	double value = cJSON_IsNumber(item) ? item->valuedouble : 0;

	return !(value > 0) ? 0 : value > most ? most : value;
}

static void read_text(const char *text, char *out, size_t size)
{
	size_t n = strlen(text), used = 0;

	while (used < n) {
		size_t length = utf8_decode(text + used, n - used, NULL);

		length = length ? length : 1;
		if (used + length >= size)
			break;
		used += length;
	}
	memcpy(out, text, used);
	out[used] = '\0';
}

/* @n digits at *text, which moves behind them and a separator; -1 for anything else. */
static int digits(const char **text, int n, char separator)
{
	int value = 0;

	for (int i = 0; i < n; i++, ++*text) {
		if (!isdigit((unsigned char)**text))
			return -1;
		value = value * 10 + (**text - '0');
	}
	if (separator && *(*text)++ != separator)
		return -1;
	return value;
}

/* Days since 1970 of a date of the Gregorian calendar; years begin in March here, so that the leap day is the last one. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * ((month + 9) % 12) + 2) / 5 + day - 719469;
}

static int64_t read_time(const char *text)
{
	int64_t fraction = 0, place = US_PER_SECOND / 10;
	int year, month, day, hour, minute, second;

	if (strlen(text) < strlen("2026-11-21T19:04:00Z"))
		return 0;
	year = digits(&text, 4, '-');
	month = digits(&text, 2, '-');
	day = digits(&text, 2, 'T');
	hour = digits(&text, 2, ':');
	minute = digits(&text, 2, ':');
	second = digits(&text, 2, 0);
	if (year < 1970 || month < 1 || month > 12 || day < 1 || hour < 0 || minute < 0 || second < 0)
		return 0;
	for (text += *text == '.'; isdigit((unsigned char)*text); text++, place /= 10)
		fraction += place * (*text - '0');
	if (*text != 'Z')
		return 0;
	return (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * US_PER_SECOND + fraction;
}

static void read_string(const struct member *m, const char *text, void *to)
{
	if (m->kind == MEMBER_TEXT)
		read_text(text, to, m->size);
	else if (m->kind == MEMBER_TIME)
		*(int64_t *)to = read_time(text);
	else if (m->kind == MEMBER_MAC)
		mac_parse(text, to);
	else if (m->kind == MEMBER_STRIP)
		*(uint64_t *)to = strip_parse(text);
}

static void read_member(const struct member *m, const cJSON *item, void *out)
{
	void *to = (char *)out + m->offset;

	switch (m->kind) {
	case MEMBER_NUMBER:
		*(double *)to = number_of(item, 1e18);
		break;
	case MEMBER_SHARE:
		*(double *)to = number_of(item, 1);
		break;
	case MEMBER_COUNT:
		*(uint32_t *)to = (uint32_t)number_of(item, UINT32_MAX);
		break;
	case MEMBER_BOOL:
		*(bool *)to = cJSON_IsTrue(item);
		break;
	case MEMBER_OBJECT:
		scene_members(item, m->members, m->count, to);
		break;
	default:
		if (cJSON_IsString(item) && item->valuestring)
			read_string(m, item->valuestring, to);
	}
}

/* Members come in the order of the table, mostly: looking takes one step then. */
void scene_members(const cJSON *object, const struct member *members, size_t count, void *out)
{
	size_t at = 0;

	if (!cJSON_IsObject(object))
		return;
	for (const cJSON *item = object->child; item; item = item->next) {
		for (size_t i = 0; item->string && i < count; i++, at = at + 1 < count ? at + 1 : 0) {
			if (item->string[0] != members[at].name[0] || strcmp(item->string, members[at].name) != 0)
				continue;
			read_member(&members[at], item, out);
			break;
		}
	}
}
