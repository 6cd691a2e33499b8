/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_SVG_INTERNAL_H
#define AGENT_OUTPUT_PLOT_SVG_INTERNAL_H

#include "agent/output/plot/plot.h"
#include "agent/output/plot/layout.h"

/* Ground and ink of a picture. */
struct svg_theme {
	const char *paper, *ink, *quiet, *grid, *traffic;
	double band; /* opacity of a function's band */
	bool dark;
};

/* A picture while it is drawn, from top to bottom. */
struct svg {
	struct buffer *out;
	const struct layout *layout;
	const struct svg_theme *theme;
	double width, left, right; /* of the picture; of the charts in it */
	double y;		   /* what is below is still empty */
	double span;		   /* seconds from left to right */
	int64_t step;		   /* of the axis of time */
};

/** svg_x - where a time is: seconds after ds->from_s */
static inline double svg_x(const struct svg *svg, double at)
{
	return svg->left + at / svg->span * (svg->right - svg->left);
}

/** svg_color - of layout_colors, for this ground */
static inline const char *svg_color(const struct svg *svg, unsigned index)
{
	const struct layout_color *color = &layout_colors[index % LAYOUT_COLORS];

	return svg->theme->dark ? color->dark : color->light;
}

/** svg_traffic - a device's packets a second over bands of what it did, @height high */
void svg_traffic(struct svg *svg, const struct dataset_device *device, double height);

/** svg_row - the name, marks and rulers of a flow, @height high */
void svg_row(struct svg *svg, const struct layout_row *row, double height);

#endif
