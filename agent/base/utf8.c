/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/utf8.h"

#include <stdbool.h>

static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

static bool shortest_form(uint32_t code, size_t length)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return code >= first[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

size_t utf8_decode(const char *s, size_t n, uint32_t *code)
{
	size_t length = n ? sequence_length((unsigned char)s[0]) : 0;
	uint32_t value;

	if (length == 0 || length > n)
		return 0;
	value = length == 1 ? (unsigned char)s[0] : (unsigned char)s[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (!shortest_form(value, length))
		return 0;
	if (code)
		*code = value;
	return length;
}

struct range {
	uint32_t first, last;
};

static bool in_ranges(uint32_t code, const struct range *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= r[i].first && code <= r[i].last)
			return true;
	return false;
}

int utf8_width(uint32_t code)
{
	static const struct range combining[] = {
		{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },   { 0x64b, 0x65f },
		{ 0x200b, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2064 }, { 0x20d0, 0x20ff },
		{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }, { 0xe0100, 0xe01ef },
	};
	static const struct range wide[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },   { 0xa960, 0xa97f },
		{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },
		{ 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1faff },
		{ 0x20000, 0x3fffd },
	};

	if (code < 0x300)
		return 1;
	if (in_ranges(code, combining, sizeof(combining) / sizeof(combining[0])))
		return 0;
	return in_ranges(code, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}
