// SPDX-License-Identifier: BSD-2-Clause

/* Boxes above the page: menus and the label dialog. Prompts of one line are in the bar (draw_head.c). */

#include "agent/screen/draw_internal.h"

#define MENU_WIDTH 56
#define LABEL_WIDTH 60
#define LABEL_LEAD 9
#define LABEL_FIELD (LABEL_WIDTH - LABEL_LEAD - 2)

static void put_menu_line(const struct draw *d, int row, int column, enum column item)
{
	const struct column_info *info = column_info(item);
	bool columns = d->ui->dialog == DIALOG_COLUMNS;
	const char *mark = columns ? (d->ui->columns & 1u << item ? "[x]" : "[ ]") : d->ui->sort == item ? " * " : "   ";

	put(d, row, column + 1, 3, ROLE_KEY, mark);
	put(d, row, column + 5, 10, ROLE_TEXT, info->title);
	put(d, row, column + 16, MENU_WIDTH - 17, ROLE_FAINT, info->explanation);
	if (d->ui->menu == (int)item)
		grid_choose(d->grid, row, column, MENU_WIDTH);
}

static void draw_menu(const struct draw *d)
{
	const char *hint = d->ui->dialog == DIALOG_SORT ? "Enter sort, I invert, Esc back" : "Space on or off, Enter done";
	int row, column;

	draw_box(d, d->ui->dialog == DIALOG_SORT ? "Sort by" : "Columns, as many as fit", COLUMN_COUNT + 1, MENU_WIDTH, &row, &column);
	for (int i = 0; i < COLUMN_COUNT; i++)
		put_menu_line(d, row + i, column, (enum column)i);
	put(d, row + COLUMN_COUNT, column + 1, MENU_WIDTH - 2, ROLE_KEY, hint);
}

static void put_field(const struct draw *d, int row, int column, enum ui_field field, const char *title, const char *text, bool typed)
{
	bool here = d->ui->label.field == field;
	int used;

	put(d, row, column + 1, LABEL_LEAD - 1, ROLE_FAINT, title);
	used = put(d, row, column + LABEL_LEAD, LABEL_FIELD, here ? ROLE_KEY : ROLE_TEXT, text);
	if (here && typed)
		grid_mark(d->grid, row, column + LABEL_LEAD + (used < LABEL_FIELD ? used : LABEL_FIELD - 1), 1, ATTR_REVERSE);
	else if (here)
		grid_choose(d->grid, row, column + LABEL_LEAD, used);
}

static void put_time_fields(const struct draw *d, int row, int column)
{
	const struct ui_label *l = &d->ui->label;

	put_field(d, row, column, FIELD_LABEL_WHEN, "when",
		  l->from_now ? "from now on (Space: up to now)" : "up to now (Space: from now on)", false);
	put_field(d, row + 1, column, FIELD_LABEL_SECONDS, "for", l->seconds.text, true);
	put(d, row + 1, column + LABEL_LEAD + 8, 20, ROLE_FAINT, "seconds");
}

static void draw_label(const struct draw *d)
{
	const struct ui_label *l = &d->ui->label;
	const struct scene_device *device = scene_device(d->scene, l->mac);
	struct column_cell name = { .text = "a device that is gone" };
	int row, column;

	if (device)
		column_fill(COLUMN_NAME, device, d->scene->time_us, &name);
	draw_box(d, "Label", 7, LABEL_WIDTH, &row, &column);
	put(d, row, column + 1, LABEL_LEAD - 1, ROLE_FAINT, "device");
	put(d, row, column + LABEL_LEAD, LABEL_FIELD, name.role, name.text);
	put_field(d, row + 1, column, FIELD_LABEL_WHAT, "what",
		  l->function ? "a function: what it does (Space: a type)" : "a type: what it is (Space: a function)", false);
	put_field(d, row + 2, column, FIELD_LABEL_NAME, "name", l->name.text, true);
	if (l->function)
		put_time_fields(d, row + 3, column);
	put(d, row + 6, column + 1, LABEL_WIDTH - 2, ROLE_KEY, "Enter tell the agent, Tab next, Esc back");
}

void draw_dialog(const struct draw *d)
{
	if (d->ui->dialog == DIALOG_SORT || d->ui->dialog == DIALOG_COLUMNS)
		draw_menu(d);
	else if (d->ui->dialog == DIALOG_LABEL)
		draw_label(d);
}
