// SPDX-License-Identifier: BSD-2-Clause

/* All periods, and what the agent wants to be noticed. */

#include "agent/screen/draw_internal.h"
#include "agent/screen/format.h"
#include "agent/screen/pages.h"
#include "agent/screen/strip.h"

enum { EVERY_WIDTH = 7, SURE_WIDTH = 5, CHANCE_WIDTH = 8, FLOW_WIDTH = 13, STRIP_WIDTH = 15, NAME_WIDTH = 16, WIDE = 120 };

static int body(const struct draw *d)
{
	return d->rows - HEAD_ROWS - 1;
}

static void put_period(const struct draw *d, int row, const struct page_period *p)
{
	const struct pen strip = { .glyphs = d->glyphs, .role = ROLE_ACTIVITY };
	int strip_width = d->columns >= WIDE ? STRIP_CELLS_MAX : STRIP_WIDTH, name_width = d->columns >= WIDE ? 2 * NAME_WIDTH : NAME_WIDTH;
	struct column_cell type;
	char text[FORMAT_SIZE];
	int at = 0;

	put_right(d, row, at, EVERY_WIDTH, ROLE_PERIOD, format_period(p->period->seconds, text));
	put_right(d, row, at += EVERY_WIDTH + 1, SURE_WIDTH, ROLE_TEXT, format_share(p->period->support, text));
	put(d, row, at += SURE_WIDTH + 1, CHANCE_WIDTH, ROLE_FAINT, format_chance(p->period->log_p, text));
	put(d, row, at += CHANCE_WIDTH + 1, FLOW_WIDTH, ROLE_TEXT, p->flow->protocol);
	strip_put(d->grid, row, at += FLOW_WIDTH + 1, strip_width, p->flow->strip, &strip);
	draw_name(d, row, at += strip_width + 1, name_width, p->device);
	column_fill(COLUMN_TYPE, p->device, d->scene->time_us, &type);
	put(d, row, at + name_width + 1, d->columns, type.role, type.text);
}

static void put_period_titles(const struct draw *d)
{
	int strip_width = d->columns >= WIDE ? STRIP_CELLS_MAX : STRIP_WIDTH, name_width = d->columns >= WIDE ? 2 * NAME_WIDTH : NAME_WIDTH;
	int at = 0, row = HEAD_ROWS - 1;

	put_right(d, row, at, EVERY_WIDTH, ROLE_TITLE, "EVERY");
	put_right(d, row, at += EVERY_WIDTH + 1, SURE_WIDTH, ROLE_TITLE, "SURE");
	put(d, row, at += SURE_WIDTH + 1, CHANCE_WIDTH, ROLE_TITLE, "CHANCE");
	put(d, row, at += CHANCE_WIDTH + 1, FLOW_WIDTH, ROLE_TITLE, "FLOW");
	put(d, row, at += FLOW_WIDTH + 1, strip_width, ROLE_TITLE, "LAST 60 s");
	put(d, row, at += strip_width + 1, name_width, ROLE_TITLE, "NAME");
	put(d, row, at + name_width + 1, d->columns, ROLE_TITLE, "TYPE");
}

void draw_periods(const struct draw *d)
{
	int count;
	_cleanup_free_ struct page_period *list = page_periods(d->ui, d->scene, &count);

	put_period_titles(d);
	for (int i = 0; i < body(d) && d->ui->scroll + i < count; i++)
		put_period(d, HEAD_ROWS + i, &list[d->ui->scroll + i]);
	if (!count)
		draw_blank(d, d->scene ? "no period has been found yet: a rhythm is told after about five beats" : "waiting for the agent ...");
}

static void put_alert(const struct draw *d, int row, const struct scene_alert *a)
{
	const struct scene_device *device = a->mac ? scene_device(d->scene, a->mac) : NULL;
	char clock[FORMAT_SIZE];

	put(d, row, 0, 8, ROLE_TEXT, format_clock(a->time_us, clock));
	put(d, row, 9, 7, a->warning ? ROLE_ALARM : ROLE_TEXT, a->warning ? "warning" : "info");
	if (device)
		draw_name(d, row, 17, NAME_WIDTH + 1, device);
	put(d, row, 35, d->columns, a->warning ? ROLE_WARNING : ROLE_TEXT, a->text);
}

void draw_alerts(const struct draw *d)
{
	int count = d->scene ? (int)d->scene->alert_count : 0;

	put(d, HEAD_ROWS - 1, 0, d->columns, ROLE_TITLE, "TIME     ALERT   DEVICE            WHAT");
	for (int i = 0; i < body(d) && d->ui->scroll + i < count; i++)
		put_alert(d, HEAD_ROWS + i, &d->scene->alerts[count - 1 - d->ui->scroll - i]);
	if (!count)
		draw_blank(d, "nothing to tell: no new, unknown or changed devices, no losses");
}
