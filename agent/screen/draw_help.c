// SPDX-License-Identifier: BSD-2-Clause

#include <string.h>

#include "agent/screen/draw_internal.h"
#include "agent/screen/strip.h"

struct help_key {
	const char *keys, *text;
};

/* Two columns of the same length: 17 rows of the 20 that the smallest screen has, the legend below them. */
static const struct help_key LEFT[] = {
	{ "Up Down j k", "go to a device" },
	{ "PgUp PgDn Space", "a page up, down" },
	{ "Home End g G", "first, last" },
	{ "Enter", "its flows, history" },
	{ "Esc", "back; clear filter" },
	{ "/ F3  n N", "find, next, previous" },
	{ "f \\ F4", "filter the list" },
	{ "s F6", "sort by ..." },
	{ "I", "invert the order" },
	{ "C", "choose columns" },
};

static const struct help_key RIGHT[] = {
	{ "l", "say what it is or does" },
	{ "a", "alerts" },
	{ "p", "periods of all devices" },
	{ "u", "hide idle devices" },
	{ "Z", "pause" },
	{ "d", "delay between updates" },
	{ "^L", "draw anew" },
	{ "^Z", "suspend" },
	{ "? h F1", "this help" },
	{ "q F10 ^C", "quit" },
};

#define KEYS (sizeof(LEFT) / sizeof(LEFT[0]))

static const struct {
	enum role role;
	const char *text;
} LEGEND[] = {
	{ ROLE_SURE, "80 % sure or more" },  { ROLE_LIKELY, "50 % or more" },   { ROLE_UNSURE, "less than 50 %" },
	{ ROLE_OWNER, "you said so" },	     { ROLE_FUNCTION, "does this now" }, { ROLE_FAINT, "idle, unknown" },
	{ ROLE_ACTIVITY, "sent something" }, { ROLE_PERIOD, "a period" },	 { ROLE_TRAFFIC, "traffic a second" },
	{ ROLE_WARNING, "worth a look" },    { ROLE_ALARM, "an alert" },	 { ROLE_TITLE, "titles" },
};

static void put_keys(const struct draw *d, int column, const struct help_key *keys)
{
	for (size_t i = 0; i < KEYS; i++) {
		put(d, HEAD_ROWS + (int)i, column, 16, ROLE_KEY, keys[i].keys);
		put(d, HEAD_ROWS + (int)i, column + 17, 26, ROLE_TEXT, keys[i].text);
	}
}

static void put_strip_help(const struct draw *d, int row)
{
	const struct pen strip = { .glyphs = d->glyphs, .role = ROLE_ACTIVITY };

	put(d, row, 0, 14, ROLE_TITLE, "LAST 60 s");
	strip_put(d->grid, row, 14, 15, UINT64_C(0xf0f0f00110030f), &strip);
	put(d, row, 31, d->columns, ROLE_TEXT, "the seconds in which it sent, now at the right");
}

void draw_help(const struct draw *d)
{
	const int legend = HEAD_ROWS + (int)KEYS + 1;

	put(d, HEAD_ROWS - 1, 0, d->columns, ROLE_TITLE, "KEYS");
	put_keys(d, 0, LEFT);
	put_keys(d, 41, RIGHT);
	put(d, legend, 0, d->columns, ROLE_TITLE, "COLOURS");
	for (size_t i = 0; i < sizeof(LEGEND) / sizeof(LEGEND[0]); i++)
		put(d, legend + 1 + (int)i / 4, 20 * ((int)i % 4), 20, LEGEND[i].role, LEGEND[i].text);
	put_strip_help(d, legend + 5);
}
