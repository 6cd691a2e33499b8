// SPDX-License-Identifier: BSD-2-Clause

#include <math.h>

#include "agent/base/clock.h"
#include "agent/screen/ui_internal.h"

#define DELAY_MIN_MS 100
#define DELAY_MAX_MS 3600000

static bool is_enter(uint32_t key)
{
	return key == UI_ENTER || key == '\n';
}

/* Up and down in a menu of all columns. */
static void move_menu(struct ui *ui, uint32_t key)
{
	int by = key == KEY_GO_UP || key == 'k' ? -1 : key == KEY_GO_DOWN || key == 'j' ? 1 : 0;

	ui->menu = (ui->menu + by + COLUMN_COUNT) % COLUMN_COUNT;
	if (key == KEY_FIRST || key == KEY_PAGE_UP || key == 'g')
		ui->menu = 0;
	if (key == KEY_LAST || key == KEY_PAGE_DOWN || key == 'G')
		ui->menu = COLUMN_COUNT - 1;
}

static void key_sort(struct ui *ui, uint32_t key)
{
	move_menu(ui, key);
	if (key == 'I')
		ui->inverted = !ui->inverted;
	if (!is_enter(key))
		return;
	ui->inverted = false;
	ui->sort = (enum column)ui->menu;
	ui->dialog = DIALOG_NONE;
}

/* A list without any column would say nothing: the name stays. */
static void key_columns(struct ui *ui, uint32_t key)
{
	move_menu(ui, key);
	if (key == ' ')
		ui->columns = (ui->columns ^ 1u << ui->menu) | 1u << COLUMN_NAME;
	if (is_enter(key))
		ui->dialog = DIALOG_NONE;
}

static void set_delay(struct ui *ui)
{
	int64_t ns;

	if (duration_parse(ui->edit.text, &ns) < 0 || ns < DELAY_MIN_MS * 1000000LL || ns > DELAY_MAX_MS * 1000000LL)
		ui_say(ui, true, "\"%s\" is no delay: write seconds from 0.1 to 3600", ui->edit.text);
	else
		ui->delay_ms = ns / 1000000;
}

/* Filters and searches follow what is typed. */
static void key_text(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key)
{
	edit_key(&ui->edit, key);
	if (ui->dialog == DIALOG_FILTER)
		ui->filter = ui->edit;
	if (ui->dialog == DIALOG_SEARCH) {
		ui->search = ui->edit;
		ui_find(ui, scene, size, false, 1);
	}
	if (!is_enter(key))
		return;
	if (ui->dialog == DIALOG_DELAY)
		set_delay(ui);
	ui->dialog = DIALOG_NONE;
}

enum ui_action ui_key_dialog(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key)
{
	if (key == UI_ESCAPE) {
		if (ui->dialog == DIALOG_FILTER)
			edit_set(&ui->filter, "");
		ui->dialog = DIALOG_NONE;
		return UI_NOTHING;
	}
	if (ui->dialog == DIALOG_LABEL)
		return ui_label_key(ui, key);
	if (ui->dialog == DIALOG_SORT)
		key_sort(ui, key);
	else if (ui->dialog == DIALOG_COLUMNS)
		key_columns(ui, key);
	else
		key_text(ui, scene, size, key);
	return UI_NOTHING;
}
