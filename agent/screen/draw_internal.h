/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_DRAW_INTERNAL_H
#define AGENT_SCREEN_DRAW_INTERNAL_H

#include "agent/screen/draw.h"

#define HEAD_ROWS 3 /* above the body: two of the network, one of titles */

struct draw {
	struct grid *grid;
	const struct scene *scene; /* NULL before the first */
	const struct ui *ui;
	const struct glyphs *glyphs;
	int rows, columns;
};

/** put - text of @role in @width columns; returns the columns it takes */
int put(const struct draw *d, int row, int column, int width, enum role role, const char *text);

/** putf - as put(), formatted; cut at 512 bytes */
int putf(const struct draw *d, int row, int column, int width, enum role role, const char *format, ...) __attribute__((format(printf, 6, 7)));

/** put_right - as put(), at the right end */
int put_right(const struct draw *d, int row, int column, int width, enum role role, const char *text);

/** put_run - as put(), at *@column, which moves behind the text; no further than @end */
void put_run(const struct draw *d, int row, int *column, int end, enum role role, const char *format, ...) __attribute__((format(printf, 6, 7)));

/** draw_box - an empty box with a title, @rows and @columns inside; the place of its first cell inside goes to *@row, *@column */
void draw_box(const struct draw *d, const char *title, int rows, int columns, int *row, int *column);

/** draw_blank - where there is nothing to list: why */
void draw_blank(const struct draw *d, const char *text);

/** draw_cell - what column_fill() said, its share at the right end */
void draw_cell(const struct draw *d, int row, int column, int width, const struct column_cell *cell, enum align align);

/** draw_name - the name of a device, or its address */
void draw_name(const struct draw *d, int row, int column, int width, const struct scene_device *device);

/* The parts of a screen. */
void draw_head(const struct draw *d);
void draw_bar(const struct draw *d);
void draw_devices(const struct draw *d);
void draw_device(const struct draw *d);
void draw_periods(const struct draw *d);
void draw_alerts(const struct draw *d);
void draw_help(const struct draw *d);
void draw_dialog(const struct draw *d);

#endif
