// SPDX-License-Identifier: BSD-2-Clause

/* Packets a second of a device, and what it did as bands behind. */

#include <math.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/output/plot/axis.h"
#include "agent/output/plot/svg_draw.h"
#include "agent/output/plot/svg_internal.h"

#define BIN 2.0 /* pixels */
#define BAND_TOP 2.0
#define LETTER 6.5 /* width of a letter of a band's name, about */

static void put_band(const struct svg *svg, const struct dataset_function *f, double height)
{
	int color = layout_function_color(svg->layout, f->label);
	double from = (double)(f->from_us - svg->layout->ds->from_s * US_PER_SECOND) / US_PER_SECOND;
	double to = (double)(f->to_us - svg->layout->ds->from_s * US_PER_SECOND) / US_PER_SECOND;
	double x = svg_x(svg, fmax(from, 0)), width = fmax(svg_x(svg, fmin(to, svg->span)) - x, 1);

	if (color < 0 || from > svg->span || to < 0)
		return;
	svg_rect(svg->out, x, svg->y, width, height, svg_color(svg, (unsigned)color), svg->theme->band);
	svg_rect(svg->out, x, svg->y, width, BAND_TOP, svg_color(svg, (unsigned)color), 1);
	if (width > 4 * LETTER)
		svg_put_text(svg->out, &(struct svg_text){ .x = x + 3, .y = svg->y + 13, .size = 10, .color = svg->theme->ink, .width = width - 6 }, f->label);
}

static void put_rate(const struct svg *svg, const struct layout_rates *rates, const double *rate, double bottom, double scale, const char *attributes)
{
	svg_begin_path(svg->out);
	buffer_printf(svg->out, "M%.1f %.1f", svg->left, bottom);
	for (size_t i = 0; i < rates->count; i++) {
		if (i && rate[i] == rate[i - 1] && i + 1 < rates->count)
			continue;
		buffer_printf(svg->out, "H%.1fV%.1f", svg_x(svg, (double)i * rates->width), bottom - rate[i] * scale);
	}
	buffer_printf(svg->out, "H%.1fV%.1f", svg->right, bottom);
	svg_end_path(svg->out, attributes);
}

void svg_traffic(struct svg *svg, const struct dataset_device *device, double height)
{
	_cleanup_(layout_rates_free_p) struct layout_rates *rates = layout_rates_new(svg->layout->ds, device, (size_t)((svg->right - svg->left) / BIN));
	double bottom = svg->y + height, room = height * (device->function_count ? 0.75 : 0.95), top;
	char text[64];

	if (!rates) {
		svg->out->failed = true;
		return;
	}
	for (size_t i = 0; i < device->function_count; i++)
		put_band(svg, &device->functions[i], height);
	top = axis_top(rates->highest);
	for (int i = 0; i <= 2; i++) {
		double y = bottom - room * i / 2;

		snprintf(text, sizeof(text), "%g", top * i / 2);
		svg_line(svg->out, svg->left, y, svg->right, y, svg->theme->grid, 0.5);
		svg_put_text(svg->out, &(struct svg_text){ .x = svg->left - 8, .y = y + 4, .size = 10, .color = svg->theme->quiet, .anchor = SVG_END }, text);
	}
	svg_put_text(svg->out, &(struct svg_text){ .x = 14, .y = bottom - height / 2 + 4, .size = 10, .color = svg->theme->quiet }, "packets/s");
	snprintf(text, sizeof(text), "stroke=\"%s\" stroke-width=\"0.8\" fill=\"none\"", svg->theme->quiet);
	put_rate(svg, rates, rates->received, bottom, room / top, text);
	snprintf(text, sizeof(text), "fill=\"%s\" fill-opacity=\"0.8\"", svg->theme->traffic);
	put_rate(svg, rates, rates->sent, bottom, room / top, text);
	svg->y += height;
}
