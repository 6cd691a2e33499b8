/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/forget.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "agent/base/mac.h"
#include "agent/history/archive_blob.h"
#include "agent/history/varint.h"

#define HEAD_DEVICE 0x80

/* The series of a piece while they are copied. */
struct copying {
	const uint8_t *p, *end;
	uint64_t mac; /* of the series under way */
	uint64_t entries;
};

static bool skip_numbers(struct copying *c, uint64_t n)
{
	uint64_t value;

	for (; n; n--)
		if (!varint_get(&c->p, c->end, &value))
			return false;
	return true;
}

/* Moves behind the next series. */
static bool skip_series(struct copying *c)
{
	uint8_t head = *c->p++;

	if (head & HEAD_DEVICE) {
		if (c->end - c->p < 6)
			return false;
		c->mac = mac_from_bytes(c->p);
		c->p += 6;
	}
	if ((head >> 4 & 7) == RECORD_FLOW && !skip_numbers(c, 1))
		return false;
	return varint_get(&c->p, c->end, &c->entries) && c->entries <= ARCHIVE_RUN && skip_numbers(c, 3 * c->entries);
}

/* A device's series follow each other and the first one has its address, so whatever is left reads as it did. */
static int copy_others(const uint8_t *raw, size_t length, uint64_t mac, struct archive_blob *to, uint64_t *seconds)
{
	struct copying c = { raw, raw + length, UINT64_MAX, 0 };

	*seconds = 0;
	if (!skip_numbers(&c, 1))
		return -EBADMSG;
	buffer_append(&to->raw, raw, (size_t)(c.p - raw));
	while (c.p < c.end) {
		const uint8_t *begin = c.p;

		if (!skip_series(&c))
			return -EBADMSG;
		if (c.mac == mac) {
			*seconds += c.entries;
			continue;
		}
		buffer_append(&to->raw, begin, (size_t)(c.p - begin));
		to->entries += c.entries;
	}
	return to->raw.failed ? -ENOMEM : 0;
}

/* The piece as it was before it was compressed; to be freed. */
static int unpack(const uint8_t *p, const uint8_t *end, uint8_t **raw, size_t *length)
{
	uint64_t size;
	uLongf got;
	uint8_t codec;

	if (end - p < 2 || p[0] != ARCHIVE_BLOB_VERSION)
		return -EBADMSG;
	codec = p[1];
	p += 2;
	if (!varint_get(&p, end, &size) || size > ARCHIVE_RAW_MAX || (!codec && size != (uint64_t)(end - p)))
		return -EBADMSG;
	*raw = malloc(size ? size : 1);
	if (!*raw)
		return -ENOMEM;
	*length = got = (uLongf)size;
	if (!codec) {
		memcpy(*raw, p, size);
		return 0;
	}
	return uncompress(*raw, &got, p, (uLong)(end - p)) == Z_OK && got == size ? 0 : -EBADMSG;
}

int forget_in_blob(const void *data, size_t size, uint64_t mac, struct buffer *out, uint64_t *seconds)
{
	_cleanup_free_ uint8_t *raw = NULL;
	struct archive_blob others = { 0 };
	size_t length;
	int r = unpack(data, (const uint8_t *)data + size, &raw, &length);

	if (r == 0)
		r = copy_others(raw, length, mac, &others, seconds);
	buffer_reset(out);
	if (r == 0 && *seconds && others.entries)
		r = archive_blob_pack(&others, out);
	archive_blob_free(&others);
	return r;
}
