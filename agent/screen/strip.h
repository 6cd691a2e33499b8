/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_STRIP_H
#define AGENT_SCREEN_STRIP_H

#include <stddef.h>
#include <stdint.h>

#include "agent/screen/cells.h"

#define STRIP_SECONDS 60
#define STRIP_CELLS_MAX 30 /* two seconds a cell */

/** strip_parse - 15 hexadecimal digits, the oldest second the highest bit; what is none is no activity */
uint64_t strip_parse(const char *digits);

/**
 * strip_cell - character for cell @i of @cells (30, 15 or 10): the share of active seconds in each of its halves, as braille dots from
 * below; as ASCII ". : |" for none, some and all seconds of the cell
 */
uint32_t strip_cell(uint64_t bits, int i, int cells, bool unicode);

/** strip_put - the strip in @cells columns (30, 15 or 10), the latest second at the right */
void strip_put(struct grid *g, int row, int column, int cells, uint64_t bits, const struct pen *pen);

/** strip_text - the same as UTF-8 text in @out */
void strip_text(uint64_t bits, int cells, bool unicode, char *out, size_t size);

#endif
