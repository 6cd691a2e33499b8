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
	return h->devices && h->flows ? TAKE_PTR(h) : NULL;
}

void history_free(struct history *h)
{
	for (uint32_t i = 0; h->flows && i < h->flow_slots; i++)
		free(h->flows[i].series);
	free(h->flows);
	free(h->devices);
	free(h);
}

/* Take up the activity that one flow slot shows since the last pass. */
static void flow_changed(struct history *h, uint32_t number, uint64_t key, uint64_t activity, const struct history_listener *l)
{
	struct history_flow *f = &h->flows[number];

	if (f->key != key) {
		f->key = key;
		h->flows_used++;
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
	for (uint32_t b = 0; b < h->table->config.flow_buckets; b++) {
		const struct iot_flow_bucket *bucket = &h->table->flows[b];

		for (uint32_t i = 0; i < IOT_BUCKET; i++) {
			uint64_t key = IOT_LOAD(bucket->key[i]), activity;

			if (!(key & IOT_KEY_USED))
				continue;
			activity = IOT_LOAD(bucket->slot[i].activity);
			if (activity && activity != h->flows[b * IOT_BUCKET + i].activity)
				flow_changed(h, b * IOT_BUCKET + i, key, activity, l);
		}
	}
}

static void device_appeared(struct history *h, uint32_t number, uint64_t key, uint32_t now, const struct history_listener *l)
{
	struct history_device *d = &h->devices[number];

	*d = (struct history_device){.mac = key & IOT_KEY_MAC,
				     .first = now,
				     .last = now,
				     .generation = slots_device(h->table, number)->generation,
				     .known = true};
	h->devices_used++;
	if (l->device_new)
		l->device_new(l->user, number);
}

static void pass_device(struct history *h, uint32_t number, uint64_t key, uint32_t now, const struct history_listener *l)
{
	const struct iot_device *slot = slots_device(h->table, number);
	struct history_device *d = &h->devices[number];
	uint64_t head = IOT_LOAD(slot->head);

	if (slot->flags & IOT_DEVICE_IGNORED)
		return;
	if (!d->known)
		device_appeared(h, number, key, now, l);
	if (head == d->packets)
		return;
	d->packets = head;
	d->last = now;
	if (l->device_active)
		l->device_active(l->user, number);
}

static void pass_devices(struct history *h, uint32_t now, const struct history_listener *l)
{
	for (uint32_t b = 0; b < h->table->config.device_buckets; b++) {
		for (uint32_t i = 0; i < IOT_BUCKET; i++) {
			uint64_t key = IOT_LOAD(h->table->devices[b].key[i]);

			if (key & IOT_KEY_USED)
				pass_device(h, b * IOT_BUCKET + i, key, now, l);
		}
	}
}

void history_pass(struct history *h, uint32_t now, const struct history_listener *l)
{
	if (h->last_pass && now - h->last_pass > IOT_ACTIVITY_SECONDS && now > h->last_pass)
		h->missed_seconds += now - h->last_pass - IOT_ACTIVITY_SECONDS;
	pass_devices(h, now, l);
	pass_flows(h, l);
	h->last_pass = now;
}

uint32_t history_packets(struct history *h, uint32_t number, struct iot_packet *out, uint32_t room)
{
	return slots_ring_read(h->table, number, &h->devices[number].ring_next, out, room, &h->missed_packets);
}
