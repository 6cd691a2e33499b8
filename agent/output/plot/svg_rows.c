// SPDX-License-Identifier: BSD-2-Clause

/* One flow: circles where there is room for them, else columns as high as the share of active seconds; below, a tick a cycle of its periods. */

#include <math.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/output/plot/svg_draw.h"
#include "agent/output/plot/svg_internal.h"

#define RADIUS_LEAST 1.5
#define COLUMN 0.5 /* pixels */
#define LEVELS 4
#define TICK_LEAST 4.0 /* pixels between ticks of a ruler */

static void put_circles(const struct svg *svg, const struct layout_row *row, double y, double radius)
{
	char attributes[96];

	svg_begin_path(svg->out);
	for (size_t i = 0; i < row->flow->count; i++)
		buffer_printf(svg->out, "M%.1f %.1fh0", svg_x(svg, row->flow->seconds[i].at + 0.5), y);
	snprintf(attributes, sizeof(attributes), "stroke=\"%s\" stroke-width=\"%.1f\" stroke-linecap=\"round\"", svg_color(svg, row->color), 2 * radius);
	svg_end_path(svg->out, attributes);
}

/* Columns [start, end) of one height; a column is @seconds wide. */
static void put_bar(const struct svg *svg, size_t start, size_t end, double seconds, unsigned level, double y, double height)
{
	double h = height * (0.3 + 0.7 * (level - 1) / (LEVELS - 1)), x = svg_x(svg, (double)start * seconds), width = svg_x(svg, (double)end * seconds) - x;

	if (level)
		buffer_printf(svg->out, "M%.1f %.1fh%.1fv%.1fh-%.1fz", x, y - h / 2, width, h, width);
}

/* A column is as wide as COLUMN or as a second, whichever is more. */
static void put_bars(const struct svg *svg, const struct layout_row *row, double y, double height)
{
	const struct dataset_flow *flow = row->flow;
	double seconds = fmax(svg->span / (svg->right - svg->left) * COLUMN, 1);
	size_t start = 0, end = 0;
	unsigned level = 0;
	char attributes[32];

	svg_begin_path(svg->out);
	for (size_t i = 0, next; i < flow->count; i = next) {
		size_t column = (size_t)(flow->seconds[i].at / seconds);
		unsigned l;

		next = layout_second(flow, (double)(column + 1) * seconds);
		next = next > i ? next : i + 1;
		l = 1 + (unsigned)fmin((LEVELS - 1) * (double)(next - i) / seconds + 0.5, LEVELS - 1);
		if (column != end || l != level) {
			put_bar(svg, start, end, seconds, level, y, height);
			start = column;
			level = l;
		}
		end = column + 1;
	}
	put_bar(svg, start, end, seconds, level, y, height);
	snprintf(attributes, sizeof(attributes), "fill=\"%s\"", svg_color(svg, row->color));
	svg_end_path(svg->out, attributes);
}

static void put_ruler(const struct svg *svg, const struct dataset_flow *flow, const struct dataset_period *period, double y, double height)
{
	struct layout_ruler ruler;
	char attributes[64];

	if (period->seconds / svg->span * (svg->right - svg->left) < TICK_LEAST || !layout_ruler(svg->layout->ds, flow, period, &ruler))
		return;
	svg_begin_path(svg->out);
	for (double t = ceil((ruler.from - ruler.shift) / ruler.period) * ruler.period + ruler.shift; t <= ruler.to; t += ruler.period)
		buffer_printf(svg->out, "M%.1f %.1fv%.1f", svg_x(svg, t), y, height);
	buffer_printf(svg->out, "M%.1f %.1fH%.1f", svg_x(svg, ruler.from), y + height, svg_x(svg, ruler.to));
	snprintf(attributes, sizeof(attributes), "stroke=\"%s\" stroke-width=\"0.6\" fill=\"none\"", svg->theme->quiet);
	svg_end_path(svg->out, attributes);
}

static void put_name(const struct svg *svg, const struct layout_row *row, double y, double height)
{
	double size = fmin(12, height * 0.75);
	char text[DURATION_TEXT_SIZE];

	buffer_printf(svg->out, "<circle cx=\"18\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", y, svg_color(svg, row->color));
	svg_put_text(svg->out, &(struct svg_text){ .x = 28, .y = y + size * 0.36, .size = size, .color = svg->theme->ink, .width = svg->left - 84 }, row->flow->protocol);
	if (row->flow->period_count)
		svg_put_text(svg->out,
			     &(struct svg_text){ .x = svg->left - 8, .y = y + size * 0.36, .size = size - 1, .color = svg->theme->quiet, .anchor = SVG_END },
			     duration_format(row->flow->periods[0].seconds, text));
}

void svg_row(struct svg *svg, const struct layout_row *row, double height)
{
	double y = svg->y + height * 0.46, radius = height * 0.3;

	put_name(svg, row, y, height);
	svg_line(svg->out, svg->left, svg->y + height, svg->right, svg->y + height, svg->theme->grid, 0.5);
	for (size_t i = 0; i < row->flow->period_count; i++)
		put_ruler(svg, row->flow, &row->flow->periods[i], svg->y + height * 0.7, height * 0.25);
	if (row->flow->count)
		radius = fmin(radius, 0.45 * (svg->right - svg->left) / (double)row->flow->count);
	if (radius >= RADIUS_LEAST)
		put_circles(svg, row, y, radius);
	else
		put_bars(svg, row, y, height * 0.7);
	svg->y += height;
}
