// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/history.h"

#include <stdlib.h>
#include <string.h>

#include "agent/history/history_kept.h"

struct history *history_new(const struct iot_table *table)
{
	_cleanup_(history_free_p) struct history *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->table = table;
	h->device_slots = slots_device_slots(table);
	h->flow_slots = slots_flow_slots(table);
	h->devices = calloc(h->device_slots, sizeof(*h->devices));
	h->flows = calloc(h->flow_slots, sizeof(*h->flows));
	h->device_list = calloc(h->device_slots, sizeof(*h->device_list));
	h->flow_list = calloc(h->flow_slots, sizeof(*h->flow_list));
	h->block_list = calloc(h->flow_slots / HISTORY_BLOCK, sizeof(*h->block_list));
	h->block_seen = calloc(h->flow_slots / HISTORY_BLOCK, sizeof(*h->block_seen));
	h->flow_seen = calloc(h->flow_slots, sizeof(*h->flow_seen));
	if (!h->devices || !h->flows || !h->device_list || !h->flow_list || !h->block_list || !h->block_seen || !h->flow_seen)
		return NULL;
	return TAKE_PTR(h);
}

void history_free(struct history *h)
{
	for (uint32_t i = 0; h->flows && i < h->flow_slots; i++)
		free(h->flows[i].series);
	free(h->flows);
	free(h->devices);
	free(h->flow_list);
	free(h->flow_seen);
	free(h->block_list);
	free(h->block_seen);
	free(h->device_list);
	free(h);
}

/* Take up the activity that one flow slot shows since the last pass. */
static void flow_changed(struct history *h, uint32_t number, uint64_t activity, const struct history_listener *l)
{
	struct history_flow *f = &h->flows[number];

	if (!f->series) {
		f->series = series_new();
		h->no_memory += !f->series;
	}
	if (f->series)
		f->active_seconds += series_mark(f->series, (uint32_t)(activity >> 32), (uint32_t)activity);
	if (l->flow_active)
		l->flow_active(l->user, number);
}

/*
 * Sum of the activity words of the block that begins at `first`. A word only grows (a later second, or more bits of the same), so the sum
 * changes whenever one of them does. Plain loads, which the compiler can join: what they miss is seen next time.
 */
static uint64_t block_sum(const struct history *h, uint32_t first)
{
	const uint64_t *words = (const uint64_t *)&h->table->arrays.activity[first];
	uint64_t sum = 0;

	for (uint32_t i = 0; i < HISTORY_BLOCK; i++)
		sum += words[i];
	return sum;
}

static void pass_block(struct history *h, uint32_t first, const struct history_listener *l)
{
	for (uint32_t number = first; number < first + HISTORY_BLOCK; number++) {
		uint64_t activity = slots_flow_activity(h->table, number);

		/* A slot that is not in the list yet may have begun already. */
		if (activity == h->flow_seen[number] || !h->flows[number].key)
			continue;
		h->flow_seen[number] = activity;
		flow_changed(h, number, activity, l);
	}
}

#define FETCH_AHEAD 8 /* blocks */

/* The words are in no cache when a pass begins. Past the last block there is nothing to fetch, and no harm in asking. */
static void fetch_ahead(const struct history *h, uint32_t first)
{
	const __u64 *words = h->table->arrays.activity + first + FETCH_AHEAD * HISTORY_BLOCK;

	__builtin_prefetch(words);
	__builtin_prefetch(words + HISTORY_BLOCK / 2);
}

static void pass_flows(struct history *h, const struct history_listener *l)
{
	for (uint32_t i = 0; i < h->blocks_used; i++) {
		uint32_t first = h->block_list[i];
		uint64_t sum = block_sum(h, first);

		fetch_ahead(h, first);
		if (sum == h->block_seen[first / HISTORY_BLOCK])
			continue;
		h->block_seen[first / HISTORY_BLOCK] = sum;
		pass_block(h, first, l);
	}
}

static void device_appeared(struct history *h, uint32_t number, uint64_t key, uint32_t now, const struct history_listener *l)
{
	struct history_device *d = &h->devices[number];

	*d = (struct history_device){ .mac = key & IOT_KEY_MAC,
				      .first = now,
				      .last = now,
				      .generation = (uint16_t)slots_device_generation(h->table, number),
				      .known = true };
	kept_device_appeared(h, number);
	if (l->device_new)
		l->device_new(l->user, number);
}

static void pass_devices(struct history *h, uint32_t now, const struct history_listener *l)
{
	for (uint32_t i = 0; i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];
		struct history_device *d = &h->devices[number];
		uint64_t head = IOT_LOAD(slots_device(h->table, number)->head);

		if (head == d->packets)
			continue;
		d->packets = head;
		d->last = now;
		if (l->device_active)
			l->device_active(l->user, number);
	}
}

static void list_devices(struct history *h, uint32_t now, const struct history_listener *l)
{
	h->devices_used = 0;
	for (uint32_t i = 0; i < h->device_slots; i++) {
		uint64_t key = slots_device_key(h->table, i);

		if (!(key & IOT_KEY_USED) || slots_device_ignored(h->table, i))
			continue;
		h->device_list[h->devices_used++] = i;
		if (!h->devices[i].known)
			device_appeared(h, i, key, now, l);
	}
}

static void list_flows(struct history *h)
{
	h->flows_used = h->blocks_used = 0;
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		uint64_t key = slots_flow_key(h->table, i);
		uint32_t first = i & ~(HISTORY_BLOCK - 1);

		if (!(key & IOT_KEY_USED))
			continue;
		/* It may have begun before it was listed, and its word be in the block's sum: look again. */
		if (h->flows[i].key != key)
			h->block_seen[i / HISTORY_BLOCK] = 0;
		h->flows[i].key = key;
		h->flow_list[h->flows_used++] = i;
		if (!h->blocks_used || h->block_list[h->blocks_used - 1] != first)
			h->block_list[h->blocks_used++] = first;
	}
}

static uint64_t count_claims(const struct history *h)
{
	return __atomic_load_n((const uint64_t *)&h->table->counters->claims, __ATOMIC_ACQUIRE);
}

void history_look(struct history *h, uint32_t now, const struct history_listener *l)
{
	uint64_t claims = count_claims(h);

	if (claims == h->device_claims)
		return;
	h->device_claims = claims;
	list_devices(h, now, l);
}

/* Only a claim makes a new key, so the keys need be read only when claims were counted, or slots released. */
static void list_slots(struct history *h, uint32_t now, const struct history_listener *l)
{
	uint64_t claims = count_claims(h);

	if (claims == h->claims && !h->stale && h->last_pass)
		return;
	h->claims = h->device_claims = claims;
	h->stale = false;
	list_devices(h, now, l);
	list_flows(h);
}

void history_pass(struct history *h, uint32_t now, const struct history_listener *l)
{
	list_slots(h, now, l);
	pass_devices(h, now, l);
	pass_flows(h, l);
	kept_pass(h);
	h->last_pass = now;
}

uint32_t history_packets(struct history *h, uint32_t number, struct iot_packet *out, uint32_t room)
{
	return slots_ring_read(h->table, number, &h->devices[number].ring_next, out, room, &h->missed_packets);
}
