// SPDX-License-Identifier: BSD-2-Clause

/* Text: braille has two columns and four rows of dots a cell; of a flow the height says how many of the seconds were active. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/utf8.h"
#include "agent/output/plain.h"
#include "agent/output/plot/axis.h"
#include "agent/output/plot/layout.h"
#include "agent/output/plot/terminal_cells.h"

#define WIDTH_DEFAULT 80
#define WIDTH_LEAST 20
#define RATE_LINES 3
#define TICK_SPACE 12 /* columns that a label of the axis needs */

/* @text made safe, cut or filled up to @width columns. */
static void put_fitted(struct buffer *out, const char *text, size_t width, bool right)
{
	_cleanup_(buffer_free) struct buffer plain = { 0 };
	size_t used = 0, bytes;

	plain_append(&plain, text);
	bytes = plain.data ? plain_fit(plain.data, plain.len, width, &used) : 0;
	if (right)
		buffer_append_char(out, ' ', width - used);
	buffer_append(out, plain.data ? plain.data : "", bytes);
	if (!right)
		buffer_append_char(out, ' ', width - used);
}

static void put_heading(struct terminal *t, const struct layout_group *group)
{
	const struct dataset_device *d = group->device;
	char text[256];
	int n = snprintf(text, sizeof(text), "%s", layout_name(d));

	if (d->name[0])
		n += snprintf(text + n, sizeof(text) - (size_t)n, "  %s", d->id);
	if (d->label[0])
		n += snprintf(text + n, sizeof(text) - (size_t)n, "  %s", d->label);
	if (d->label[0] && !d->owner && isfinite(d->label_p))
		snprintf(text + n, sizeof(text) - (size_t)n, " %.0f %%", 100 * (double)d->label_p);
	buffer_append_str(t->out, t->options->color ? "\x1b[1m" : "");
	put_fitted(t->out, text, t->width, false);
	buffer_append_str(t->out, t->options->color ? "\x1b[0m\n" : "\n");
}

/* The share of active seconds in each column of dots, 0 to 4: at least 1 where there is any. */
static void fill_levels(const struct terminal *t, const struct dataset_flow *flow, uint8_t *levels)
{
	size_t dots = t->chart * t->dots;
	double seconds = fmax(t->span / (double)dots, 1);

	for (size_t d = 0; d < dots; d++) {
		double from = (double)d * t->span / (double)dots;
		bool narrow = t->span < (double)dots; /* a column is a part of a second */
		size_t count = narrow ? layout_second(flow, floor(from) + 1) - layout_second(flow, floor(from))
				      : layout_second(flow, (double)(d + 1) * t->span / (double)dots) - layout_second(flow, from);

		levels[d] = (uint8_t)(count ? 1 + fmin(floor(3 * (double)count / seconds + 0.01), 3) : 0);
	}
}

static void put_row(struct terminal *t, const struct layout_row *row)
{
	char period[DURATION_TEXT_SIZE] = "";

	if (row->flow->period_count)
		duration_format(row->flow->periods[0].seconds, period);
	put_fitted(t->out, row->flow->protocol, t->names - t->periods - 1, false);
	put_fitted(t->out, period, t->periods, true);
	buffer_append_char(t->out, ' ', 1);
	fill_levels(t, row->flow, t->levels);
	terminal_color(t, (int)row->color);
	terminal_levels(t, t->levels, 4, 0);
	terminal_color(t, -1);
	buffer_append_char(t->out, '\n', 1);
}

/* The name where it fits, else only the colour. */
static void put_band(struct terminal *t, const char *label, size_t columns)
{
	bool fits = strlen(label) <= columns;

	if (t->options->color) {
		buffer_append_str(t->out, "\x1b[7m");
		put_fitted(t->out, fits ? label : "", columns, false);
	} else {
		put_fitted(t->out, fits ? label : "", fits ? strlen(label) : 0, false);
		buffer_append_char(t->out, '#', columns - (fits ? strlen(label) : 0));
	}
}

/* What the device did, one colour a function: names where they fit. */
static void put_functions(struct terminal *t, const struct dataset_device *device)
{
	size_t at = 0;

	if (!device->function_count)
		return;
	put_fitted(t->out, "function", t->names, false);
	for (size_t i = 0; i < device->function_count; i++) {
		const struct dataset_function *f = &device->functions[i];
		int color = layout_function_color(t->layout, f->label);
		double from = (double)(f->from_us - t->layout->ds->from_s * US_PER_SECOND) / US_PER_SECOND;
		double to = (double)(f->to_us - t->layout->ds->from_s * US_PER_SECOND) / US_PER_SECOND;
		size_t first = (size_t)fmin(fmax(from / t->span, 0) * (double)t->chart, (double)t->chart), last;

		last = (size_t)fmin(ceil(fmax(to / t->span, 0) * (double)t->chart), (double)t->chart);
		if (color < 0 || last <= at)
			continue;
		first = first < at ? at : first;
		buffer_append_char(t->out, ' ', first - at);
		terminal_color(t, color);
		put_band(t, f->label, last - first);
		terminal_color(t, -1);
		at = last;
	}
	buffer_append_char(t->out, '\n', 1);
}

static void put_traffic(struct terminal *t, const struct dataset_device *device)
{
	size_t dots = t->chart * t->dots;
	_cleanup_(layout_rates_free_p) struct layout_rates *rates = layout_rates_new(t->layout->ds, device, dots);
	double top;
	char text[32];

	if (!rates) {
		t->out->failed = true;
		return;
	}
	top = axis_top(rates->highest);
	for (size_t d = 0; d < dots; d++) {
		size_t bin = (size_t)((double)d * t->span / (double)dots / rates->width);
		double rate = bin < rates->count ? rates->sent[bin] : 0;

		t->levels[d] = (uint8_t)(rate > 0 ? fmax(1, round(rate / top * 4 * RATE_LINES)) : 0);
	}
	for (unsigned line = RATE_LINES; line-- > 0;) {
		snprintf(text, sizeof(text), line == RATE_LINES - 1 ? "packets/s %6g" : "%g", line == RATE_LINES - 1 ? top : 0.0);
		put_fitted(t->out, line == 1 ? "" : text, t->names - 1, true);
		buffer_append_char(t->out, ' ', 1);
		terminal_levels(t, t->levels, 4, 4 * line);
		buffer_append_char(t->out, '\n', 1);
	}
}

static void put_axis(struct terminal *t)
{
	int64_t from = t->layout->ds->from_s, to = from + (int64_t)t->span;
	int64_t step = axis_step((int64_t)t->span, (int64_t)(t->chart / TICK_SPACE) ?: 1);
	size_t at = 0;

	buffer_append_char(t->out, ' ', t->names);
	for (int64_t tick = axis_first(from, step); tick <= to; tick += step) {
		size_t x = (size_t)((double)(tick - from) / t->span * (double)t->chart);
		char label[AXIS_LABEL];
		size_t n = strlen(axis_label(tick, step, label));

		if (x < at || x + n + 1 > t->chart)
			continue;
		buffer_append_char(t->out, ' ', x - at);
		buffer_printf(t->out, "%s%s", t->options->ascii ? "|" : "╵", label);
		at = x + n + 1;
	}
	buffer_append_char(t->out, '\n', 1);
}

static void put_title(struct terminal *t)
{
	const struct dataset *ds = t->layout->ds;
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE], length[DURATION_TEXT_SIZE], text[512];

	snprintf(text, sizeof(text), "%s - %s (%s)%s%s", time_format_local(ds->from_s * US_PER_SECOND, from), time_format_local(ds->to_s * US_PER_SECOND, to),
		 duration_format(t->span, length), t->options->source ? ", " : "", t->options->source ? t->options->source : "");
	put_fitted(t->out, text, t->width, false);
	buffer_append_char(t->out, '\n', 1);
}

int plot_terminal(const struct dataset *ds, const struct plot_options *options, struct buffer *out)
{
	_cleanup_(layout_free_p) struct layout *layout = layout_new(ds);
	_cleanup_free_ uint8_t *levels = NULL;
	struct terminal t = { .out = out, .layout = layout, .options = options, .span = layout_span(ds), .dots = options->ascii ? 1 : 2 };

	if (!layout)
		return -ENOMEM;
	t.width = !options->width ? WIDTH_DEFAULT : options->width < WIDTH_LEAST ? WIDTH_LEAST : options->width;
	t.names = t.width >= 60 ? 24 : t.width / 2;
	t.periods = t.width >= 60 ? 10 : 0;
	t.chart = t.width - t.names;
	levels = t.levels = calloc(t.chart * t.dots, 1);
	if (!levels)
		return -ENOMEM;
	put_title(&t);
	for (size_t i = 0; i < layout->count; i++) {
		buffer_append_char(out, '\n', 1);
		put_heading(&t, &layout->groups[i]);
		put_traffic(&t, layout->groups[i].device);
		put_functions(&t, layout->groups[i].device);
		for (size_t k = 0; k < layout->groups[i].count; k++)
			put_row(&t, &layout->groups[i].rows[k]);
		put_axis(&t);
	}
	return out->failed ? -EMSGSIZE : 0;
}
