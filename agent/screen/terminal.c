// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "agent/base/utf8.h"
#include "agent/output/table.h"
#include "agent/screen/terminal_crash.h"

#define ESCAPE_MS 25 /* until an Esc is no longer the beginning of another key */
#define RESTORE_MAX 256

struct terminal {
	SCREEN *screen;
	bool colour, guarded;
	struct grid shown; /* what is on the screen; no cells: unknown */
	struct termios modes;
};

/* Colours of the roles: foreground and background of the 8 (-1: the terminal's own), and what else makes them stand out. */
static const struct {
	short foreground, background;
	attr_t attributes;
} PALETTE[ROLE_COUNT] = {
	[ROLE_TEXT] = { -1, -1, 0 },
	[ROLE_FAINT] = { -1, -1, A_DIM },
	[ROLE_TITLE] = { -1, -1, A_BOLD },
	[ROLE_BAR] = { COLOR_BLACK, COLOR_CYAN, 0 },
	[ROLE_CHOSEN] = { COLOR_BLACK, COLOR_CYAN, 0 },
	[ROLE_KEY] = { COLOR_CYAN, -1, A_BOLD },
	[ROLE_SURE] = { COLOR_GREEN, -1, 0 },
	[ROLE_LIKELY] = { COLOR_YELLOW, -1, 0 },
	[ROLE_UNSURE] = { COLOR_RED, -1, 0 },
	[ROLE_OWNER] = { COLOR_MAGENTA, -1, A_BOLD },
	[ROLE_FUNCTION] = { COLOR_GREEN, -1, A_BOLD },
	[ROLE_ACTIVITY] = { COLOR_CYAN, -1, 0 },
	[ROLE_PERIOD] = { COLOR_BLUE, -1, A_BOLD },
	[ROLE_TRAFFIC] = { -1, -1, 0 },
	[ROLE_WARNING] = { COLOR_YELLOW, -1, A_BOLD },
	[ROLE_ALARM] = { COLOR_RED, -1, A_BOLD },
};

bool terminal_unicode(bool ascii)
{
	const char *term = getenv("TERM");

	setlocale(LC_CTYPE, "");
	/* The fonts of the Linux console have no braille. */
	return !ascii && !strcmp(nl_langinfo(CODESET), "UTF-8") && !(term && !strcmp(term, "linux"));
}

static bool wants_colour(enum terminal_colour choice)
{
	if (choice == TERMINAL_AUTO)
		return !terminal_no_color() && has_colors();
	return choice == TERMINAL_ALWAYS && has_colors();
}

static void open_colours(void)
{
	start_color();
	use_default_colors();
	for (short i = 1; i < ROLE_COUNT; i++)
		init_pair(i, PALETTE[i].foreground, PALETTE[i].background);
}

static bool has_capability(const char *name)
{
	const char *text = tigetstr((char *)name);

	return text && text != (const char *)-1;
}

/* Append a capability of the terminal without its padding, which would have to be waited for. */
static void add_capability(char *out, const char *name)
{
	const char *text = tigetstr((char *)name);
	size_t used = strlen(out);

	if (!has_capability(name))
		return;
	for (; *text && used < RESTORE_MAX - 1; text++) {
		const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;

		if (end)
			text += end - text;
		else
			out[used++] = *text;
	}
	out[used] = '\0';
}

static int guard(struct terminal *t)
{
	static const char *const names[] = { "sgr0", "op", "cnorm", "rmkx", "rmcup" };
	char restore[RESTORE_MAX] = "";
	int e;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add_capability(restore, names[i]);
	e = crash_guard(STDOUT_FILENO, &t->modes, restore);
	t->guarded = e == 0;
	return e;
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
}

int terminal_new(const struct terminal_options *options, struct terminal **terminal)
{
	_cleanup_(terminal_free_p) struct terminal *t = calloc(1, sizeof(*t));
	int e;

	if (!t)
		return -ENOMEM;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDOUT_FILENO, &t->modes) < 0)
		return -ENOTTY;
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen || !has_capability("cup"))
		return -ENODEV;
	set_modes();
	t->colour = wants_colour(options->colour);
	if (t->colour)
		open_colours();
	e = guard(t);
	if (e == 0)
		*terminal = TAKE_PTR(t);
	return e;
}

void terminal_free(struct terminal *t)
{
	if (t->screen) {
		endwin();
		delscreen(t->screen);
	}
	if (t->guarded)
		crash_release();
	grid_free(&t->shown);
	free(t);
}

bool terminal_has_colour(const struct terminal *t)
{
	return t->colour;
}

struct ui_size terminal_size(const struct terminal *t)
{
	(void)t;
	return (struct ui_size){ LINES, COLS };
}

void terminal_resized(struct terminal *t)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
	grid_free(&t->shown);
}

static attr_t attributes_of(const struct terminal *t, const struct cell *cell)
{
	attr_t a = t->colour ? PALETTE[cell->role].attributes : 0;

	a |= cell->attributes & ATTR_BOLD ? A_BOLD : 0;
	a |= cell->attributes & ATTR_DIM ? A_DIM : 0;
	a |= cell->attributes & ATTR_REVERSE ? A_REVERSE : 0;
	a |= cell->attributes & ATTR_UNDERLINE ? A_UNDERLINE : 0;
	return a;
}

/* What this C library takes for another width, or cannot show, would shift the rest of the line: '?' in its place. */
static void paint_cell(const struct terminal *t, int row, int column, const struct cell *cell, bool wide)
{
	wchar_t text[2] = { (wchar_t)cell->code, 0 };
	const attr_t attributes = attributes_of(t, cell);
	const short pair = t->colour ? cell->role : 0;
	cchar_t c;

	if (wcwidth(text[0]) != 1 + wide)
		text[0] = '?';
	setcchar(&c, text, attributes, pair, NULL);
	mvadd_wch(row, column, &c);
	if (wide && text[0] == '?')
		mvadd_wch(row, column + 1, &c);
}

static bool same(const struct cell *a, const struct cell *b)
{
	return a->code == b->code && a->role == b->role && a->attributes == b->attributes;
}

/* Cell @i has changed, or its other half has. */
static bool changed(const struct grid *shown, const struct grid *g, int i, bool wide)
{
	return !same(&shown->cells[i], &g->cells[i]) || (wide && !same(&shown->cells[i + 1], &g->cells[i + 1]));
}

void terminal_paint(struct terminal *t, const struct grid *g)
{
	bool all = t->shown.rows != g->rows || t->shown.columns != g->columns;

	if (all && grid_resize(&t->shown, g->rows, g->columns) < 0)
		return;
	for (int i = 0; i < g->rows * g->columns; i++) {
		bool wide = i % g->columns < g->columns - 1 && g->cells[i + 1].code == 0;

		if (g->cells[i].code && (all || changed(&t->shown, g, i, wide)))
			paint_cell(t, i / g->columns, i % g->columns, &g->cells[i], wide);
	}
	memcpy(t->shown.cells, g->cells, (size_t)g->rows * (size_t)g->columns * sizeof(*g->cells));
	refresh();
}

static uint32_t special(wint_t key)
{
	static const struct {
		wint_t curses;
		uint32_t key;
	} keys[] = {
		{ KEY_UP, KEY_GO_UP },	     { KEY_DOWN, KEY_GO_DOWN },	  { KEY_LEFT, KEY_GO_LEFT }, { KEY_RIGHT, KEY_GO_RIGHT },
		{ KEY_PPAGE, KEY_PAGE_UP },  { KEY_NPAGE, KEY_PAGE_DOWN }, { KEY_HOME, KEY_FIRST },  { KEY_END, KEY_LAST },
		{ KEY_BACKSPACE, KEY_ERASE }, { KEY_BTAB, KEY_BACKTAB },	  { KEY_ENTER, UI_ENTER },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].curses == key)
			return keys[i].key;
	}
	if (key >= KEY_F(1) && key <= KEY_F(10))
		return KEY_FUNCTION_0 + key - KEY_F(0);
	return UI_CONTROL('@');
}

uint32_t terminal_key(struct terminal *t)
{
	wint_t key;
	int kind = get_wch(&key);

	(void)t;
	if (kind == ERR)
		return KEY_NONE;
	if (kind == KEY_CODE_YES)
		return special(key);
	return key == 0x7f || key == UI_CONTROL('h') ? KEY_ERASE : (uint32_t)key;
}

void terminal_again(struct terminal *t)
{
	reset_prog_mode();
	terminal_resized(t);
}

void terminal_suspend(struct terminal *t)
{
	endwin();
	raise(SIGSTOP);
	terminal_again(t);
}
