// SPDX-License-Identifier: BSD-2-Clause

/* One device: what it is and why, its flows, what it did. */

#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/screen/draw_internal.h"
#include "agent/screen/format.h"
#include "agent/screen/pages.h"
#include "agent/screen/strip.h"

#define LEAD 10 /* columns before the facts */

/* Columns of the flows; the periods take what is left. */
enum { PROTOCOL_WIDTH = 12, STRIP_WIDTH = 30, NUMBER_WIDTH = 5, WIDE = 120 };

/* The lines of the page, one after the other; those above or below the screen are not drawn. */
struct lines {
	const struct draw *d;
	const struct scene_device *device;
	int next, row; /* row: of the present line, -1 outside of the screen */
};

static bool line(struct lines *l)
{
	int row = HEAD_ROWS + l->next++ - l->d->ui->scroll;

	l->row = row >= HEAD_ROWS && row < l->d->rows - 1 ? row : -1;
	return l->row >= 0;
}

static bool fact(struct lines *l, const char *title, int *column)
{
	if (!line(l))
		return false;
	put(l->d, l->row, 0, LEAD - 1, ROLE_FAINT, title);
	*column = LEAD;
	return true;
}

static void fact_address(struct lines *l)
{
	const struct scene_device *v = l->device;
	const char *separator = l->d->glyphs->separator;
	char mac[MAC_TEXT_SIZE];
	int column, end = l->d->columns;

	if (!fact(l, "address", &column))
		return;
	put_run(l->d, l->row, &column, end, ROLE_TEXT, "%s", mac_format(v->mac, mac));
	if (v->randomized)
		put_run(l->d, l->row, &column, end, ROLE_WARNING, " (random)");
	if (*v->in_iface)
		put_run(l->d, l->row, &column, end, ROLE_TEXT, " behind %s", v->in_iface);
	if (*v->vendor)
		put_run(l->d, l->row, &column, end, ROLE_TEXT, "%s%s", separator, v->vendor);
	for (uint32_t i = 0; i < v->address_count; i++)
		put_run(l->d, l->row, &column, end, ROLE_TEXT, "%s%s", separator, v->addresses[i]);
}

static void fact_type(struct lines *l)
{
	const struct scene_type *t = &l->device->type;
	char share[FORMAT_SIZE];
	struct column_cell cell;
	int column, end = l->d->columns;

	if (!fact(l, "type", &column))
		return;
	column_fill(COLUMN_TYPE, l->device, l->d->scene->time_us, &cell);
	put_run(l->d, l->row, &column, end, cell.role, "%s%s%s", cell.text, *cell.share ? " " : "", cell.share);
	if (t->owner)
		put_run(l->d, l->row, &column, end, ROLE_TEXT, ", you said so");
	else if (*t->decided_by)
		put_run(l->d, l->row, &column, end, ROLE_TEXT, ", decided by its %s", t->decided_by);
	if (*t->runner_up)
		put_run(l->d, l->row, &column, end, ROLE_FAINT, "; else %s %s", t->runner_up, format_share(t->runner_up_p, share));
}

static void fact_function(struct lines *l)
{
	const struct scene_function *f = &l->device->function;
	char age[FORMAT_SIZE], clock[FORMAT_SIZE];
	struct column_cell cell;
	int column, end = l->d->columns;

	if (!fact(l, "now", &column))
		return;
	column_fill(COLUMN_FUNCTION, l->device, l->d->scene->time_us, &cell);
	if (!*cell.text)
		put_run(l->d, l->row, &column, end, ROLE_FAINT, "nothing is known of what it does");
	else
		put_run(l->d, l->row, &column, end, cell.role, "%s%s%s", cell.text, *cell.share ? " " : "", cell.share);
	if (f->start_us)
		put_run(l->d, l->row, &column, end, ROLE_TEXT, ", for %s, since %s",
			format_age((double)(l->d->scene->time_us - f->start_us) / US_PER_SECOND, age), format_clock(f->start_us, clock));
}

static void fact_traffic(struct lines *l)
{
	const struct scene_rates *total = &l->device->total, *rate = &l->device->rate;
	char a[FORMAT_SIZE], b[FORMAT_SIZE], c[FORMAT_SIZE], e[FORMAT_SIZE];
	int column, end = l->d->columns;

	if (!fact(l, "traffic", &column))
		return;
	put_run(l->d, l->row, &column, end, ROLE_TEXT, "out %s/s %s B/s (%s, %s B in all)", format_count(rate->tx_packets, a),
		format_count(rate->tx_bytes, b), format_count(total->tx_packets, c), format_count(total->tx_bytes, e));
	put_run(l->d, l->row, &column, end, ROLE_TEXT, "; in %s/s %s B/s (%s, %s B)", format_count(rate->rx_packets, a),
		format_count(rate->rx_bytes, b), format_count(total->rx_packets, c), format_count(total->rx_bytes, e));
}

static void fact_seen(struct lines *l)
{
	const struct scene_device *v = l->device;
	char first[TIME_TEXT_SIZE], age[FORMAT_SIZE];
	int column;

	if (!fact(l, "seen", &column))
		return;
	if (v->first_us)
		put_run(l->d, l->row, &column, l->d->columns, ROLE_TEXT, "since %s", time_format_local(v->first_us, first));
	if (v->last_us)
		put_run(l->d, l->row, &column, l->d->columns, ROLE_TEXT, "%slast %s ago", v->first_us ? ", " : "",
			format_age((double)(l->d->scene->time_us - v->last_us) / US_PER_SECOND, age));
}

/* Widths of a flow's cells, in order; two more numbers where there is room. */
static int numbers_width(const struct draw *d)
{
	return d->columns >= WIDE ? 5 : 3;
}

static int strip_at(const struct draw *d)
{
	return d->columns >= WIDE ? 2 * PROTOCOL_WIDTH + 1 : PROTOCOL_WIDTH + 1;
}

static int periods_at(const struct draw *d)
{
	return strip_at(d) + STRIP_WIDTH + 1 + numbers_width(d) * (NUMBER_WIDTH + 1);
}

static void put_number(struct lines *l, int i, enum role role, const char *text)
{
	int at = strip_at(l->d) + STRIP_WIDTH + 1 + i * (NUMBER_WIDTH + 1);

	if (i < numbers_width(l->d))
		put_right(l->d, l->row, at, NUMBER_WIDTH, role, text);
}

static void flow_titles(struct lines *l)
{
	static const char *const numbers[] = { "SHARE", "PKTS", "BYTES", "ACT s", "LAST" };

	line(l);
	if (!line(l))
		return;
	put(l->d, l->row, 0, PROTOCOL_WIDTH, ROLE_TITLE, "FLOW");
	put(l->d, l->row, strip_at(l->d), STRIP_WIDTH, ROLE_TITLE, "LAST 60 s");
	for (int i = 0; i < 5; i++)
		put_number(l, i, ROLE_TITLE, numbers[i]);
	put(l->d, l->row, periods_at(l->d), l->d->columns, ROLE_TITLE, "EVERY, how sure");
}

/* "3s 93%, 60s 71%"; on a wide line with how likely it is by chance. */
static void put_flow_periods(struct lines *l, const struct scene_flow *f)
{
	char every[FORMAT_SIZE], sure[FORMAT_SIZE], chance[FORMAT_SIZE];
	int column = periods_at(l->d), end = l->d->columns;

	for (uint32_t i = 0; i < f->period_count; i++) {
		const struct scene_period *p = &f->periods[i];

		put_run(l->d, l->row, &column, end, ROLE_PERIOD, "%s%s", i ? ", " : "", format_period(p->seconds, every));
		put_run(l->d, l->row, &column, end, ROLE_TEXT, " %s", format_share(p->support, sure));
		if (l->d->columns >= WIDE)
			put_run(l->d, l->row, &column, end, ROLE_FAINT, " (%s)", format_chance(p->log_p, chance));
	}
}

static void flow(struct lines *l, const struct scene_flow *f)
{
	const struct pen strip = { .glyphs = l->d->glyphs, .role = ROLE_ACTIVITY };
	char text[FORMAT_SIZE];

	if (!line(l))
		return;
	put(l->d, l->row, 0, strip_at(l->d) - 1, ROLE_TEXT, f->protocol);
	strip_put(l->d->grid, l->row, strip_at(l->d), STRIP_WIDTH, f->strip, &strip);
	put_number(l, 0, ROLE_TEXT, format_share(f->share, text));
	put_number(l, 1, ROLE_TRAFFIC, format_count(f->packets, text));
	put_number(l, 2, ROLE_TRAFFIC, format_count(f->bytes, text));
	put_number(l, 3, ROLE_TEXT, format_count(f->active_seconds, text));
	put_number(l, 4, ROLE_TEXT, f->last_us ? format_age((double)(l->d->scene->time_us - f->last_us) / US_PER_SECOND, text) : "");
	put_flow_periods(l, f);
}

static void flows(struct lines *l)
{
	flow_titles(l);
	for (uint32_t i = 0; i < l->device->flow_count; i++)
		flow(l, &l->device->flows[i]);
	if (!l->device->flow_count && line(l))
		put(l->d, l->row, 0, l->d->columns, ROLE_FAINT, "no flows yet");
}

static void history_line(struct lines *l, const struct scene_function *f)
{
	char from[TIME_TEXT_SIZE], text[FORMAT_SIZE];
	int64_t end = f->stop_us ? f->stop_us : l->d->scene->time_us;
	enum role role = f->stop_us ? ROLE_TEXT : ROLE_FUNCTION;

	if (!line(l))
		return;
	put(l->d, l->row, 0, 19, ROLE_TEXT, time_format_local(f->start_us, from));
	putf(l->d, l->row, 20, 10, role, "%s %s", l->d->glyphs->dash, f->stop_us ? format_clock(f->stop_us, text) : "now");
	put_right(l->d, l->row, 31, 5, ROLE_TEXT, format_age((double)(end - f->start_us) / US_PER_SECOND, text));
	put_right(l->d, l->row, 37, 5, role, format_share(f->p, text));
	put(l->d, l->row, 43, l->d->columns, role, f->label);
}

static void history(struct lines *l)
{
	line(l);
	if (line(l)) {
		put(l->d, l->row, 0, 30, ROLE_TITLE, "WHAT IT DID");
		put_right(l->d, l->row, 31, 5, ROLE_TITLE, "FOR");
		put_right(l->d, l->row, 37, 5, ROLE_TITLE, "SURE");
		put(l->d, l->row, 43, l->d->columns, ROLE_TITLE, "FUNCTION");
	}
	for (uint32_t i = l->device->function_count; i > 0; i--)
		history_line(l, &l->device->functions[i - 1]);
	if (!l->device->function_count && line(l))
		put(l->d, l->row, 0, l->d->columns, ROLE_FAINT, "no function has been seen yet");
}

static void put_heading(const struct draw *d, const struct scene_device *device)
{
	char mac[MAC_TEXT_SIZE];
	int column = 0;

	put_run(d, HEAD_ROWS - 1, &column, d->columns, strcmp(device->name_source, "owner") ? ROLE_TITLE : ROLE_OWNER, "%s",
		*device->name ? device->name : mac_format(device->mac, mac));
	if (*device->name && *device->name_source)
		put_run(d, HEAD_ROWS - 1, &column, d->columns, ROLE_FAINT, " (name from %s)", device->name_source);
}

void draw_device(const struct draw *d)
{
	struct lines l = { .d = d, .device = scene_device(d->scene, d->ui->device) };

	if (!l.device) {
		draw_blank(d, d->scene ? "the agent does not know this device any more (Esc goes back)" : "waiting for the agent ...");
		return;
	}
	put_heading(d, l.device);
	fact_address(&l);
	fact_type(&l);
	fact_function(&l);
	fact_traffic(&l);
	fact_seen(&l);
	flows(&l);
	history(&l);
}
