// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/listing.h"
#include "agent/screen/pages.h"
#include "agent/screen/ui_internal.h"

static int clamp(int value, int most)
{
	return value > most ? (most < 0 ? 0 : most) : value < 0 ? 0 : value;
}

int ui_body_rows(struct ui_size size)
{
	return size.rows > 4 ? size.rows - 4 : 0;
}

/* How far a key goes; 0: it is no key for that. Ends are as far as can be. */
static int distance(uint32_t key, int page)
{
	switch (key) {
	case KEY_GO_UP:
	case 'k':
		return -1;
	case KEY_GO_DOWN:
	case 'j':
		return 1;
	case KEY_PAGE_UP:
	case UI_CONTROL('b'):
		return page > 1 ? 1 - page : -1;
	case KEY_PAGE_DOWN:
	case UI_CONTROL('f'):
	case ' ':
		return page > 1 ? page - 1 : 1;
	case KEY_FIRST:
	case 'g':
		return -SCENE_DEVICES;
	case KEY_LAST:
	case 'G':
		return SCENE_DEVICES;
	default:
		return 0;
	}
}

/* The bar on row ui->row of the list, and that row on the screen. */
static void show_row(struct ui *ui, const struct listing *l, int rows)
{
	ui->row = clamp(ui->row, l->count - 1);
	ui->selected = l->count ? l->devices[ui->row]->mac : 0;
	ui->first = clamp(ui->first, l->count - rows);
	if (ui->row < ui->first)
		ui->first = ui->row;
	if (rows > 0 && ui->row >= ui->first + rows)
		ui->first = ui->row - rows + 1;
}

void ui_settle(struct ui *ui, const struct scene *scene, struct ui_size size)
{
	_cleanup_(listing_free) struct listing l;
	int at;

	ui->scroll = clamp(ui->scroll, page_lines(ui, scene) - ui_body_rows(size));
	listing_make(scene, ui, &l);
	at = ui->follow ? listing_find(&l, ui->selected) : -1;
	if (at >= 0)
		ui->row = at;
	if (scene && l.count)
		show_row(ui, &l, ui_body_rows(size));
}

bool ui_key_move(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key)
{
	_cleanup_(listing_free) struct listing l = { 0 };
	int by = distance(key, ui_body_rows(size));

	if (!by)
		return false;
	if (ui->page != PAGE_DEVICES) {
		ui->scroll = clamp(ui->scroll + by, SCENE_DEVICES);
		return true;
	}
	listing_make(scene, ui, &l);
	ui->row += by;
	ui->follow = ui->row > 0;
	show_row(ui, &l, ui_body_rows(size));
	return true;
}

void ui_find(struct ui *ui, const struct scene *scene, struct ui_size size, bool next, int step)
{
	_cleanup_(listing_free) struct listing l;
	int at;

	listing_make(scene, ui, &l);
	at = listing_search(&l, ui->search.text, ui->row + (next ? step : 0), step);
	if (at < 0) {
		if (ui->search.length)
			ui_say(ui, true, "no device matches \"%s\"", ui->search.text);
		return;
	}
	ui->row = at;
	ui->follow = true;
	show_row(ui, &l, ui_body_rows(size));
}
