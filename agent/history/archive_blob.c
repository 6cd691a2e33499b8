/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/archive_blob.h"

#include <errno.h>
#include <stdlib.h>

#include <zlib.h>

#include "agent/base/mac.h"
#include "agent/history/varint.h"

#define CODEC_NONE 0
#define CODEC_ZLIB 1
#define HEAD_DEVICE 0x80
#define SECOND_MAX (INT64_C(1) << 33)

void archive_blob_begin(struct archive_blob *b, int64_t base_s)
{
	uint8_t bytes[VARINT_MAX];

	buffer_reset(&b->raw);
	buffer_append(&b->raw, bytes, varint_put(bytes, (uint64_t)base_s));
	b->base_s = b->last_s = base_s;
	b->from_s = INT64_MAX;
	b->to_s = 0;
	b->entries = 0;
	b->has_mac = false;
}

void archive_blob_free(struct archive_blob *b)
{
	buffer_free(&b->raw);
}

void archive_blob_series(struct archive_blob *b, const struct record_key *key, uint32_t count)
{
	bool other = !b->has_mac || b->mac != key->mac;
	uint8_t bytes[1 + 6 + 2 * VARINT_MAX];
	size_t n = 0;

	bytes[n++] = (uint8_t)((other ? HEAD_DEVICE : 0) | key->kind << 4 | (key->layer & 0x0f));
	if (other) {
		mac_to_bytes(key->mac, bytes + n);
		n += 6;
	}
	if (key->kind == RECORD_FLOW)
		n += varint_put(bytes + n, key->proto);
	n += varint_put(bytes + n, count);
	buffer_append(&b->raw, bytes, n);
	b->mac = key->mac;
	b->has_mac = true;
	b->last_s = b->base_s;
}

void archive_blob_second(struct archive_blob *b, int64_t second, uint64_t packets, uint64_t bytes)
{
	uint8_t out[3 * VARINT_MAX];
	size_t n = varint_put(out, varint_fold(second - b->last_s));

	n += varint_put(out + n, packets);
	n += varint_put(out + n, bytes);
	buffer_append(&b->raw, out, n);
	b->last_s = second;
	b->from_s = b->from_s < second ? b->from_s : second;
	b->to_s = b->to_s > second + 1 ? b->to_s : second + 1;
	b->entries++;
}

/* compress2() takes a quarter of a megabyte; a window of 16 kB is as good for pieces this small. */
static int squeeze(const struct buffer *raw, uint8_t *out, size_t *length)
{
	z_stream z = { .next_in = (Bytef *)raw->data, .avail_in = (uInt)raw->len, .next_out = out, .avail_out = (uInt)*length };
	int code = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 14, 7, Z_DEFAULT_STRATEGY);

	if (code != Z_OK)
		return -ENOMEM;
	code = deflate(&z, Z_FINISH);
	*length = z.total_out;
	deflateEnd(&z);
	return code == Z_STREAM_END ? 0 : -ENOBUFS;
}

int archive_blob_pack(const struct archive_blob *b, struct buffer *out)
{
	uint8_t head[2 + VARINT_MAX] = { ARCHIVE_BLOB_VERSION, CODEC_ZLIB };
	size_t n = 2 + varint_put(head + 2, b->raw.len);
	size_t length = b->raw.len; /* what does not shrink is kept as it is */
	int r;

	buffer_reset(out);
	if (b->raw.failed || buffer_append(out, head, n) < 0 || buffer_reserve(out, length) < 0)
		return -ENOMEM;
	r = squeeze(&b->raw, (uint8_t *)out->data + n, &length);
	out->len = n + length;
	if (r != -ENOBUFS)
		return r;
	out->data[1] = CODEC_NONE;
	out->len = n;
	return buffer_append(out, b->raw.data, b->raw.len) < 0 ? -ENOMEM : 0;
}

/* Where a blob is being read. */
struct place {
	const uint8_t *p, *end;
};

static bool get_byte(struct place *at, uint8_t *value)
{
	if (at->p == at->end)
		return false;
	*value = *at->p++;
	return true;
}

static bool get_mac(struct place *at, uint64_t *mac)
{
	if (at->end - at->p < 6)
		return false;
	*mac = mac_from_bytes(at->p);
	at->p += 6;
	return true;
}

static bool get_key(struct place *at, struct record_key *key, uint64_t *count)
{
	uint64_t proto = 0;
	uint8_t head;

	if (!get_byte(at, &head) || (head & HEAD_DEVICE && !get_mac(at, &key->mac)))
		return false;
	key->kind = head >> 4 & 7;
	key->layer = head & 0x0f;
	if (key->kind >= RECORD_KINDS || (key->kind == RECORD_FLOW && !varint_get(&at->p, at->end, &proto)) || proto > UINT16_MAX)
		return false;
	key->proto = (uint16_t)proto;
	return varint_get(&at->p, at->end, count) && *count <= ARCHIVE_RUN;
}

static int read_seconds(struct place *at, int64_t second, uint64_t count, struct dataset_take *take)
{
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < count; i++) {
		uint64_t gap, packets, bytes;

		if (!varint_get(&at->p, at->end, &gap) || !varint_get(&at->p, at->end, &packets) ||
		    !varint_get(&at->p, at->end, &bytes) || varint_unfold(gap) > SECOND_MAX || varint_unfold(gap) < -SECOND_MAX)
			return -EBADMSG;
		second += varint_unfold(gap);
		if (second < 0 || second > SECOND_MAX)
			return -EBADMSG;
		r = dataset_take_second(take, second, packets, bytes);
	}
	return r;
}

static int read_series(struct place at, struct dataset_take *take)
{
	struct record_key key = { 0 };
	uint64_t base, count;
	int r = 0;

	if (!varint_get(&at.p, at.end, &base) || base > (uint64_t)SECOND_MAX)
		return -EBADMSG;
	while (r == 0 && at.p < at.end) {
		if (!get_key(&at, &key, &count))
			return -EBADMSG;
		r = dataset_take_series(take, &key);
		if (r == 0)
			r = read_seconds(&at, (int64_t)base, count, take);
	}
	return r;
}

static int read_packed(struct place at, size_t length, struct dataset_take *take)
{
	_cleanup_free_ uint8_t *raw = malloc(length ? length : 1);
	uLongf got = length;

	if (!raw)
		return -ENOMEM;
	if (uncompress(raw, &got, at.p, (uLong)(at.end - at.p)) != Z_OK || got != length)
		return -EBADMSG;
	return read_series((struct place){ raw, raw + length }, take);
}

int archive_blob_read(const void *data, size_t size, struct dataset_take *take)
{
	struct place at = { data, (const uint8_t *)data + size };
	uint8_t version, codec;
	uint64_t length;

	if (!get_byte(&at, &version) || !get_byte(&at, &codec) || !varint_get(&at.p, at.end, &length))
		return -EBADMSG;
	if (version != ARCHIVE_BLOB_VERSION)
		return version > ARCHIVE_BLOB_VERSION ? -EPROTONOSUPPORT : -EBADMSG;
	if (length > ARCHIVE_RAW_MAX)
		return -EBADMSG;
	if (codec == CODEC_ZLIB)
		return read_packed(at, (size_t)length, take);
	return codec == CODEC_NONE && length == (uint64_t)(at.end - at.p) ? read_series(at, take) : -EBADMSG;
}
