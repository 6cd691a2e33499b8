/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/output/plain.h"

#include <stdbool.h>
#include <string.h>

#include "agent/base/utf8.h"

static bool is_harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200e || code == 0x200f ||
	       (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void plain_append(struct buffer *out, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	while (n) {
		uint32_t code;
		size_t length = utf8_decode(s, n, &code);

		if (length && !is_harmful(code))
			buffer_append(out, s, length);
		else
			buffer_append(out, "?", 1);
		length = length ? length : 1;
		s += length;
		n -= length;
	}
}

size_t plain_fit(const char *s, size_t n, size_t columns, size_t *width)
{
	size_t used = 0;
	size_t bytes = 0;

	while (bytes < n) {
		uint32_t code = '?';
		size_t length = utf8_decode(s + bytes, n - bytes, &code);
		size_t w = (size_t)utf8_width(code);

		if (used + w > columns)
			break;
		used += w;
		bytes += length ? length : 1;
	}
	*width = used;
	return bytes;
}

size_t plain_width(const char *s, size_t n)
{
	size_t width;

	plain_fit(s, n, n * 2, &width);
	return width;
}
