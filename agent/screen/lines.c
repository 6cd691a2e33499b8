// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/lines.h"

#include "agent/base/clock.h"
#include "agent/base/utf8.h"
#include "agent/output/table.h"
#include "agent/screen/format.h"
#include "agent/screen/listing.h"
#include "agent/screen/strip.h"

static void put_device(struct table *table, const struct scene *scene, const struct ui *ui, const struct scene_device *d, bool unicode)
{
	char strip[STRIP_CELLS_MAX * 3 + 4];

	for (int i = 0; i < COLUMN_COUNT; i++) {
		struct column_cell cell;

		if (!(ui->columns & 1u << i))
			continue;
		column_fill((enum column)i, d, scene->time_us, &cell);
		if (i == COLUMN_ACTIVITY) {
			strip_text(d->strip, STRIP_CELLS_MAX, unicode, strip, sizeof(strip));
			table_cell(table, strip);
		} else {
			table_cellf(table, "%s%s%s", cell.text, *cell.share ? " " : "", cell.share);
		}
	}
}

static size_t columns_of(const struct ui *ui, struct table_column columns[COLUMN_COUNT])
{
	size_t n = 0;

	for (int i = 0; i < COLUMN_COUNT; i++) {
		const struct column_info *info = column_info((enum column)i);

		if (ui->columns & 1u << i)
			columns[n++] = (struct table_column){ info->title, info->align == ALIGN_RIGHT ? TABLE_RIGHT : TABLE_LEFT,
							      i == COLUMN_NAME || i == COLUMN_VENDOR || i == COLUMN_TYPE };
	}
	return n;
}

/* Every other character than ASCII's becomes as many '?' as it is wide, so that columns stay columns; from byte @from on. */
static void make_ascii(struct buffer *out, size_t from)
{
	size_t to = from;

	for (size_t i = from; i < out->len;) {
		uint32_t code = '?';
		size_t length = utf8_decode(out->data + i, out->len - i, &code);
		char c = length == 1 ? out->data[i] : '?';

		for (int w = utf8_width(code); w > 0; w--)
			out->data[to++] = c;
		i += length ? length : 1;
	}
	out->len = to;
	out->data[to] = '\0';
}

void lines_render(const struct scene *scene, const struct ui *ui, bool unicode, size_t width, struct buffer *out)
{
	_cleanup_(listing_free) struct listing l;
	_cleanup_(table_free_p) struct table *table = NULL;
	struct table_column columns[COLUMN_COUNT];
	char time[TIME_TEXT_SIZE];
	size_t from = out->len;

	listing_make(scene, ui, &l);
	if (table_new(columns, columns_of(ui, columns), &table) < 0) {
		out->failed = true;
		return;
	}
	buffer_printf(out, "%s  %d of %u devices\n", time_format_local(scene->time_us, time), l.count, scene->device_count);
	for (int i = 0; i < l.count; i++)
		put_device(table, scene, ui, l.devices[i], unicode);
	if (table_render(table, width, out) < 0)
		out->failed = true;
	if (!unicode && !out->failed)
		make_ascii(out, from);
}
