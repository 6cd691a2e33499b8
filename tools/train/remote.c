/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/remote.h"

#define ETHERTYPE_AT 12
#define TAG_LENGTH 4

/* FNV-1a, 32 bits. */
static uint32_t hash(const uint8_t *bytes, size_t n)
{
	uint32_t h = 0x811c9dc5;

	for (size_t i = 0; i < n; i++)
		h = (h ^ bytes[i]) * 0x01000193;
	return h;
}

static unsigned int ethertype(const uint8_t *frame, size_t length, size_t at)
{
	return at + 2 <= length ? (unsigned int)frame[at] << 8 | frame[at + 1] : 0;
}

/* `from` is where the source address begins; the destination follows it. */
static uint32_t address(const uint8_t *frame, size_t length, size_t from, size_t size, bool received)
{
	size_t at = received ? from : from + size;

	return at + size <= length ? hash(frame + at, size) : 0;
}

uint32_t remote_hash(const uint8_t *frame, size_t length, bool received)
{
	size_t at = ETHERTYPE_AT;

	for (int tags = 0; tags < 2 && (ethertype(frame, length, at) == 0x8100 || ethertype(frame, length, at) == 0x88a8); tags++)
		at += TAG_LENGTH;
	if (ethertype(frame, length, at) == 0x0800)
		return address(frame, length, at + 2 + 12, 4, received);
	if (ethertype(frame, length, at) == 0x86dd)
		return address(frame, length, at + 2 + 8, 16, received);
	if (length < ETHERTYPE_AT)
		return 0;
	return hash(frame + (received ? 6 : 0), 6);
}
