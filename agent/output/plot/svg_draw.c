// SPDX-License-Identifier: BSD-2-Clause

#include "agent/output/plot/svg_draw.h"

#include <string.h>

#include "agent/base/utf8.h"

#define GLYPH 0.6 /* width of a character over its height, about */

/* XML 1.0 takes no control characters but tab and line feed, and neither U+FFFE nor U+FFFF. */
static void put_code(struct buffer *out, const char *s, size_t length, uint32_t code)
{
	static const char markup[] = "<>&\"'";
	static const char *const entities[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&#39;" };
	const char *found = code && code < 0x80 ? strchr(markup, (int)code) : NULL;

	if (found)
		buffer_append_str(out, entities[found - markup]);
	else if (!length || code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xfffe || code == 0xffff)
		buffer_append_str(out, "\xef\xbf\xbd");
	else
		buffer_append(out, s, length);
}

/* At most @columns of it, with an ellipsis where it is cut. */
static void put_columns(struct buffer *out, const char *s, size_t columns)
{
	size_t n = strlen(s), used = 0;

	for (size_t i = 0; i < n;) {
		uint32_t code = 0;
		size_t length = utf8_decode(s + i, n - i, &code);

		used += length ? (size_t)utf8_width(code) : 1;
		if (used >= columns && i + (length ? length : 1) < n) {
			buffer_append_str(out, "…");
			return;
		}
		put_code(out, s + i, length, code);
		i += length ? length : 1;
	}
}

void svg_escape(struct buffer *out, const char *s)
{
	put_columns(out, s, SIZE_MAX);
}

void svg_put_text(struct buffer *out, const struct svg_text *style, const char *s)
{
	static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };

	buffer_printf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.0f\" fill=\"%s\"%s%s>", style->x, style->y, style->size, style->color, anchors[style->anchor],
		      style->bold ? " font-weight=\"bold\"" : "");
	put_columns(out, s, style->width > 0 ? (size_t)(style->width / (GLYPH * style->size)) + 1 : SIZE_MAX);
	buffer_append_str(out, "</text>\n");
}

void svg_rect(struct buffer *out, double x, double y, double width, double height, const char *color, double opacity)
{
	buffer_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"", x, y, width, height, color);
	if (opacity < 1)
		buffer_printf(out, " fill-opacity=\"%.2f\"", opacity);
	buffer_append_str(out, "/>\n");
}

void svg_line(struct buffer *out, double x1, double y1, double x2, double y2, const char *color, double width)
{
	buffer_printf(out, "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>\n", x1, y1, x2, y2, color, width);
}

void svg_begin_path(struct buffer *out)
{
	buffer_append_str(out, "<path d=\"");
}

void svg_end_path(struct buffer *out, const char *attributes)
{
	buffer_printf(out, "\" %s/>\n", attributes);
}
