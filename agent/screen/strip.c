// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/strip.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agent/screen/glyphs.h"

#define BRAILLE 0x2800
#define DIGITS (STRIP_SECONDS / 4)

uint64_t strip_parse(const char *digits)
{
	uint64_t bits = 0;

	if (strlen(digits) != DIGITS)
		return 0;
	for (const char *p = digits; *p; p++) {
		if (!isxdigit((unsigned char)*p))
			return 0;
		bits = bits << 4 | (uint64_t)(isdigit((unsigned char)*p) ? *p - '0' : tolower((unsigned char)*p) - 'a' + 10);
	}
	return bits;
}

/* Active seconds among the @n from second @from on, counted from the oldest. */
static int active(uint64_t bits, int from, int n)
{
	return __builtin_popcountll(bits >> (STRIP_SECONDS - from - n) & ((UINT64_C(1) << n) - 1));
}

/* Dots of a column from below: 1 to 4 for some to all. */
static int height(int count, int n)
{
	return (4 * count + n - 1) / n;
}

uint32_t strip_cell(uint64_t bits, int i, int cells, bool unicode)
{
	/* Dots 7, 3, 2, 1 of the left column and 8, 6, 5, 4 of the right one, from below. */
	static const uint8_t left[] = { 0x00, 0x40, 0x44, 0x46, 0x47 }, right[] = { 0x00, 0x80, 0xa0, 0xb0, 0xb8 };
	int seconds = STRIP_SECONDS / cells, half = seconds / 2;
	int older = active(bits, i * seconds, half), newer = active(bits, i * seconds + half, seconds - half);

	if (unicode)
		return BRAILLE | left[height(older, half)] | right[height(newer, seconds - half)];
	return older + newer == 0 ? '.' : older + newer == seconds ? '|' : ':';
}

void strip_put(struct grid *g, int row, int column, int cells, uint64_t bits, const struct pen *pen)
{
	struct pen quiet = *pen;

	quiet.role = ROLE_FAINT;
	for (int i = 0; i < cells; i++) {
		uint32_t code = strip_cell(bits, i, cells, pen->glyphs->unicode);

		grid_put(g, row, column + i, code, code == BRAILLE || code == '.' ? &quiet : pen);
	}
}

void strip_text(uint64_t bits, int cells, bool unicode, char *out, size_t size)
{
	size_t used = 0;

	for (int i = 0; i < cells && used + 4 <= size; i++) {
		uint32_t code = strip_cell(bits, i, cells, unicode);

		if (unicode)
			used += (size_t)snprintf(out + used, size - used, "%c%c%c", (int)(0xe0 | code >> 12), (int)(0x80 | (code >> 6 & 0x3f)),
						 (int)(0x80 | (code & 0x3f)));
		else
			out[used++] = (char)code;
	}
	out[used] = '\0';
}
