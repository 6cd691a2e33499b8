// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/screen/draw_internal.h"

#define TEXT_MAX 512

int put(const struct draw *d, int row, int column, int width, enum role role, const char *text)
{
	const struct pen pen = { .glyphs = d->glyphs, .role = role };

	return grid_text(d->grid, row, column, width, text, &pen);
}

int put_right(const struct draw *d, int row, int column, int width, enum role role, const char *text)
{
	const struct pen pen = { .glyphs = d->glyphs, .role = role, .align = ALIGN_RIGHT };

	return grid_text(d->grid, row, column, width, text, &pen);
}

int putf(const struct draw *d, int row, int column, int width, enum role role, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return put(d, row, column, width, role, text);
}

void put_run(const struct draw *d, int row, int *column, int end, enum role role, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	*column += put(d, row, *column, end - *column, role, text);
}

void draw_box(const struct draw *d, const char *title, int rows, int columns, int *row, int *column)
{
	const struct pen pen = { .glyphs = d->glyphs, .role = ROLE_TITLE };
	int top = (d->rows - rows - 2) / 2, left = (d->columns - columns - 2) / 2;

	for (int r = 0; r < rows + 2; r++) {
		bool edge = r == 0 || r == rows + 1;

		for (int c = 0; c < columns + 2; c++)
			grid_put(d->grid, top + r, left + c, edge ? d->glyphs->horizontal : ' ', &pen);
		grid_put(d->grid, top + r, left, edge ? d->glyphs->corners[r ? 2 : 0] : d->glyphs->vertical, &pen);
		grid_put(d->grid, top + r, left + columns + 1, edge ? d->glyphs->corners[r ? 3 : 1] : d->glyphs->vertical, &pen);
	}
	putf(d, top, left + 2, (int)strlen(title) + 2 < columns - 2 ? (int)strlen(title) + 2 : columns - 2, ROLE_TITLE, " %s ", title);
	*row = top + 1;
	*column = left + 1;
}

void draw_blank(const struct draw *d, const char *text)
{
	int width = (int)strlen(text) < d->columns ? (int)strlen(text) : d->columns;

	put(d, d->rows / 2 - 1, (d->columns - width) / 2, d->columns, ROLE_FAINT, text);
}

void draw_cell(const struct draw *d, int row, int column, int width, const struct column_cell *cell, enum align align)
{
	const struct pen pen = { .glyphs = d->glyphs, .role = cell->role, .align = align };
	int share = *cell->share ? 5 : 0;

	if (share && width > 2 * share)
		put_right(d, row, column + width - share, share, cell->role, cell->share);
	else
		share = 0;
	grid_text(d->grid, row, column, width - share, cell->text, &pen);
}

void draw_name(const struct draw *d, int row, int column, int width, const struct scene_device *device)
{
	struct column_cell cell;

	column_fill(COLUMN_NAME, device, d->scene->time_us, &cell);
	draw_cell(d, row, column, width, &cell, ALIGN_LEFT);
}

static void draw_too_small(const struct draw *d)
{
	putf(d, 0, 0, d->columns, ROLE_TEXT, "iotbpf top needs %d x %d,", UI_COLUMNS_MIN, UI_ROWS_MIN);
	putf(d, 1, 0, d->columns, ROLE_TEXT, "this is %d x %d:", d->columns, d->rows);
	put(d, 2, 0, d->columns, ROLE_TEXT, "make it larger");
	put(d, 3, 0, d->columns, ROLE_TEXT, "or q to quit");
}

static void draw_page(const struct draw *d)
{
	draw_head(d);
	switch (d->ui->page) {
	case PAGE_DEVICES:
		draw_devices(d);
		break;
	case PAGE_DEVICE:
		draw_device(d);
		break;
	case PAGE_PERIODS:
		draw_periods(d);
		break;
	case PAGE_ALERTS:
		draw_alerts(d);
		break;
	case PAGE_HELP:
		draw_help(d);
		break;
	}
	draw_bar(d);
	draw_dialog(d);
}

void draw_screen(struct grid *g, const struct scene *scene, const struct ui *ui, const struct glyphs *glyphs, bool colour)
{
	const struct draw d = { .grid = g, .scene = scene, .ui = ui, .glyphs = glyphs, .rows = g->rows, .columns = g->columns };

	grid_clear(g);
	if (g->rows < UI_ROWS_MIN || g->columns < UI_COLUMNS_MIN)
		draw_too_small(&d);
	else
		draw_page(&d);
	if (!colour)
		grid_without_colour(g);
}
