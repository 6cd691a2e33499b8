/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/json.h"

#define EXACT 1e15 /* whole numbers below are written as such */

static bool reads_back(const char *text, double value, bool single)
{
	return single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

void export_text_number(struct buffer *out, double value, bool single)
{
	char text[40];

	if (value > -EXACT && value < EXACT && value == (double)(int64_t)value) {
		buffer_printf(out, "%" PRId64, (int64_t)value);
		return;
	}
	for (int digits = single ? 6 : 15; digits <= (single ? 9 : 17); digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (reads_back(text, value, single))
			break;
	}
	buffer_append_str(out, text);
}

static void put_integer(struct buffer *out, int64_t value)
{
	char text[24], *p = text + sizeof(text);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		*--p = (char)('0' + rest % 10);
	} while (rest /= 10);
	if (value < 0)
		*--p = '-';
	buffer_append(out, p, (size_t)(text + sizeof(text) - p));
}

/* Quoted where it must be. */
static void put_field(struct buffer *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		buffer_append_str(out, text);
		return;
	}
	buffer_append_char(out, '"', 1);
	for (; *text; text++)
		buffer_append_char(out, *text, *text == '"' ? 2 : 1);
	buffer_append_char(out, '"', 1);
}

static void put_value(struct buffer *out, enum imported_type type, const struct imported_cell *cell)
{
	if (type == IMPORTED_NUMBER || type == IMPORTED_FLOAT)
		export_text_number(out, cell->d, type == IMPORTED_FLOAT);
	else if (type == IMPORTED_BOOL)
		buffer_append_str(out, cell->i ? "true" : "false");
	else
		put_integer(out, cell->i);
}

void export_text_csv(struct buffer *out, enum imported_type type, const struct imported_cell *cell)
{
	char time[TIME_TEXT_SIZE];

	if (type == IMPORTED_TIME) {
		buffer_append_str(out, cell->set ? time_format_rfc3339(cell->i, time) : "");
		buffer_append_char(out, ',', 1);
	}
	if (!cell->set)
		return;
	if (type == IMPORTED_TEXT)
		put_field(out, cell->s);
	else
		put_value(out, type, cell);
}

void export_text_json(struct buffer *out, const char *name, enum imported_type type, const struct imported_cell *cell)
{
	struct json j = { .out = out, .comma = true };
	char time[TIME_TEXT_SIZE];

	if (!cell->set)
		return;
	if (type == IMPORTED_TEXT || type == IMPORTED_TIME)
		json_pair_str(&j, name, type == IMPORTED_TEXT ? cell->s : time_format_rfc3339(cell->i, time));
	if (type == IMPORTED_TEXT)
		return;
	buffer_append_str(out, ",\"");
	buffer_append_str(out, name);
	buffer_append_str(out, type == IMPORTED_TIME ? "_us\":" : "\":");
	put_value(out, type, cell);
}
