// SPDX-License-Identifier: BSD-2-Clause

/*
 * Lists of vendors as text: 20-OUI.hwdb ("OUI:70B3D5719*", then " ID_OUI_FROM_DATABASE=2M Technology") and the IEEE's lists as
 * comma-separated values ("MA-S,70B3D5719,2M Technology,..."). They are in no order: one reading makes an index of prefixes and places, the
 * names stay in the file.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/utf8.h"
#include "agent/source/names/vendors_internal.h"

enum { DIGITS_MAX = 9, MAC_DIGITS = 12 };

/* Prefixes of different length differ in their last digit. */
#define KEY(prefix, digits) ((prefix) << 4 | (uint64_t)(digits))

static bool printable(uint32_t code)
{
	return code >= 0x20 && code != 0x7f && !(code >= 0x80 && code < 0xa0);
}

void vendors_copy(char out[VENDOR_SIZE], const char *text, size_t n)
{
	size_t used = 0;

	while (n && (*text == ' ' || *text == '\t'))
		text++, n--;
	for (size_t i = 0, length; i < n; i += length) {
		uint32_t code;

		length = utf8_decode(text + i, n - i, &code);
		if (!length || !printable(code)) {
			length = length ? length : 1;
			continue;
		}
		if (used + length >= VENDOR_SIZE)
			break;
		memcpy(out + used, text + i, length);
		used += length;
	}
	while (used && out[used - 1] == ' ')
		used--;
	out[used] = '\0';
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The prefix at @s: 6, 7 or 9 digits and then @after. 0 where there is none. */
static uint64_t read_prefix(const char *s, const char *end, char after)
{
	uint64_t prefix = 0;
	int n = 0;

	for (; n < DIGITS_MAX && s + n < end && digit(s[n]) >= 0; n++)
		prefix = prefix << 4 | (uint64_t)digit(s[n]);
	return (n == 6 || n == 7 || n == 9) && s + n < end && s[n] == after ? KEY(prefix, n) : 0;
}

/* The value of the property that follows a record's line at @line. */
static void take_property(const char *line, const char *end, char out[VENDOR_SIZE])
{
	static const char property[] = " ID_OUI_FROM_DATABASE=";
	const char *newline = memchr(line, '\n', (size_t)(end - line));
	const char *value = newline ? newline + 1 : end, *stop;

	if ((size_t)(end - value) < sizeof(property) || memcmp(value, property, sizeof(property) - 1) != 0)
		return;
	value += sizeof(property) - 1;
	stop = memchr(value, '\n', (size_t)(end - value));
	vendors_copy(out, value, (size_t)((stop ? stop : end) - value));
}

/* The field at @s: in quotes where it holds a comma. */
static void take_field(const char *s, const char *end, char out[VENDOR_SIZE])
{
	bool quoted = s < end && *s == '"';
	const char *stop;

	s += quoted;
	stop = memchr(s, quoted ? '"' : ',', (size_t)(end - s));
	vendors_copy(out, s, (size_t)((stop ? stop : end) - s));
}

/* The comma before the prefix of a list's line, or NULL: no such line. */
static const char *list_comma(const char *line, const char *end)
{
	return end - line > 6 && (line[0] == 'M' || line[0] == 'I') ? memchr(line, ',', 6) : NULL;
}

static uint64_t key_of_line(const char *line, const char *end)
{
	const char *comma = list_comma(line, end);

	if (comma)
		return read_prefix(comma + 1, end, ',');
	return end - line > 4 && memcmp(line, "OUI:", 4) == 0 ? read_prefix(line + 4, end, '*') : 0;
}

static int add(struct vendors_index *x, uint64_t key, uint32_t file, size_t at)
{
	if (x->count == x->room) {
		size_t room = x->room ? 2 * x->room : 1024;
		struct vendors_place *grown = realloc(x->places, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		x->places = grown;
		x->room = room;
	}
	x->places[x->count++] = (struct vendors_place){ key, file, (uint32_t)at };
	return 0;
}

int vendors_index_add(struct vendors_index *x, const struct vendors_file *f, uint32_t file)
{
	const char *begin = (const char *)f->bytes, *line = begin, *end = begin + f->size, *newline;

	for (; line < end; line = newline + 1) {
		uint64_t key = key_of_line(line, end);

		if (key && add(x, key, file, (size_t)(line - begin)) < 0)
			return -ENOMEM;
		newline = memchr(line, '\n', (size_t)(end - line));
		if (!newline)
			break;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = ((const struct vendors_place *)a)->key, y = ((const struct vendors_place *)b)->key;

	return (x > y) - (x < y);
}

void vendors_index_sort(struct vendors_index *x)
{
	if (x->count)
		qsort(x->places, x->count, sizeof(*x->places), compare);
}

const struct vendors_place *vendors_index_find(const struct vendors_index *x, uint64_t mac)
{
	static const int lengths[] = { 9, 7, 6 };

	for (size_t i = 0; x->count && i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const struct vendors_place wanted = { .key = KEY(mac >> 4 * (MAC_DIGITS - lengths[i]), lengths[i]) };
		const struct vendors_place *place = bsearch(&wanted, x->places, x->count, sizeof(wanted), compare);

		if (place)
			return place;
	}
	return NULL;
}

void vendors_index_name(const struct vendors_file *f, const struct vendors_place *place, char out[VENDOR_SIZE])
{
	const char *line = (const char *)f->bytes + place->at, *end = (const char *)f->bytes + f->size;
	const char *comma = list_comma(line, end);

	out[0] = '\0';
	if (comma)
		take_field(comma + 2 + (place->key & 15), end, out);
	else
		take_property(line, end, out);
}
