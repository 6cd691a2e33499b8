/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_RECORD_POOL_H
#define AGENT_HISTORY_RECORD_POOL_H

/*
 * Seconds that wait to be written: many series at once, each a chain of small blocks from one bounded pool, as (gap, packets, bytes) in
 * varints. Memory is taken when it is first needed and kept, so that nothing is allocated once the pool is warm. What finds no room is
 * counted, not kept.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

#define RECORD_BLOCK 64 /* bytes of a block, its link included */

enum record_kind {
	RECORD_FLOW,	 /* what a device sent by one flow */
	RECORD_RECEIVED, /* what it received */
	RECORD_OTHER,	 /* what it sent without a flow slot */
	RECORD_KINDS
};

struct record_key {
	uint64_t mac;
	uint16_t proto; /* of a flow */
	uint8_t layer;
	uint8_t kind; /* enum record_kind */
};

/* One second of a series. */
struct record_second {
	uint32_t at; /* of the table's clock */
	uint64_t packets, bytes;
};

struct record_series {
	struct record_key key;
	struct record_second open; /* the latest second, still growing; valid where is_open */
	uint32_t last;	     /* second of the latest entry in the chain */
	uint32_t head, tail; /* blocks, 0: none */
	uint32_t count;	     /* entries in the chain */
	uint8_t used;	     /* bytes of the tail */
	bool is_open, in_use;
	bool detached; /* its slot was given back: it goes once it is written */
};

struct record_pool {
	struct record_series *series; /* 0 is none */
	uint32_t series_count, series_room, series_free;
	uint8_t **slabs; /* of blocks */
	uint32_t slab_count, slabs_max, block_free, blocks_used;
	uint32_t first, last;	/* earliest and latest second in it; valid where entries */
	uint64_t entries;	/* seconds of all series */
	uint64_t lost_entries;	/* seconds that found no room */
	uint64_t lost_packets;
};

/** record_pool_init - @bytes: of blocks at most; 0 or -ENOMEM */
int record_pool_init(struct record_pool *pool, size_t bytes);
void record_pool_free(struct record_pool *pool);

/** record_pool_add - a new series; its number, or 0 when memory is short */
uint32_t record_pool_add(struct record_pool *pool, const struct record_key *key);

/** record_pool_second - more in a second of a series, mostly its latest or a later one */
void record_pool_second(struct record_pool *pool, uint32_t series, uint32_t at, uint64_t packets, uint64_t bytes);

/** record_pool_drop - forget what waits of a series and the series */
void record_pool_drop(struct record_pool *pool, uint32_t series);

/** record_pool_clear - all was written: chains are empty, series whose slot was given back are gone */
void record_pool_clear(struct record_pool *pool);

/** record_pool_bytes - memory in use for blocks, whole ones */
size_t record_pool_bytes(const struct record_pool *pool);

/** record_pool_room - bytes of blocks that there may be */
size_t record_pool_room(const struct record_pool *pool);

/* Reading a series from its beginning; the open second comes last. */
struct record_cursor {
	const struct record_pool *pool;
	const struct record_series *series;
	uint32_t block, left; /* entries of the chain still to come */
	uint32_t last;
	uint8_t at; /* byte in the block */
	bool open_done;
};

struct record_cursor record_cursor(const struct record_pool *pool, uint32_t series);

/** record_next - false at the end */
bool record_next(struct record_cursor *cursor, struct record_second *second);

#endif
