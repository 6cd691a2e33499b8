// SPDX-License-Identifier: BSD-2-Clause

#include <math.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/output/plot/axis.h"
#include "agent/output/plot/svg_draw.h"
#include "agent/output/plot/svg_internal.h"

#define WIDTH_DEFAULT 960
#define WIDTH_LEAST 320
#define MARGIN 14.0
#define NAMES 150.0
#define TITLE 46.0
#define HEADING 26.0
#define TRAFFIC 64.0
#define GAP 8.0
#define AXIS 24.0
#define TICK_SPACE 76.0 /* pixels that a label of the axis of time needs */

static const struct svg_theme LIGHT = { "#ffffff", "#1c2430", "#5d6978", "#dfe4e9", "#40566e", 0.28, false };
static const struct svg_theme DARK = { "#14181d", "#e4e9ee", "#98a4b1", "#2c343d", "#a9bdd2", 0.4, true };

static double row_height(size_t rows)
{
	return rows <= 40 ? 18 : rows <= 120 ? 13 : 10;
}

static double group_height(const struct layout_group *group)
{
	return HEADING + TRAFFIC + GAP + (double)group->count * row_height(group->count) + AXIS + GAP;
}

/* Lines through all rows of a device, and the labels below. */
static void put_axis(struct svg *svg, double top)
{
	int64_t from = svg->layout->ds->from_s, to = from + (int64_t)svg->span;

	for (int64_t at = axis_first(from, svg->step); at <= to; at += svg->step) {
		double x = svg_x(svg, (double)(at - from));
		enum svg_anchor anchor = x > svg->width - TICK_SPACE / 2 ? SVG_END : SVG_MIDDLE;
		char text[AXIS_LABEL];

		svg_line(svg->out, x, top, x, svg->y + 3, svg->theme->grid, 0.5);
		svg_put_text(svg->out, &(struct svg_text){ .x = x, .y = svg->y + 15, .size = 10, .color = svg->theme->quiet, .anchor = anchor }, axis_label(at, svg->step, text));
	}
	svg->y += AXIS;
}

static void put_heading(struct svg *svg, const struct layout_group *group)
{
	const struct dataset_device *d = group->device;
	char text[256];
	int n = 0;

	svg_line(svg->out, 0, svg->y, svg->width, svg->y, svg->theme->grid, 1);
	svg_put_text(svg->out, &(struct svg_text){ .x = MARGIN, .y = svg->y + 18, .size = 14, .color = svg->theme->ink, .bold = true, .width = svg->width * 0.4 }, layout_name(d));
	if (d->name[0])
		n += snprintf(text, sizeof(text), "%s", d->id);
	if (d->label[0])
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%s", n ? ", " : "", d->label);
	if (d->label[0] && !d->owner && isfinite(d->label_p))
		n += snprintf(text + n, sizeof(text) - (size_t)n, " %.0f %%", 100 * (double)d->label_p);
	snprintf(text + n, sizeof(text) - (size_t)n, "%s%zu flow%s", n ? ", " : "", group->count, group->count == 1 ? "" : "s");
	svg_put_text(svg->out,
		     &(struct svg_text){ .x = svg->right, .y = svg->y + 18, .size = 11, .color = svg->theme->quiet, .anchor = SVG_END, .width = svg->width * 0.5 }, text);
	svg->y += HEADING;
}

static void put_group(struct svg *svg, const struct layout_group *group)
{
	double height = row_height(group->count), top;

	put_heading(svg, group);
	svg_traffic(svg, group->device, TRAFFIC);
	svg->y += GAP;
	top = svg->y;
	svg->y += (double)group->count * height;
	put_axis(svg, top);
	svg->y = top;
	for (size_t i = 0; i < group->count; i++)
		svg_row(svg, &group->rows[i], height);
	svg->y += AXIS + GAP;
}

static void put_title(struct svg *svg, const struct plot_options *options)
{
	const struct dataset *ds = svg->layout->ds;
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE], length[DURATION_TEXT_SIZE], text[256];

	svg_put_text(svg->out, &(struct svg_text){ .x = MARGIN, .y = 22, .size = 16, .color = svg->theme->ink, .bold = true, .width = svg->width - 2 * MARGIN },
		     options->title ? options->title : "iotbpf");
	snprintf(text, sizeof(text), "%s – %s (%s)%s%.120s", time_format_local(ds->from_s * US_PER_SECOND, from), time_format_local(ds->to_s * US_PER_SECOND, to),
		 duration_format(svg->span, length), options->source ? ", " : "", options->source ? options->source : "");
	svg_put_text(svg->out, &(struct svg_text){ .x = MARGIN, .y = 38, .size = 11, .color = svg->theme->quiet, .width = svg->width - 2 * MARGIN }, text);
	svg->y = TITLE;
}

int plot_svg(const struct dataset *ds, const struct plot_options *options, struct buffer *out)
{
	_cleanup_(layout_free_p) struct layout *layout = layout_new(ds);
	struct svg svg = { .out = out, .layout = layout, .theme = options->dark ? &DARK : &LIGHT, .span = layout_span(ds) };
	double height = TITLE;

	if (!layout)
		return -ENOMEM;
	svg.width = !options->width ? WIDTH_DEFAULT : options->width < WIDTH_LEAST ? WIDTH_LEAST : (double)options->width;
	svg.left = NAMES;
	svg.right = svg.width - MARGIN;
	svg.step = axis_step((int64_t)svg.span, (int64_t)((svg.right - svg.left) / TICK_SPACE));
	for (size_t i = 0; i < layout->count; i++)
		height += group_height(&layout->groups[i]);
	buffer_printf(out,
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" "
		      "font-family=\"DejaVu Sans, Verdana, sans-serif\">\n",
		      svg.width, height, svg.width, height);
	svg_rect(out, 0, 0, svg.width, height, svg.theme->paper, 1);
	put_title(&svg, options);
	for (size_t i = 0; i < layout->count; i++)
		put_group(&svg, &layout->groups[i]);
	buffer_append_str(out, "</svg>\n");
	return out->failed ? -EMSGSIZE : 0;
}
