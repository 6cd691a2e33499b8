// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agent/screen/cells.h"
#include "agent/screen/glyphs.h"

/* A row of a grid as code points, the right halves of wide ones as '<'. */
static const char *row_text(const struct grid *g, char out[64])
{
	for (int i = 0; i < g->columns; i++) {
		uint32_t code = grid_at(g, 0, i)->code;

		out[i] = code == 0 ? '<' : code < 0x80 ? (char)code : code == 0x2026 ? '~' : 'W';
	}
	out[g->columns] = '\0';
	return out;
}

static void test_text(void **state)
{
	static const struct {
		const char *text, *unicode, *ascii;
		int width;
		enum align align;
	} cases[] = {
		{ "abc", "abc   ", "abc   ", 6, ALIGN_LEFT },	    { "abc", "   abc", "   abc", 6, ALIGN_RIGHT },
		{ "abcdefg", "abcde~", "abcde~", 6, ALIGN_LEFT },   { "abcdef", "abcdef", "abcdef", 6, ALIGN_LEFT },
		{ "\u7535\u706f", "W<W<  ", "??    ", 6, ALIGN_LEFT }, { "\u7535\u706f\u7535\u706f", "W<W<~ ", "????  ", 6, ALIGN_LEFT },
		{ "a\u0301b", "ab    ", "a?b   ", 6, ALIGN_LEFT },  { "a\x1b[2J", "a?[2J ", "a?[2J ", 6, ALIGN_LEFT },
		{ "\u202eab\xff", "?ab?  ", "?ab?  ", 6, ALIGN_LEFT }, { "abcdef", "ab~", "ab~", 3, ALIGN_LEFT },
		{ "ab", "~", "~", 1, ALIGN_LEFT },		    { "ab", "", "", 0, ALIGN_LEFT },
		{ "\u7535", "~", "?", 1, ALIGN_LEFT },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int unicode = 0; unicode < 2; unicode++) {
			_cleanup_(grid_free) struct grid g = { 0 };
			const struct pen pen = { .glyphs = glyphs_of(unicode), .align = cases[i].align };

			assert_int_equal(grid_resize(&g, 1, cases[i].width), 0);
			grid_text(&g, 0, 0, 100, cases[i].text, &pen);
			assert_string_equal(row_text(&g, out), unicode ? cases[i].unicode : cases[i].ascii);
		}
	}
}

static void test_outside(void **state)
{
	_cleanup_(grid_free) struct grid g = { 0 };
	const struct pen pen = { .glyphs = glyphs_of(true) };
	char out[64];

	(void)state;
	assert_int_equal(grid_resize(&g, 1, 4), 0);
	grid_put(&g, 0, 4, 'x', &pen);
	grid_put(&g, -1, 0, 'x', &pen);
	assert_int_equal(grid_text(&g, 1, 0, 4, "x", &pen), 0);
	assert_int_equal(grid_text(&g, 0, -1, 4, "x", &pen), 0);
	assert_int_equal(grid_text(&g, 0, 2, 9, "xyz", &pen), 2);
	grid_mark(&g, 0, 2, 9, ATTR_BOLD);
	assert_string_equal(row_text(&g, out), "  x~");
	assert_int_equal(grid_resize(&g, -5, 1 << 30), 0);
	assert_int_equal(g.rows, 0);
	assert_int_equal(g.columns, GRID_SIDE_MAX);
}

static void test_without_colour(void **state)
{
	_cleanup_(grid_free) struct grid g = { 0 };
	const struct pen pen = { .glyphs = glyphs_of(true), .role = ROLE_TEXT };

	(void)state;
	assert_int_equal(strlen(ROLE_LETTERS), ROLE_COUNT);
	assert_int_equal(grid_resize(&g, 1, ROLE_COUNT), 0);
	for (int i = 0; i < ROLE_COUNT; i++) {
		struct pen p = pen;

		p.role = (enum role)i;
		grid_put(&g, 0, i, 'x', &p);
	}
	grid_without_colour(&g);
	for (int i = 0; i < ROLE_COUNT; i++)
		assert_int_equal(grid_at(&g, 0, i)->role, ROLE_TEXT);
	assert_int_equal(grid_at(&g, 0, ROLE_CHOSEN)->attributes, ATTR_REVERSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_without_colour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
