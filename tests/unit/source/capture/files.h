/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SOURCE_CAPTURE_FILES_H
#define TESTS_UNIT_SOURCE_CAPTURE_FILES_H

/* Capture files made byte by byte. */

#include <byteswap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct writer {
	char path[32];
	FILE *file;
	bool swapped;
};

static inline uint32_t writer_u32(const struct writer *w, uint32_t v)
{
	return w->swapped ? bswap_32(v) : v;
}

static inline void writer_header(struct writer *w, uint32_t magic, uint32_t link)
{
	uint16_t version[2] = {w->swapped ? bswap_16(2) : 2, w->swapped ? bswap_16(4) : 4};
	uint32_t rest[4] = {0, 0, writer_u32(w, 262144), writer_u32(w, link)};

	magic = writer_u32(w, magic);
	fwrite(&magic, 4, 1, w->file);
	fwrite(version, 4, 1, w->file);
	fwrite(rest, 16, 1, w->file);
}

static inline struct writer writer_open(uint32_t magic, uint32_t link, bool swapped)
{
	struct writer w = {.path = "/tmp/iotbpf-capture-XXXXXX", .swapped = swapped};

	w.file = fdopen(mkstemp(w.path), "wb");
	if (!w.file)
		abort();
	if (magic)
		writer_header(&w, magic, link);
	return w;
}

static inline void writer_record(struct writer *w, uint32_t second, uint32_t fraction, const void *data, uint32_t captured,
				 uint32_t length)
{
	uint32_t head[4] = {writer_u32(w, second), writer_u32(w, fraction), writer_u32(w, captured), writer_u32(w, length)};

	fwrite(head, 16, 1, w->file);
	fwrite(data, 1, captured, w->file);
}

static inline void writer_close(struct writer *w)
{
	fclose(w->file);
	w->file = NULL;
}

/* An Ethernet frame of 60 bytes, ARP. */
static inline void frame_between(uint8_t frame[60], uint64_t to, uint64_t from)
{
	memset(frame, 0, 60);
	for (int i = 0; i < 6; i++) {
		frame[i] = (uint8_t)(to >> (40 - 8 * i));
		frame[6 + i] = (uint8_t)(from >> (40 - 8 * i));
	}
	frame[12] = 8;
	frame[13] = 6;
}

#endif
