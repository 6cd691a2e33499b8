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
	h->line_list = calloc(h->flow_slots / HISTORY_LINE, sizeof(*h->line_list));
	h->flow_seen = calloc(h->flow_slots, sizeof(*h->flow_seen));
	if (!h->devices || !h->flows || !h->device_list || !h->flow_list || !h->line_list || !h->flow_seen)
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
	free(h->line_list);
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

/* Has a word of the line that begins at `first` changed? Plain loads, which the compiler can join: what they miss is seen next time. */
static bool line_changed(const struct history *h, uint32_t first)
{
	const uint64_t *now = (const uint64_t *)&h->table->arrays.activity[first], *seen = &h->flow_seen[first];
	uint64_t changed = 0;

	for (uint32_t i = 0; i < HISTORY_LINE; i++)
		changed |= now[i] ^ seen[i];
	return changed;
}

static void pass_line(struct history *h, uint32_t first, const struct history_listener *l)
{
	for (uint32_t number = first; number < first + HISTORY_LINE; number++) {
		uint64_t activity = slots_flow_activity(h->table, number);

		/* A slot that is not in the list yet may have begun already. */
		if (activity == h->flow_seen[number] || !h->flows[number].key)
			continue;
		h->flow_seen[number] = activity;
		flow_changed(h, number, activity, l);
	}
}

static void pass_flows(struct history *h, const struct history_listener *l)
{
	for (uint32_t i = 0; i < h->lines_used; i++)
		if (line_changed(h, h->line_list[i]))
			pass_line(h, h->line_list[i], l);
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
	h->flows_used = h->lines_used = 0;
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		uint64_t key = slots_flow_key(h->table, i);
		uint32_t first = i & ~(HISTORY_LINE - 1);

		if (!(key & IOT_KEY_USED))
			continue;
		h->flows[i].key = key;
		h->flow_list[h->flows_used++] = i;
		if (!h->lines_used || h->line_list[h->lines_used - 1] != first)
			h->line_list[h->lines_used++] = first;
	}
}

/* Only a claim makes a new key, so the keys need be read only when claims were counted, or slots released. */
static void list_slots(struct history *h, uint32_t now, const struct history_listener *l)
{
	uint64_t claims = __atomic_load_n((const uint64_t *)&h->table->counters->claims, __ATOMIC_ACQUIRE);

	if (claims == h->claims && !h->stale && h->last_pass)
		return;
	h->claims = claims;
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
