// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/history.h"

#include <stdlib.h>
#include <string.h>

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
	h->flow_word = calloc(h->flow_slots, sizeof(*h->flow_word));
	h->flow_seen = calloc(h->flow_slots, sizeof(*h->flow_seen));
	if (!h->devices || !h->flows || !h->device_list || !h->flow_list || !h->flow_word || !h->flow_seen)
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
	free(h->flow_word);
	free(h->flow_seen);
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
	f->activity = activity;
	if (f->series)
		f->active_seconds += series_mark(f->series, (uint32_t)(activity >> 32), (uint32_t)activity);
	if (l->flow_active)
		l->flow_active(l->user, number);
}

static void pass_flows(struct history *h, const struct history_listener *l)
{
	for (uint32_t i = 0; i < h->flows_used; i++) {
		uint64_t activity = IOT_LOAD(*h->flow_word[i]);

		if (activity == h->flow_seen[i])
			continue;
		h->flow_seen[i] = activity;
		flow_changed(h, h->flow_list[i], activity, l);
	}
}

static void device_appeared(struct history *h, uint32_t number, uint64_t key, uint32_t now, const struct history_listener *l)
{
	struct history_device *d = &h->devices[number];

	*d = (struct history_device){ .mac = key & IOT_KEY_MAC,
				      .first = now,
				      .last = now,
				      .generation = slots_device(h->table, number)->generation,
				      .known = true };
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

		if (!(key & IOT_KEY_USED) || slots_device(h->table, i)->flags & IOT_DEVICE_IGNORED)
			continue;
		h->device_list[h->devices_used++] = i;
		if (!h->devices[i].known)
			device_appeared(h, i, key, now, l);
	}
}

static void list_flows(struct history *h)
{
	h->flows_used = 0;
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		uint64_t key = slots_flow_key(h->table, i);

		if (!(key & IOT_KEY_USED))
			continue;
		h->flows[i].key = key;
		h->flow_word[h->flows_used] = (const uint64_t *)&slots_flow(h->table, i)->activity;
		h->flow_seen[h->flows_used] = h->flows[i].activity;
		h->flow_list[h->flows_used++] = i;
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
	h->last_pass = now;
}

uint32_t history_packets(struct history *h, uint32_t number, struct iot_packet *out, uint32_t room)
{
	return slots_ring_read(h->table, number, &h->devices[number].ring_next, out, room, &h->missed_packets);
}
