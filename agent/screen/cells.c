// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/cells.h"

#include <errno.h>
#include <string.h>

#include "agent/base/utf8.h"
#include "agent/screen/glyphs.h"

static int clamp(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

int grid_resize(struct grid *g, int rows, int columns)
{
	struct cell *cells;

	rows = clamp(rows, GRID_SIDE_MAX);
	columns = clamp(columns, GRID_SIDE_MAX);
	cells = calloc((size_t)rows * (size_t)columns + 1, sizeof(*cells));
	if (!cells)
		return -ENOMEM;
	free(g->cells);
	*g = (struct grid){ .rows = rows, .columns = columns, .cells = cells };
	grid_clear(g);
	return 0;
}

void grid_free(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){ 0 };
}

void grid_clear(struct grid *g)
{
	for (int i = 0; i < g->rows * g->columns; i++)
		g->cells[i] = (struct cell){ .code = ' ' };
}

struct cell *grid_at(const struct grid *g, int row, int column)
{
	if (row < 0 || row >= g->rows || column < 0 || column >= g->columns)
		return NULL;
	return &g->cells[row * g->columns + column];
}

void grid_put(struct grid *g, int row, int column, uint32_t code, const struct pen *pen)
{
	struct cell *cell = grid_at(g, row, column);

	if (cell)
		*cell = (struct cell){ .code = code, .role = (uint8_t)pen->role, .attributes = pen->attributes };
}

/* As in plain.c: what moves a cursor or turns the direction of writing. */
static bool is_harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad || code == 0x200e || code == 0x200f || code == 0x61c ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code >= 0xe0000;
}

/* The next character as it may be shown; its columns, 0 for one that is left out. */
static int next(const char **text, size_t *left, bool unicode, uint32_t *code)
{
	size_t length;

	if (**text >= ' ' && **text < 0x7f) {
		*code = (uint32_t)*(*text)++;
		--*left;
		return 1;
	}
	length = utf8_decode(*text, *left, code);
	if (!length || is_harmful(*code) || (!unicode && *code > 0x7e))
		*code = '?';
	*text += length ? length : 1;
	*left -= length ? length : 1;
	return utf8_width(*code);
}

/* Columns of the text, no more than limit + 2. */
static int width_of(const char *text, int limit, bool unicode)
{
	size_t left = strlen(text);
	uint32_t code;
	int width = 0;

	while (left && width <= limit)
		width += next(&text, &left, unicode, &code);
	return width;
}

int grid_width(const char *text)
{
	return width_of(text, GRID_SIDE_MAX, true);
}

/* Whole characters as far as @width goes; the columns used. */
static int put_all(struct grid *g, int row, int column, int width, const char *text, const struct pen *pen)
{
	size_t left = strlen(text);
	int used = 0;

	while (left) {
		uint32_t code;
		int w = next(&text, &left, pen->glyphs->unicode, &code);

		if (w > width - used)
			break;
		if (w)
			grid_put(g, row, column + used, code, pen);
		if (w == 2)
			grid_put(g, row, column + used + 1, 0, pen);
		used += w;
	}
	return used;
}

int grid_text(struct grid *g, int row, int column, int width, const char *text, const struct pen *pen)
{
	int needs, used;

	if (width > g->columns - column)
		width = g->columns - column;
	if (width <= 0 || row < 0 || row >= g->rows || column < 0)
		return 0;
	needs = width_of(text, width, pen->glyphs->unicode);
	for (int i = 0; i < width; i++)
		grid_put(g, row, column + i, ' ', pen);
	if (needs <= width) {
		put_all(g, row, pen->align == ALIGN_RIGHT ? column + width - needs : column, needs, text, pen);
		return needs;
	}
	used = put_all(g, row, column, width - 1, text, pen);
	return used + put_all(g, row, column + used, 1, pen->glyphs->cut, pen);
}

void grid_mark(struct grid *g, int row, int column, int width, uint8_t attributes)
{
	for (int i = 0; i < width; i++) {
		struct cell *cell = grid_at(g, row, column + i);

		if (cell)
			cell->attributes |= attributes;
	}
}

void grid_choose(struct grid *g, int row, int column, int width)
{
	for (int i = 0; i < width; i++) {
		struct cell *cell = grid_at(g, row, column + i);

		if (cell)
			cell->role = ROLE_CHOSEN;
	}
}

void grid_without_colour(struct grid *g)
{
	static const uint8_t instead[ROLE_COUNT] = {
		[ROLE_FAINT] = ATTR_DIM,	[ROLE_TITLE] = ATTR_UNDERLINE, [ROLE_BAR] = ATTR_REVERSE,
		[ROLE_CHOSEN] = ATTR_REVERSE,
		[ROLE_KEY] = ATTR_BOLD,		[ROLE_SURE] = ATTR_BOLD,       [ROLE_UNSURE] = ATTR_DIM,
		[ROLE_OWNER] = ATTR_UNDERLINE, [ROLE_FUNCTION] = ATTR_BOLD,   [ROLE_WARNING] = ATTR_BOLD,
		[ROLE_ALARM] = ATTR_BOLD | ATTR_REVERSE,
	};

	for (int i = 0; i < g->rows * g->columns; i++) {
		g->cells[i].attributes |= instead[g->cells[i].role % ROLE_COUNT];
		g->cells[i].role = ROLE_TEXT;
	}
}
