/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_ARCHIVE_BLOB_H
#define AGENT_HISTORY_ARCHIVE_BLOB_H

/*
 * A few minutes of many series as one piece of bytes, the column activity.data: large writes are kinder to flash than many rows, and a
 * rhythm that repeats costs next to nothing once compressed.
 *
 *	version (1) codec (1: zlib, 0: none) length (varint)	of what follows, uncompressed
 *	base (varint)						seconds since 1970
 *	then series by device:
 *	  head: 0x80 another device, kind << 4 (enum record_kind), layer
 *	  address (6 bytes)					where it is another device
 *	  protocol number (varint)				of a flow
 *	  seconds that follow (varint)
 *	  each: gap to the second before it, the first one to the base (varint, folded: varint_fold()), packets, bytes (varints)
 */

#include "agent/base/buffer.h"
#include "agent/history/dataset_take.h"

#define ARCHIVE_BLOB_VERSION 1
#define ARCHIVE_RAW ((size_t)32 << 10)	  /* uncompressed, from which a blob is complete */
#define ARCHIVE_RAW_MAX ((size_t)1 << 20) /* more is refused when read */
#define ARCHIVE_RUN 2048u		  /* seconds of a series at once, at most */

/* One that is being made. All zero is none. */
struct archive_blob {
	struct buffer raw;
	int64_t base_s, last_s;
	int64_t from_s, to_s; /* [from, to) of what is in it */
	uint64_t entries;
	uint64_t mac; /* of the device under way */
	bool has_mac;
};

/** archive_blob_begin - forget what is there; gaps are counted from @base_s */
void archive_blob_begin(struct archive_blob *blob, int64_t base_s);
void archive_blob_free(struct archive_blob *blob);

/** archive_blob_series - @count seconds of a series follow, at most ARCHIVE_RUN; failures show in archive_blob_pack() */
void archive_blob_series(struct archive_blob *blob, const struct record_key *key, uint32_t count);
void archive_blob_second(struct archive_blob *blob, int64_t second, uint64_t packets, uint64_t bytes);

/** archive_blob_pack - the finished bytes into @out, which is emptied; 0 or -ENOMEM */
int archive_blob_pack(const struct archive_blob *blob, struct buffer *out);

/**
 * archive_blob_read - hand the series to @take, which has begun
 *
 * Returns 0; -EBADMSG: damaged, what came before the damage was taken; -EPROTONOSUPPORT: of a later version; or the error of @take.
 */
int archive_blob_read(const void *data, size_t size, struct dataset_take *take);

#endif
