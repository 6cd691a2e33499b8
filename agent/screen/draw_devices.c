// SPDX-License-Identifier: BSD-2-Clause

/* The list of devices. */

#include <string.h>

#include "agent/screen/draw_internal.h"
#include "agent/screen/filter.h"
#include "agent/screen/listing.h"
#include "agent/screen/strip.h"

/* The column that the list is sorted by has an arrow, in front where the title is at the right. */
static void put_title(const struct draw *d, enum column column, int at, int width)
{
	const struct column_info *info = column_info(column);
	bool sorted = d->ui->sort == column;
	const char *arrow = d->ui->inverted ? d->glyphs->up : d->glyphs->down;

	if (info->align == ALIGN_RIGHT)
		put_right(d, HEAD_ROWS - 1, at, width, ROLE_TITLE, info->title);
	else
		put(d, HEAD_ROWS - 1, at, width, ROLE_TITLE, info->title);
	if (!sorted)
		return;
	grid_mark(d->grid, HEAD_ROWS - 1, at, width, ATTR_BOLD | ATTR_REVERSE);
	if ((int)strlen(info->title) < width)
		put(d, HEAD_ROWS - 1, info->align == ALIGN_RIGHT ? at : at + (int)strlen(info->title), 1, ROLE_TITLE, arrow);
}

static void put_device(const struct draw *d, int row, const struct columns_layout *l, const struct scene_device *device)
{
	const struct pen strip = { .glyphs = d->glyphs, .role = ROLE_ACTIVITY };
	bool found = d->ui->search.length && filter_matches(d->ui->search.text, device);

	for (int i = 0, at = 0; i < COLUMN_COUNT; at += l->width[i] ? l->width[i] + 1 : 0, i++) {
		struct column_cell cell;

		if (!l->width[i])
			continue;
		column_fill((enum column)i, device, d->scene->time_us, &cell);
		if (i == COLUMN_ACTIVITY)
			strip_put(d->grid, row, at, l->width[i], device->strip, &strip);
		else
			draw_cell(d, row, at, l->width[i], &cell, column_info((enum column)i)->align);
		if (i == COLUMN_NAME && found)
			grid_mark(d->grid, row, at, l->width[i], ATTR_UNDERLINE);
	}
}

static const char *why_empty(const struct draw *d)
{
	if (!d->scene)
		return "waiting for the agent ...";
	if (d->scene->device_count)
		return "no device passes the filter (Esc clears it, u shows idle ones)";
	return "no device has been seen yet";
}

void draw_devices(const struct draw *d)
{
	_cleanup_(listing_free) struct listing l;
	struct columns_layout layout;
	struct columns_need need = { 0 };
	int body = d->rows - HEAD_ROWS - 1;

	listing_make(d->scene, d->ui, &l);
	for (int i = 0; i < l.count; i++)
		columns_measure(l.devices[i], &need);
	columns_fit(d->ui->columns, d->columns, l.count ? &need : NULL, &layout);
	for (int i = 0, at = 0; i < COLUMN_COUNT; i++) {
		if (!layout.width[i])
			continue;
		put_title(d, (enum column)i, at, layout.width[i]);
		at += layout.width[i] + 1;
	}
	for (int i = 0; i < body && d->ui->first + i < l.count; i++) {
		put_device(d, HEAD_ROWS + i, &layout, l.devices[d->ui->first + i]);
		if (d->ui->first + i == d->ui->row)
			grid_choose(d->grid, HEAD_ROWS + i, 0, d->columns);
	}
	if (!l.count)
		draw_blank(d, why_empty(d));
}
