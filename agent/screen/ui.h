/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_UI_H
#define AGENT_SCREEN_UI_H

/* What the person at the keyboard has chosen, and how keys change that. Nothing here touches a terminal, a socket or a clock. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/screen/columns.h"
#include "agent/screen/edit.h"
#include "agent/screen/scene.h"

#define UI_ROWS_MIN 24
#define UI_COLUMNS_MIN 80

/* Keys: code points, and these above them. */
enum ui_key {
	KEY_NONE = 0x110000,
	KEY_GO_UP,
	KEY_GO_DOWN,
	KEY_GO_LEFT,
	KEY_GO_RIGHT,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_FIRST,
	KEY_LAST,
	KEY_ERASE,
	KEY_BACKTAB,
	KEY_FUNCTION_0, /* + n is Fn */
	KEY_FUNCTION_10 = KEY_FUNCTION_0 + 10,
};

#define UI_ESCAPE 0x1b
#define UI_ENTER '\r'
#define UI_CONTROL(letter) ((letter) & 0x1f)

enum ui_page { PAGE_DEVICES, PAGE_DEVICE, PAGE_PERIODS, PAGE_ALERTS, PAGE_HELP };
enum ui_dialog { DIALOG_NONE, DIALOG_SORT, DIALOG_COLUMNS, DIALOG_LABEL, DIALOG_FILTER, DIALOG_SEARCH, DIALOG_DELAY };

/* What the program has to do beside drawing anew. */
enum ui_action { UI_NOTHING, UI_QUIT, UI_LABEL, UI_REDRAW };

/* The label dialog; its fields in the order of the screen. */
enum ui_field { FIELD_LABEL_WHAT, FIELD_LABEL_NAME, FIELD_LABEL_WHEN, FIELD_LABEL_SECONDS, FIELD_LABEL_COUNT };

struct ui_label {
	uint64_t mac;
	bool function; /* else a type */
	bool from_now; /* for that many seconds; else the last ones */
	enum ui_field field;
	struct edit name, seconds;
};

#define UI_MESSAGE 256

struct ui {
	enum ui_page page, before; /* before: where Esc leads from help and alerts */
	enum ui_dialog dialog;
	enum column sort;
	bool inverted, paused, hide_idle;
	uint32_t columns; /* mask of enum column */
	int64_t delay_ms;
	struct edit filter, search, edit;
	char port[32]; /* only devices behind this interface; "": any */
	uint64_t selected; /* address of the device under the bar */
	bool follow;	   /* somebody went there: the bar stays on that device, else on its row */
	int row, first;	   /* its place in the list, and the first one that is seen */
	uint64_t device;   /* of PAGE_DEVICE */
	int scroll;	   /* first line of a page that is longer than the screen */
	int menu;	   /* line of a menu */
	struct ui_label label;
	char message[UI_MESSAGE];
	bool message_bad;
};

struct ui_size {
	int rows, columns;
};

#define UI_DEFAULTS { .sort = COLUMN_FUNCTION, .columns = COLUMNS_ALL, .delay_ms = 1000 }

/** ui_key - take a key; @scene may be NULL: no data yet */
enum ui_action ui_key(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key);

/** ui_settle - after a new scene or size: the bar stays on the device that was gone to, or on its row, and is seen */
void ui_settle(struct ui *ui, const struct scene *scene, struct ui_size size);

/** ui_say - a message until the next key; @bad: something went wrong */
void ui_say(struct ui *ui, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** ui_body_rows - rows between the head (3 lines) and the bar */
int ui_body_rows(struct ui_size size);

#endif
