// SPDX-License-Identifier: BSD-2-Clause

#include "agent/output/plot/terminal_cells.h"

#include <stdlib.h>

static const char ASCII[] = " .:+#";

/* One channel of a colour in the cube of 6 x 6 x 6 that terminals of 256 colours have. */
static unsigned cube(unsigned channel)
{
	return channel < 48 ? 0 : channel < 115 ? 1 : (channel - 35) / 40;
}

void terminal_color(struct terminal *t, int index)
{
	unsigned long rgb;
	unsigned r, g, b;

	if (!t->options->color)
		return;
	if (index < 0) {
		buffer_append_str(t->out, "\x1b[0m");
		return;
	}
	rgb = strtoul(layout_colors[index % LAYOUT_COLORS].dark + 1, NULL, 16);
	r = rgb >> 16 & 255;
	g = rgb >> 8 & 255;
	b = rgb & 255;
	if (t->options->truecolor)
		buffer_printf(t->out, "\x1b[38;2;%u;%u;%um", r, g, b);
	else
		buffer_printf(t->out, "\x1b[38;5;%um", 16 + 36 * cube(r) + 6 * cube(g) + cube(b));
}

/* Braille counts its dots downwards, the left column first, and the lowest row last. */
static unsigned braille(unsigned left, unsigned right)
{
	static const uint8_t LEFT[] = { 0, 0x40, 0x44, 0x46, 0x47 }, RIGHT[] = { 0, 0x80, 0xa0, 0xb0, 0xb8 };

	return LEFT[left] | RIGHT[right];
}

static unsigned part(uint8_t level, unsigned rows, unsigned below)
{
	unsigned above = level > below ? level - below : 0;

	return above < rows ? above : rows;
}

void terminal_levels(struct terminal *t, const uint8_t *levels, unsigned rows, unsigned below)
{
	for (size_t i = 0; i < t->chart; i++) {
		if (t->options->ascii) {
			buffer_append_char(t->out, ASCII[part(levels[i], rows, below)], 1);
		} else {
			unsigned dots = braille(part(levels[2 * i], rows, below), part(levels[2 * i + 1], rows, below));

			/* U+2800 and on, in UTF-8 */
			buffer_append_char(t->out, (char)0xe2, 1);
			buffer_append_char(t->out, (char)(0xa0 | dots >> 6), 1);
			buffer_append_char(t->out, (char)(0x80 | (dots & 63)), 1);
		}
	}
}
