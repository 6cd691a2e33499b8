// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/glyphs.h"

static const struct glyphs UNICODE = {
	.unicode = true,
	.cut = "\u2026",
	.up = "\u2191",
	.down = "\u2193",
	.enter = "\u21b5",
	.separator = " \u00b7 ",
	.dash = "\u2013",
	.horizontal = 0x2500,
	.vertical = 0x2502,
	.corners = { 0x250c, 0x2510, 0x2514, 0x2518 },
};

static const struct glyphs ASCII = {
	.cut = "~",
	.up = "^",
	.down = "v",
	.enter = "Enter",
	.separator = ", ",
	.dash = "-",
	.horizontal = '-',
	.vertical = '|',
	.corners = { '+', '+', '+', '+' },
};

const struct glyphs *glyphs_of(bool unicode)
{
	return unicode ? &UNICODE : &ASCII;
}
