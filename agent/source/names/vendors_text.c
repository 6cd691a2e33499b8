// SPDX-License-Identifier: BSD-2-Clause

/*
 * Lists of vendors as text: 20-OUI.hwdb ("OUI:70B3D5719*", then " ID_OUI_FROM_DATABASE=2M Technology") and the IEEE's lists as
 * comma-separated values ("MA-S,70B3D5719,2M Technology,..."). They are in no order, so one address is one reading.
 */

#include <stdio.h>
#include <string.h>

#include "agent/base/utf8.h"
#include "agent/source/names/vendors_internal.h"

enum { DIGITS_MAX = 9, MAC_DIGITS = 12 };

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

/* How many of the digits at @s begin the address; 0 where others stand there, or not 6, 7 or 9. */
static int matches(const char *s, const char *end, const char digits[MAC_DIGITS + 1], char after)
{
	int n = 0;

	while (n < DIGITS_MAX && s + n < end && s[n] == digits[n])
		n++;
	return (n == 6 || n == 7 || n == 9) && s + n < end && s[n] == after ? n : 0;
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

/* Take the vendor of the line at @line, where its prefix is longer than *@longest. */
static void look_at(const char *line, const char *end, const char *digits, char out[VENDOR_SIZE], int *longest)
{
	bool list = end - line > 5 && (line[0] == 'M' || line[0] == 'I') && line[2] != ':';
	const char *comma = list ? memchr(line, ',', 6) : NULL, *prefix = comma ? comma + 1 : line + 4;
	int n = 0;

	if (comma)
		n = matches(prefix, end, digits, ',');
	else if (end - line > 4 && memcmp(line, "OUI:", 4) == 0)
		n = matches(prefix, end, digits, '*');
	if (n <= *longest)
		return;
	*longest = n;
	if (comma)
		take_field(prefix + n + 1, end, out);
	else
		take_property(line, end, out);
}

bool vendors_text_find(const struct vendors_file *f, uint64_t mac, char out[VENDOR_SIZE], int *digits)
{
	const char *line = (const char *)f->bytes, *end = line + f->size, *newline;
	char text[MAC_DIGITS + 1];

	*digits = 0;
	out[0] = '\0';
	snprintf(text, sizeof(text), "%012llX", (unsigned long long)mac & 0xffffffffffffULL);
	for (; line < end; line = newline + 1) {
		look_at(line, end, text, out, digits);
		newline = memchr(line, '\n', (size_t)(end - line));
		if (!newline)
			break;
	}
	return out[0] != '\0';
}
