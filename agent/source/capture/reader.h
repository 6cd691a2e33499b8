/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_READER_H
#define AGENT_SOURCE_CAPTURE_READER_H

/* A regular file read in order through a buffer, so that records are pointers into it. */

#include <stddef.h>
#include <stdint.h>

/* Longest frame that is believed, as in libpcap (MAXIMUM_SNAPLEN). */
#define READER_FRAME_MAX 262144u

/* Holds the longest record; larger than the caches' first level and smaller than their second. */
#define READER_BUFFER (READER_FRAME_MAX + (64u << 10))

/* All zero but fd at the start. */
struct reader {
	int fd;
	size_t at, end; /* unread bytes of the buffer */
	uint8_t buffer[READER_BUFFER];
};

/* Read on until `need` unread bytes, at most READER_BUFFER, are there. Returns 1; 0 where the file ends before; -errno of read(2). */
int reader_refill(struct reader *r, size_t need);

static inline int reader_want(struct reader *r, size_t need)
{
	return r->end - r->at >= need ? 1 : reader_refill(r, need);
}

/* Pass over `bytes`. Returns as reader_refill(). */
int reader_skip(struct reader *r, size_t bytes);

static inline const uint8_t *reader_data(const struct reader *r)
{
	return r->buffer + r->at;
}

#endif
