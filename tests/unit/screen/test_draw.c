// SPDX-License-Identifier: BSD-2-Clause

/*
 * Golden screens: tests/screen/golden/NAME-COLUMNSxROWS.txt, the text and below it a letter a cell for its meaning. Where GOLDEN_WRITE is set
 * they are written instead of compared (tests/screen/regenerate).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/base/buffer.h"
#include "agent/screen/draw.h"

#define GOLDEN "tests/screen/golden/"
#define KEYS 16

struct screen {
	const char *name;
	const char *text; /* typed first */
	uint32_t keys[KEYS];
	bool ascii, plain, nothing, small_only;
};

static const struct screen SCREENS[] = {
	{ .name = "list" },
	{ .name = "list-scrolled", .keys = { KEY_LAST, 'I' }, .small_only = true },
	{ .name = "detail", .keys = { KEY_GO_DOWN, KEY_GO_DOWN, KEY_GO_DOWN, UI_ENTER } },
	{ .name = "detail-scrolled", .keys = { KEY_GO_DOWN, UI_ENTER, KEY_PAGE_DOWN }, .small_only = true },
	{ .name = "help", .text = "?" },
	{ .name = "sort", .text = "s", .keys = { KEY_GO_DOWN } },
	{ .name = "columns", .text = "Cjj ", .small_only = true },
	{ .name = "filter", .text = "ftype:bulb" },
	{ .name = "filter-none", .text = "fnothing such", .keys = { UI_ENTER }, .small_only = true },
	{ .name = "search", .text = "/hue", .keys = { UI_ENTER }, .small_only = true },
	{ .name = "search-none", .text = "/zzz", .keys = { UI_ENTER }, .small_only = true },
	{ .name = "sorted", .keys = { 's', KEY_FIRST, UI_ENTER, 'I', 'u', 'Z' } },
	{ .name = "label", .text = "lDesk lamp" },
	{ .name = "label-function", .text = "lDimming", .keys = { KEY_BACKTAB, ' ', '\t', '\t', ' ' }, .small_only = true },
	{ .name = "alerts", .text = "a" },
	{ .name = "periods", .text = "p" },
	{ .name = "waiting", .nothing = true },
	{ .name = "ascii", .ascii = true },
	{ .name = "ascii-detail", .keys = { KEY_GO_DOWN, UI_ENTER }, .ascii = true, .small_only = true },
	{ .name = "no-colour", .plain = true },
	{ .name = "no-colour-detail", .keys = { KEY_GO_DOWN, UI_ENTER }, .plain = true, .small_only = true },
};

static int read_file(const char *path, struct buffer *out)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;

	if (!f)
		return -1;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buffer_append(out, chunk, n);
	return 0;
}

static struct scene *load(void)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };
	struct scene *scene = NULL;
	char why[SCENE_TEXT * 4];

	assert_int_equal(read_file(GOLDEN "snapshot.json", &text), 0);
	assert_int_equal(scene_decode(text.data, text.len, &scene, why), 0);
	return scene;
}

static void put_code(struct buffer *out, uint32_t code)
{
	if (code < 0x80)
		buffer_printf(out, "%c", (int)code);
	else if (code < 0x800)
		buffer_printf(out, "%c%c", (int)(0xc0 | code >> 6), (int)(0x80 | (code & 0x3f)));
	else if (code < 0x10000)
		buffer_printf(out, "%c%c%c", (int)(0xe0 | code >> 12), (int)(0x80 | (code >> 6 & 0x3f)), (int)(0x80 | (code & 0x3f)));
	else
		buffer_printf(out, "%c%c%c%c", (int)(0xf0 | code >> 18), (int)(0x80 | (code >> 12 & 0x3f)), (int)(0x80 | (code >> 6 & 0x3f)),
			      (int)(0x80 | (code & 0x3f)));
}

static char meaning(const struct cell *cell)
{
	if (cell->role == ROLE_TEXT && cell->attributes)
		return cell->attributes & ATTR_REVERSE ? 'R' : cell->attributes & ATTR_BOLD ? 'B' : cell->attributes & ATTR_UNDERLINE ? 'U' : 'D';
	return cell->attributes ? (char)toupper(ROLE_LETTERS[cell->role]) : ROLE_LETTERS[cell->role];
}

static void trim(struct buffer *out, char blank)
{
	while (out->len && out->data[out->len - 1] == blank)
		out->len--;
	buffer_append(out, "\n", 1);
}

static void write_down(const struct grid *g, struct buffer *out)
{
	for (int row = 0; row < g->rows; row++) {
		for (int column = 0; column < g->columns; column++) {
			if (grid_at(g, row, column)->code)
				put_code(out, grid_at(g, row, column)->code);
		}
		trim(out, ' ');
	}
	buffer_append_str(out, "----\n");
	for (int row = 0; row < g->rows; row++) {
		for (int column = 0; column < g->columns; column++)
			buffer_printf(out, "%c", meaning(grid_at(g, row, column)));
		trim(out, '.');
	}
}

static void type(struct ui *ui, const struct scene *scene, struct ui_size size, const char *text)
{
	for (; text && *text; text++)
		ui_key(ui, scene, size, (uint32_t)*text);
}

static void render(const struct screen *s, const struct scene *scene, struct ui_size size, struct buffer *out)
{
	_cleanup_(grid_free) struct grid g = { 0 };
	struct ui ui = UI_DEFAULTS;

	if (s->nothing)
		scene = NULL;
	ui_settle(&ui, scene, size);
	type(&ui, scene, size, s->text);
	for (size_t i = 0; i < KEYS && s->keys[i]; i++)
		ui_key(&ui, scene, size, s->keys[i]);
	assert_int_equal(grid_resize(&g, size.rows, size.columns), 0);
	draw_screen(&g, scene, &ui, glyphs_of(!s->ascii), !s->plain);
	write_down(&g, out);
}

static void write_file(const char *path, const struct buffer *text)
{
	_cleanup_fclose_ FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text->data, 1, text->len, f), text->len);
}

static void check(const struct screen *s, const struct scene *scene, struct ui_size size)
{
	_cleanup_(buffer_free) struct buffer seen = { 0 }, expected = { 0 };
	char path[128];

	snprintf(path, sizeof(path), GOLDEN "%s-%dx%d.txt", s->name, size.columns, size.rows);
	render(s, scene, size, &seen);
	assert_false(seen.failed);
	if (getenv("GOLDEN_WRITE"))
		return write_file(path, &seen);
	assert_int_equal(read_file(path, &expected), 0);
	if (expected.len != seen.len || memcmp(expected.data, seen.data, seen.len) != 0) {
		print_message("# %s differs; this is seen:\n%s", path, seen.data);
		fail();
	}
}

static void test_golden(void **state)
{
	const struct screen *s = *state;
	_cleanup_(scene_free_p) struct scene *scene = load();

	check(s, scene, (struct ui_size){ 24, 80 });
	if (!s->small_only)
		check(s, scene, (struct ui_size){ 50, 200 });
}

/* No size breaks it, and what is too small says so. */
static void test_sizes(void **state)
{
	_cleanup_(scene_free_p) struct scene *scene = load();
	static const char pages[] = " ?apsC/fdl\r";

	(void)state;
	for (int rows = 0; rows < 70; rows += 7) {
		for (int columns = 0; columns < 260; columns += 13) {
			_cleanup_(grid_free) struct grid g = { 0 };
			_cleanup_(buffer_free) struct buffer out = { 0 };

			assert_int_equal(grid_resize(&g, rows, columns), 0);
			for (size_t i = 0; i < sizeof(pages) - 1; i++) {
				struct ui ui = UI_DEFAULTS;

				ui_key(&ui, scene, (struct ui_size){ rows, columns }, (uint32_t)pages[i]);
				draw_screen(&g, scene, &ui, glyphs_of(i % 2), i % 3);
			}
			write_down(&g, &out);
			if (rows >= 4 && rows < 24 && columns > 30)
				assert_non_null(strstr(out.data, "iotbpf top needs 80 x 24"));
		}
	}
}

/* Whatever is pressed, and however large the screen is then. */
static void test_any_keys(void **state)
{
	_cleanup_(scene_free_p) struct scene *scene = load();
	_cleanup_(grid_free) struct grid g = { 0 };
	struct ui ui = UI_DEFAULTS;
	unsigned int seed = 3;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		const struct ui_size size = { rand_r(&seed) % 60, rand_r(&seed) % 220 };
		uint32_t key = (uint32_t)rand_r(&seed) % 3 ? ' ' + (uint32_t)rand_r(&seed) % 95 : KEY_NONE + (uint32_t)rand_r(&seed) % 24;

		if (ui_key(&ui, i % 50 ? scene : NULL, size, key % 11 ? key : UI_ENTER) == UI_QUIT)
			ui = (struct ui)UI_DEFAULTS;
		if (i % 4)
			continue;
		assert_int_equal(grid_resize(&g, size.rows, size.columns), 0);
		ui_settle(&ui, scene, size);
		draw_screen(&g, scene, &ui, glyphs_of(i % 8), i % 3);
		assert_true(ui.first >= 0 && ui.row >= 0 && ui.scroll >= 0);
	}
}

/* Nothing is cut without saying so: every text of the list that does not fit ends in an ellipsis. */
static void test_ellipsis(void **state)
{
	_cleanup_(scene_free_p) struct scene *scene = load();
	_cleanup_(grid_free) struct grid g = { 0 };
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct ui ui = UI_DEFAULTS;

	(void)state;
	grid_resize(&g, 24, 80);
	strcpy(scene->devices[0].name, "0123456789012345678901234567890123456789");
	ui.filter = (struct edit){ .text = "0123456", .length = 7 };
	ui_settle(&ui, scene, (struct ui_size){ 24, 80 });
	draw_screen(&g, scene, &ui, glyphs_of(true), true);
	write_down(&g, &out);
	assert_non_null(strstr(out.data, "0123456789012\u2026 "));
}

int main(void)
{
	struct CMUnitTest tests[sizeof(SCREENS) / sizeof(SCREENS[0]) + 3];
	size_t n = 0;

	setenv("TZ", "UTC", 1);
	tzset();
	for (; n < sizeof(SCREENS) / sizeof(SCREENS[0]); n++)
		tests[n] = (struct CMUnitTest){ .name = SCREENS[n].name, .test_func = test_golden, .initial_state = (void *)&SCREENS[n] };
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_sizes);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_any_keys);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_ellipsis);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
