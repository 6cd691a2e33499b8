/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_SVG_DRAW_H
#define AGENT_OUTPUT_PLOT_SVG_DRAW_H

/* The few elements a picture is made of. Coordinates are pixels, with one decimal; failure is in the buffer. */

#include <stdbool.h>

#include "agent/base/buffer.h"

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

struct svg_text {
	double x, y; /* of the base line */
	double size;
	const char *color;
	enum svg_anchor anchor;
	bool bold;
	double width; /* longer text is cut, by an estimate; 0: never */
};

/** svg_escape - append @s as character data: markup is escaped, what XML does not allow becomes U+FFFD */
void svg_escape(struct buffer *out, const char *s);

/** svg_put_text - one line of text */
void svg_put_text(struct buffer *out, const struct svg_text *style, const char *s);

/** svg_rect - a filled rectangle; @opacity 0 to 1 */
void svg_rect(struct buffer *out, double x, double y, double width, double height, const char *color, double opacity);

/** svg_line - a line of @width pixels */
void svg_line(struct buffer *out, double x1, double y1, double x2, double y2, const char *color, double width);

/** svg_begin_path - what follows are drawing commands, until svg_end_path() */
void svg_begin_path(struct buffer *out);

/** svg_end_path - @attributes: of the path, as XML */
void svg_end_path(struct buffer *out, const char *attributes);

#endif
