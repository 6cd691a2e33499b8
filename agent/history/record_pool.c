/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/record_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/history/varint.h"

#define SLAB_BLOCKS 1024u
#define LINK sizeof(uint32_t)
#define PAYLOAD (RECORD_BLOCK - LINK)
#define SERIES_FIRST 64

int record_pool_init(struct record_pool *p, size_t bytes)
{
	*p = (struct record_pool){ .slabs_max = (uint32_t)(bytes / (SLAB_BLOCKS * RECORD_BLOCK)) };
	if (!p->slabs_max)
		p->slabs_max = 1;
	p->slabs = calloc(p->slabs_max, sizeof(*p->slabs));
	return p->slabs ? 0 : -ENOMEM;
}

void record_pool_free(struct record_pool *p)
{
	for (uint32_t i = 0; i < p->slab_count; i++)
		free(p->slabs[i]);
	free(p->slabs);
	free(p->series);
	*p = (struct record_pool){ 0 };
}

/* Blocks are numbered from 1. The first bytes of each are the number of the next. */
static uint8_t *block(const struct record_pool *p, uint32_t number)
{
	return p->slabs[(number - 1) / SLAB_BLOCKS] + (size_t)((number - 1) % SLAB_BLOCKS) * RECORD_BLOCK;
}

static uint32_t link_of(const struct record_pool *p, uint32_t number)
{
	uint32_t next;

	memcpy(&next, block(p, number), LINK);
	return next;
}

static void set_link(const struct record_pool *p, uint32_t number, uint32_t next)
{
	memcpy(block(p, number), &next, LINK);
}

static bool add_slab(struct record_pool *p)
{
	uint8_t *slab;

	if (p->slab_count == p->slabs_max)
		return false;
	slab = malloc((size_t)SLAB_BLOCKS * RECORD_BLOCK);
	if (!slab)
		return false;
	p->slabs[p->slab_count++] = slab;
	for (uint32_t i = SLAB_BLOCKS; i > 0; i--) {
		uint32_t number = (p->slab_count - 1) * SLAB_BLOCKS + i;

		set_link(p, number, p->block_free);
		p->block_free = number;
	}
	return true;
}

static uint32_t take_block(struct record_pool *p)
{
	uint32_t number;

	if (!p->block_free && !add_slab(p))
		return 0;
	number = p->block_free;
	p->block_free = link_of(p, number);
	set_link(p, number, 0);
	p->blocks_used++;
	return number;
}

static void release_chain(struct record_pool *p, struct record_series *s)
{
	while (s->head) {
		uint32_t next = link_of(p, s->head);

		set_link(p, s->head, p->block_free);
		p->block_free = s->head;
		p->blocks_used--;
		s->head = next;
	}
	s->tail = s->count = s->last = s->used = 0;
	s->is_open = false;
}

static bool grow(struct record_pool *p)
{
	uint32_t room = p->series_room ? 2 * p->series_room : SERIES_FIRST;
	struct record_series *grown = reallocarray(p->series, room, sizeof(*grown));

	if (!grown)
		return false;
	p->series = grown;
	p->series_room = room;
	if (!p->series_count)
		p->series[p->series_count++] = (struct record_series){ 0 };
	return true;
}

/* Series that are not in use are a list, linked by `head`. */
uint32_t record_pool_add(struct record_pool *p, const struct record_key *key)
{
	uint32_t number = p->series_free;

	if (number) {
		p->series_free = p->series[number].head;
	} else {
		if (p->series_count == p->series_room && !grow(p))
			return 0;
		number = p->series_count++;
	}
	p->series[number] = (struct record_series){ .key = *key, .in_use = true };
	return number;
}

static void release_series(struct record_pool *p, uint32_t number)
{
	p->series[number] = (struct record_series){ .head = p->series_free };
	p->series_free = number;
}

/* Append bytes to the chain; an entry may lie across two blocks. */
static bool append(struct record_pool *p, struct record_series *s, const uint8_t *bytes, size_t n)
{
	size_t left = s->tail ? PAYLOAD - s->used : 0;
	uint32_t more = n > left ? take_block(p) : 0;

	if (n > left && !more)
		return false;
	if (left) {
		size_t part = n < left ? n : left;

		memcpy(block(p, s->tail) + LINK + s->used, bytes, part);
		s->used = (uint8_t)(s->used + part);
		bytes += part;
		n -= part;
	}
	if (!more)
		return true;
	if (s->tail)
		set_link(p, s->tail, more);
	else
		s->head = more;
	s->tail = more;
	memcpy(block(p, more) + LINK, bytes, n);
	s->used = (uint8_t)n;
	return true;
}

_Static_assert(3 * VARINT_MAX <= PAYLOAD, "an entry needs one more block at most");

/* The open second is complete. */
static void close_second(struct record_pool *p, struct record_series *s)
{
	uint8_t bytes[3 * VARINT_MAX];
	size_t n;

	if (!s->is_open)
		return;
	n = varint_put(bytes, varint_fold((int64_t)s->open.at - (int64_t)s->last));
	n += varint_put(bytes + n, s->open.packets);
	n += varint_put(bytes + n, s->open.bytes);
	s->is_open = false;
	if (append(p, s, bytes, n)) {
		s->last = s->open.at;
		s->count++;
		return;
	}
	p->entries--;
	p->lost_entries++;
	p->lost_packets += s->open.packets;
}

void record_pool_second(struct record_pool *p, uint32_t series, uint32_t at, uint64_t packets, uint64_t bytes)
{
	struct record_series *s = &p->series[series];

	if (s->is_open && s->open.at == at) {
		s->open.packets += packets;
		s->open.bytes += bytes;
		return;
	}
	close_second(p, s);
	s->open = (struct record_second){ at, packets, bytes };
	s->is_open = true;
	p->first = p->entries && p->first < at ? p->first : at;
	p->last = p->entries && p->last > at ? p->last : at;
	p->entries++;
}

void record_pool_drop(struct record_pool *p, uint32_t series)
{
	struct record_series *s = &p->series[series];

	p->entries -= s->count + s->is_open;
	release_chain(p, s);
	release_series(p, series);
}

void record_pool_clear(struct record_pool *p)
{
	for (uint32_t i = 1; i < p->series_count; i++) {
		if (!p->series[i].in_use)
			continue;
		release_chain(p, &p->series[i]);
		if (p->series[i].detached)
			release_series(p, i);
	}
	p->entries = 0;
}

size_t record_pool_bytes(const struct record_pool *p)
{
	return (size_t)p->blocks_used * RECORD_BLOCK;
}

size_t record_pool_room(const struct record_pool *p)
{
	return (size_t)p->slabs_max * SLAB_BLOCKS * RECORD_BLOCK;
}

struct record_cursor record_cursor(const struct record_pool *p, uint32_t series)
{
	const struct record_series *s = &p->series[series];

	return (struct record_cursor){ .pool = p, .series = s, .block = s->head, .left = s->count, .open_done = !s->is_open };
}

static uint8_t next_byte(struct record_cursor *c)
{
	if (c->at == PAYLOAD) {
		c->block = link_of(c->pool, c->block);
		c->at = 0;
	}
	return block(c->pool, c->block)[LINK + c->at++];
}

static uint64_t next_number(struct record_cursor *c)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift < 64; shift += 7) {
		uint8_t byte = next_byte(c);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			break;
	}
	return value;
}

bool record_next(struct record_cursor *c, struct record_second *out)
{
	if (c->left) {
		c->left--;
		c->last = out->at = (uint32_t)((int64_t)c->last + varint_unfold(next_number(c)));
		out->packets = next_number(c);
		out->bytes = next_number(c);
		return true;
	}
	if (c->open_done)
		return false;
	c->open_done = true;
	*out = c->series->open;
	return true;
}
