/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_TERMINAL_H
#define AGENT_SCREEN_TERMINAL_H

/* The terminal, by ncursesw: cells out, keys in. Nothing else in the program knows of ncurses. */

#include "agent/screen/cells.h"
#include "agent/screen/ui.h"

struct terminal;

enum terminal_colour { TERMINAL_AUTO, TERMINAL_ALWAYS, TERMINAL_NEVER };

struct terminal_options {
	enum terminal_colour colour; /* auto: unless NO_COLOR says otherwise, or the terminal has none */
	bool ascii;		     /* even where the locale is one of UTF-8 */
};

/** terminal_unicode - may text have other characters than ASCII's? Takes up the locale of the environment */
bool terminal_unicode(bool ascii);

/**
 * terminal_new - take the terminal that stdin and stdout are
 *
 * From here to terminal_free(), also a crash gives it back as it was: handlers of the signals that end a program badly see to that.
 * Returns 0; -ENOTTY: they are none; -ENODEV: TERM names no terminal that a screen can be drawn on; -ENOMEM.
 */
int terminal_new(const struct terminal_options *options, struct terminal **terminal);

/** terminal_free - give it back */
void terminal_free(struct terminal *t);

bool terminal_has_colour(const struct terminal *t);

struct ui_size terminal_size(const struct terminal *t);

/** terminal_resized - after SIGWINCH: ask for the size again */
void terminal_resized(struct terminal *t);

/** terminal_paint - show the cells; only those that changed are written */
void terminal_paint(struct terminal *t, const struct grid *g);

/** terminal_key - the next key that waits, KEY_NONE: none */
uint32_t terminal_key(struct terminal *t);

/** terminal_suspend - give the terminal back, stop this process, and take it again when it goes on */
void terminal_suspend(struct terminal *t);

/** terminal_again - take the terminal again after somebody else used it; the next paint writes everything */
void terminal_again(struct terminal *t);

DEFINE_CLEANUP(struct terminal, terminal_free)

#endif
