// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/ui.h"

#include <stdarg.h>
#include <stdio.h>

#include "agent/screen/ui_internal.h"

void ui_say(struct ui *ui, bool bad, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->message, sizeof(ui->message), format, args);
	va_end(args);
	ui->message_bad = bad;
}

static enum ui_action open_dialog(struct ui *ui, enum ui_dialog dialog, const char *text)
{
	ui->dialog = dialog;
	ui->menu = dialog == DIALOG_SORT ? (int)ui->sort : 0;
	edit_set(&ui->edit, text);
	return UI_NOTHING;
}

/* To a page, or back from it if it is there already. */
static enum ui_action turn_to(struct ui *ui, enum ui_page page)
{
	if (ui->page == page) {
		ui->page = ui->before;
	} else {
		if (ui->page == PAGE_DEVICES || ui->page == PAGE_DEVICE)
			ui->before = ui->page;
		ui->page = page;
	}
	ui->scroll = 0;
	return UI_NOTHING;
}

static enum ui_action enter(struct ui *ui)
{
	if (ui->page == PAGE_DEVICES && ui->selected) {
		ui->device = ui->selected;
		ui->page = PAGE_DEVICE;
		ui->scroll = 0;
	}
	return UI_NOTHING;
}

static enum ui_action leave(struct ui *ui)
{
	if (ui->page == PAGE_DEVICES)
		edit_set(&ui->filter, "");
	else if (ui->page == PAGE_DEVICE)
		ui->page = PAGE_DEVICES;
	else
		ui->page = ui->before;
	ui->scroll = 0;
	return UI_NOTHING;
}

static enum ui_action type_delay(struct ui *ui)
{
	char text[32];

	snprintf(text, sizeof(text), "%g", (double)ui->delay_ms / 1000);
	return open_dialog(ui, DIALOG_DELAY, text);
}

/* Keys that lead elsewhere, wherever one is. */
static enum ui_action key_common(struct ui *ui, const struct scene *scene, uint32_t key)
{
	switch (key) {
	case 'q':
	case KEY_FUNCTION_10:
	case UI_CONTROL('c'):
		return UI_QUIT;
	case '?':
	case 'h':
	case KEY_FUNCTION_0 + 1:
		return turn_to(ui, PAGE_HELP);
	case 'a':
		return turn_to(ui, PAGE_ALERTS);
	case 'p':
		return turn_to(ui, PAGE_PERIODS);
	case 'Z':
		ui->paused = !ui->paused;
		return UI_NOTHING;
	case 'd':
		return type_delay(ui);
	case 'l':
		ui_label_open(ui, scene);
		return UI_NOTHING;
	case UI_ENTER:
	case '\n':
		return enter(ui);
	case UI_ESCAPE:
	case KEY_ERASE:
		return leave(ui);
	case UI_CONTROL('l'):
		return UI_REDRAW;
	default:
		return UI_NOTHING;
	}
}

/* Keys of the list; false: none of them. */
static bool key_list(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key)
{
	switch (key) {
	case 's':
	case KEY_FUNCTION_0 + 6:
		open_dialog(ui, DIALOG_SORT, "");
		return true;
	case 'I':
		ui->inverted = !ui->inverted;
		return true;
	case 'f':
	case '\\':
	case KEY_FUNCTION_0 + 4:
		open_dialog(ui, DIALOG_FILTER, ui->filter.text);
		return true;
	case '/':
	case KEY_FUNCTION_0 + 3:
		open_dialog(ui, DIALOG_SEARCH, "");
		return true;
	case 'n':
	case 'N':
		ui_find(ui, scene, size, true, key == 'n' ? 1 : -1);
		return true;
	case 'u':
		ui->hide_idle = !ui->hide_idle;
		return true;
	case 'C':
		open_dialog(ui, DIALOG_COLUMNS, "");
		return true;
	default:
		return false;
	}
}

enum ui_action ui_key(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key)
{
	enum ui_action action = UI_NOTHING;

	ui->message[0] = '\0';
	if (ui->dialog != DIALOG_NONE)
		action = key == UI_CONTROL('c') ? UI_QUIT : ui_key_dialog(ui, scene, size, key);
	else if (!ui_key_move(ui, scene, size, key) && !(ui->page == PAGE_DEVICES && key_list(ui, scene, size, key)))
		action = key_common(ui, scene, key);
	ui_settle(ui, scene, size);
	return action;
}
