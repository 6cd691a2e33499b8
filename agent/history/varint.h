/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_VARINT_H
#define AGENT_HISTORY_VARINT_H

/* Numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit says that more follow (LEB128). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VARINT_MAX = 10 };

/** varint_put - write @value at @out, which has room for VARINT_MAX bytes; returns their number */
static inline size_t varint_put(uint8_t *out, uint64_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		out[n++] = (uint8_t)(value | 0x80);
	out[n++] = (uint8_t)value;
	return n;
}

/** varint_get - read one from @p and move it; false where it does not end before @end or within 64 bits */
static inline bool varint_get(const uint8_t **p, const uint8_t *end, uint64_t *value)
{
	uint64_t v = 0;

	for (unsigned int shift = 0; shift < 64 && *p < end; shift += 7) {
		uint8_t byte = *(*p)++;

		if (shift == 63 && byte > 1)
			return false;
		v |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*value = v;
			return true;
		}
	}
	return false;
}

/** varint_fold - small numbers of either sign become small ones without */
static inline uint64_t varint_fold(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static inline int64_t varint_unfold(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

#endif
