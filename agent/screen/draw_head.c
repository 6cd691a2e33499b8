// SPDX-License-Identifier: BSD-2-Clause

/* The two lines above everything, and the bar of keys below. */

#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/screen/draw_internal.h"
#include "agent/screen/format.h"

#define WARNING_US (600 * US_PER_SECOND)

/* "br-lan: 5 ports", or the names of few. */
static void put_ports(const struct draw *d, int row, int *column, int end)
{
	const struct scene *v = d->scene;
	uint32_t up = 0;

	for (uint32_t i = 0; i < v->port_count; i++)
		up += v->ports[i].up;
	if (v->port_count == 1)
		put_run(d, row, column, end, ROLE_TEXT, "%s%s", d->glyphs->separator, v->ports[0].name);
	else if (v->port_count && *v->ports[0].bridge)
		put_run(d, row, column, end, ROLE_TEXT, "%s%s: %u ports", d->glyphs->separator, v->ports[0].bridge, v->port_count);
	else
		put_run(d, row, column, end, ROLE_TEXT, "%s%u ports", d->glyphs->separator, v->port_count);
	if (up < v->port_count)
		put_run(d, row, column, end, ROLE_WARNING, " (%u down)", v->port_count - up);
}

static void put_clock(const struct draw *d)
{
	char clock[FORMAT_SIZE];
	int column = d->columns - 8;

	if (!d->scene)
		return;
	put(d, 0, column, 8, ROLE_TEXT, format_clock(d->scene->time_us, clock));
	if (d->ui->paused)
		put(d, 0, column - 10, 9, ROLE_WARNING, "PAUSED at");
}

static void put_network(const struct draw *d)
{
	const struct scene *v = d->scene;
	int column = 0, end = d->columns - (d->ui->paused ? 20 : 10);

	put_run(d, 0, &column, end, ROLE_TITLE, "iotbpf top");
	if (!v)
		return;
	if (*v->host)
		put_run(d, 0, &column, end, ROLE_TEXT, "%s%s", d->glyphs->separator, v->host);
	put_ports(d, 0, &column, end);
	if (*v->model)
		put_run(d, 0, &column, end, ROLE_FAINT, "%smodel %s", d->glyphs->separator, v->model);
}

static struct scene_rates sum_rates(const struct scene *v, uint32_t *busy)
{
	struct scene_rates sum = { 0 };

	*busy = 0;
	for (uint32_t i = 0; i < v->device_count; i++) {
		const struct scene_device *d = &v->devices[i];
		struct column_cell cell;

		column_fill(COLUMN_FUNCTION, d, v->time_us, &cell);
		*busy += cell.role == ROLE_FUNCTION;
		sum.tx_bytes += d->rate.tx_bytes;
		sum.rx_bytes += d->rate.rx_bytes;
	}
	return sum;
}

/* What is chosen among the devices, at the right end of the second line. */
static int put_choice(const struct draw *d)
{
	char text[192];

	snprintf(text, sizeof(text), "%s%s%s%s%s", *d->ui->port ? " behind " : "", d->ui->port, d->ui->filter.length ? " filter: " : "",
		 d->ui->filter.text, d->ui->hide_idle ? " idle hidden" : "");
	if (!*text)
		return 0;
	return put_right(d, 1, d->columns / 2, d->columns - d->columns / 2, ROLE_WARNING, text);
}

/* A warning is one for a while. */
static enum role alert_role(const struct scene *v)
{
	for (uint32_t i = 0; i < v->alert_count; i++) {
		if (v->alerts[i].warning && v->time_us - v->alerts[i].time_us < WARNING_US)
			return ROLE_ALARM;
	}
	return ROLE_TEXT;
}

static void put_totals(const struct draw *d)
{
	const struct scene *v = d->scene;
	char out[FORMAT_SIZE], in[FORMAT_SIZE], missed[FORMAT_SIZE];
	int column = 0, end = d->columns - put_choice(d);
	uint32_t busy;
	struct scene_rates sum = sum_rates(v, &busy);

	put_run(d, 1, &column, end, ROLE_TEXT, "%u devices", v->device_count);
	put_run(d, 1, &column, end, busy ? ROLE_FUNCTION : ROLE_FAINT, ", %u active", busy);
	put_run(d, 1, &column, end, ROLE_TEXT, "%sout %s B/s, in %s B/s", d->glyphs->separator, format_count(sum.tx_bytes, out),
		format_count(sum.rx_bytes, in));
	if (v->alert_count)
		put_run(d, 1, &column, end, alert_role(v), "%s%u alerts", d->glyphs->separator, v->alert_count);
	if (v->totals.missed_packets > 0)
		put_run(d, 1, &column, end, ROLE_WARNING, "%s%s packets missed", d->glyphs->separator,
			format_count(v->totals.missed_packets, missed));
	if (v->left_out)
		put_run(d, 1, &column, end, ROLE_WARNING, "%s%u not shown", d->glyphs->separator, v->left_out);
}

void draw_head(const struct draw *d)
{
	put_network(d);
	put_clock(d);
	if (*d->ui->message)
		put(d, 1, 0, d->columns, d->ui->message_bad ? ROLE_ALARM : ROLE_SURE, d->ui->message);
	else if (d->scene)
		put_totals(d);
}

struct bar_item {
	const char *key, *text;
};

static const struct bar_item LIST_ITEMS[] = {
	{ "", "open" },	   { "s", "sort" },   { "f", "filter" }, { "/", "find" },    { "l", "label" },	 { "a", "alerts" },    { "p", "periods" },
	{ "Z", "pause" },  { "u", "no idle" }, { "C", "columns" }, { "d", "delay" }, { "I", "invert" }, { "n", "find next" }, { NULL, NULL },
};

static const struct bar_item PAGE_ITEMS[] = {
	{ "Esc", "back" }, { "l", "label" }, { "a", "alerts" }, { "p", "periods" }, { "Z", "pause" }, { "d", "delay" }, { NULL, NULL },
};

static const struct bar_item ENDS[] = { { "?", "help" }, { "q", "quit" } };

static void put_item(const struct draw *d, int *column, const char *key, const char *text)
{
	int row = d->rows - 1;

	put_run(d, row, column, d->columns, ROLE_KEY, "%s", key);
	put_run(d, row, column, d->columns, ROLE_BAR, " %s", text);
	++*column;
}

/* As many as there is room for, help and quit always. */
static void put_items(const struct draw *d, const struct bar_item *items)
{
	const int ends = (int)strlen("? help q quit ");
	int column = 0;

	for (; items->key; items++) {
		const char *key = *items->key ? items->key : d->glyphs->enter;
		int width = (*items->key || !d->glyphs->unicode ? (int)strlen(key) : 1) + (int)strlen(items->text) + 2;

		if (column + width + ends > d->columns + 1)
			break;
		put_item(d, &column, key, items->text);
	}
	for (int i = 0; i < 2; i++)
		put_item(d, &column, ENDS[i].key, ENDS[i].text);
}

static void put_prompt(const struct draw *d, const char *prompt, const char *hint)
{
	int row = d->rows - 1, column = 0;

	put_run(d, row, &column, d->columns, ROLE_TITLE, "%s: ", prompt);
	put_run(d, row, &column, d->columns, ROLE_TEXT, "%s", d->ui->edit.text);
	grid_mark(d->grid, row, column, 1, ATTR_REVERSE);
	column += 2;
	put_run(d, row, &column, d->columns, ROLE_FAINT, "%s", hint);
}

void draw_bar(const struct draw *d)
{
	const struct pen pen = { .glyphs = d->glyphs, .role = ROLE_BAR };

	for (int i = 0; i < d->columns; i++)
		grid_put(d->grid, d->rows - 1, i, ' ', &pen);
	if (d->ui->dialog == DIALOG_FILTER)
		put_prompt(d, "Filter", "  words, type:bulb, !idle; Enter keeps, Esc clears");
	else if (d->ui->dialog == DIALOG_SEARCH)
		put_prompt(d, "Find", "  n next, N previous");
	else if (d->ui->dialog == DIALOG_DELAY)
		put_prompt(d, "Seconds between updates", "");
	else
		put_items(d, d->ui->page == PAGE_DEVICES ? LIST_ITEMS : PAGE_ITEMS);
}
