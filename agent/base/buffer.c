/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 256 };

int buffer_reserve(struct buffer *b, size_t n)
{
	size_t limit = b->limit ? b->limit : BUFFER_LIMIT_DEFAULT;
	size_t cap = b->cap ? b->cap : FIRST_CAPACITY;
	char *data;

	if (b->failed)
		return -ENOMEM;
	if (n > limit || b->len > limit - n) {
		b->failed = true;
		return -EMSGSIZE;
	}
	if (b->data && b->len + n < b->cap)
		return 0;
	while (cap <= b->len + n)
		cap *= 2;
	data = realloc(b->data, cap);
	if (!data) {
		b->failed = true;
		return -ENOMEM;
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

int buffer_append_str(struct buffer *b, const char *s)
{
	return buffer_append(b, s, strlen(s));
}

int buffer_append_char(struct buffer *b, char c, size_t n)
{
	int r = buffer_reserve(b, n);

	if (r < 0)
		return r;
	memset(b->data + b->len, c, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

int buffer_printf(struct buffer *b, const char *format, ...)
{
	va_list ap;
	int n;
	int r;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
		return -EINVAL;
	}
	r = buffer_reserve(b, (size_t)n);
	if (r < 0)
		return r;
	va_start(ap, format);
	vsnprintf(b->data + b->len, (size_t)n + 1, format, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

int buffer_write(const struct buffer *b, int fd)
{
	for (size_t done = 0; !b->failed && done < b->len;) {
		ssize_t n = write(fd, b->data + done, b->len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return b->failed ? -ENOMEM : 0;
}

void buffer_reset(struct buffer *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

void buffer_free(struct buffer *b)
{
	free(b->data);
	*b = (struct buffer){ .limit = b->limit };
}
