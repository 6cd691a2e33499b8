/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_CELLS_H
#define AGENT_SCREEN_CELLS_H

/* What is to be seen, as an array of cells: the whole of a screen's drawing ends here, and a terminal begins here. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

/* What a cell means; a terminal gives every meaning a colour. The order is that of ROLE_LETTERS. */
enum role {
	ROLE_TEXT,
	ROLE_FAINT,    /* idle, unknown, of little interest */
	ROLE_TITLE,    /* titles of columns and parts */
	ROLE_BAR,      /* the bottom bar */
	ROLE_CHOSEN,   /* the line that keys are about */
	ROLE_KEY,      /* a key in the bar, in help, in a menu */
	ROLE_SURE,     /* believed with 80 % or more */
	ROLE_LIKELY,   /* 50 % or more */
	ROLE_UNSURE,   /* less */
	ROLE_OWNER,    /* the owner said so */
	ROLE_FUNCTION, /* a function that runs now */
	ROLE_ACTIVITY, /* the strip */
	ROLE_PERIOD,
	ROLE_TRAFFIC,
	ROLE_WARNING,
	ROLE_ALARM,
	ROLE_COUNT
};

/* A letter for each role, for screens written down as text. */
#define ROLE_LETTERS ".ftb#ksluonapxwe"

enum { ATTR_BOLD = 1, ATTR_DIM = 2, ATTR_REVERSE = 4, ATTR_UNDERLINE = 8 };

struct cell {
	uint32_t code; /* never a control character; 0: the right half of the wide character before */
	uint8_t role, attributes;
};

struct grid {
	int rows, columns;
	struct cell *cells; /* row by row */
};

#define GRID_SIDE_MAX 1000 /* rows or columns */

/** grid_resize - make it that large (sides are limited to GRID_SIDE_MAX) and blank; 0 or -ENOMEM */
int grid_resize(struct grid *g, int rows, int columns);

void grid_free(struct grid *g);

/** grid_clear - blank every cell */
void grid_clear(struct grid *g);

/** grid_at - the cell there, NULL outside */
struct cell *grid_at(const struct grid *g, int row, int column);

enum align { ALIGN_LEFT, ALIGN_RIGHT };

/* How text is put: where it goes, and what it means. */
struct pen {
	const struct glyphs *glyphs;
	enum role role;
	uint8_t attributes;
	enum align align;
};

/**
 * grid_text - @text in the @width columns from there, cut with an ellipsis where it is longer, the rest filled with blanks
 *
 * Control characters, what is no UTF-8 and characters that turn the direction of writing become '?'; combining characters are left out.
 * Returns the columns that the text takes.
 */
int grid_text(struct grid *g, int row, int column, int width, const char *text, const struct pen *pen);

/** grid_width - columns that the text takes, as grid_text() puts it with Unicode; no more than GRID_SIDE_MAX */
int grid_width(const char *text);

/** grid_put - one character; nothing outside */
void grid_put(struct grid *g, int row, int column, uint32_t code, const struct pen *pen);

/** grid_mark - add @attributes to @width cells */
void grid_mark(struct grid *g, int row, int column, int width, uint8_t attributes);

/** grid_choose - make @width cells the chosen ones, whatever they mean */
void grid_choose(struct grid *g, int row, int column, int width);

/** grid_without_colour - meaning without colours: roles become attributes where that says something */
void grid_without_colour(struct grid *g);

DEFINE_CLEANUP(struct grid, grid_free)

#endif
