/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/source/capture/reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int reader_refill(struct reader *r, size_t need)
{
	memmove(r->buffer, r->buffer + r->at, r->end - r->at);
	r->end -= r->at;
	r->at = 0;
	while (r->end < need) {
		ssize_t n = read(r->fd, r->buffer + r->end, sizeof(r->buffer) - r->end);

		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			r->end += (size_t)n;
	}
	return 1;
}

int reader_skip(struct reader *r, size_t bytes)
{
	while (bytes) {
		size_t step = bytes < READER_FRAME_MAX ? bytes : READER_FRAME_MAX;
		int e = reader_want(r, step);

		if (e <= 0)
			return e;
		r->at += step;
		bytes -= step;
	}
	return 1;
}
