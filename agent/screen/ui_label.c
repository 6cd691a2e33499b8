// SPDX-License-Identifier: BSD-2-Clause

#include <stdlib.h>

#include "agent/screen/ui_internal.h"

#define SECONDS_MAX 600 /* packets are kept that long */

void ui_label_open(struct ui *ui, const struct scene *scene)
{
	uint64_t mac = ui->page == PAGE_DEVICE ? ui->device : ui->selected;

	if ((ui->page != PAGE_DEVICES && ui->page != PAGE_DEVICE) || !scene_device(scene, mac)) {
		ui_say(ui, true, "no device is chosen: go to one first");
		return;
	}
	ui->dialog = DIALOG_LABEL;
	ui->label = (struct ui_label){ .mac = mac, .field = FIELD_LABEL_NAME };
	edit_set(&ui->label.seconds, "30");
}

/* A type has no time. */
static void move_field(struct ui_label *l, int by)
{
	int n = l->function ? FIELD_LABEL_COUNT : FIELD_LABEL_WHEN;

	l->field = (enum ui_field)(((int)l->field + by + n) % n);
}

static bool seconds_fit(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	return end != text && !*end && value >= 1 && value <= SECONDS_MAX;
}

/* Complete? Otherwise the message says what is missing, and its field has the bar. */
static bool is_complete(struct ui *ui)
{
	struct ui_label *l = &ui->label;

	if (!l->name.length) {
		l->field = FIELD_LABEL_NAME;
		ui_say(ui, true, "give the %s a name", l->function ? "function" : "type");
		return false;
	}
	if (l->function && !seconds_fit(l->seconds.text)) {
		l->field = FIELD_LABEL_SECONDS;
		ui_say(ui, true, "seconds from 1 to %d: packets are kept that long", SECONDS_MAX);
		return false;
	}
	return true;
}

static void change(struct ui_label *l, uint32_t key)
{
	bool turn = key == ' ' || key == KEY_GO_LEFT || key == KEY_GO_RIGHT;

	if (l->field == FIELD_LABEL_WHAT && turn)
		l->function = !l->function;
	else if (l->field == FIELD_LABEL_WHEN && turn)
		l->from_now = !l->from_now;
	else if (l->field == FIELD_LABEL_NAME)
		edit_key(&l->name, key);
	else if (l->field == FIELD_LABEL_SECONDS && key != ' ')
		edit_key(&l->seconds, key);
}

enum ui_action ui_label_key(struct ui *ui, uint32_t key)
{
	struct ui_label *l = &ui->label;

	if (key == '\t' || key == KEY_GO_DOWN) {
		move_field(l, 1);
	} else if (key == KEY_BACKTAB || key == KEY_GO_UP) {
		move_field(l, -1);
	} else if (key == UI_ENTER || key == '\n') {
		if (!is_complete(ui))
			return UI_NOTHING;
		ui->dialog = DIALOG_NONE;
		return UI_LABEL;
	} else {
		change(l, key);
	}
	return UI_NOTHING;
}
