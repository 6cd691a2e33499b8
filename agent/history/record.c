/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/record_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FULL_SHARE 4 /* a quarter of the memory is in use when it is time to write; the rest is for a disk that refuses */

static int list_init(struct record_list *l, uint32_t slots)
{
	l->numbers = calloc(slots, sizeof(*l->numbers));
	l->flags = calloc(slots, 1);
	return l->numbers && l->flags ? 0 : -ENOMEM;
}

static void list_free(struct record_list *l)
{
	free(l->numbers);
	free(l->flags);
}

int record_new(struct record **record, const struct record_options *options)
{
	_cleanup_(record_free_p) struct record *r = calloc(1, sizeof(*r));
	uint32_t flows = options->history->flow_slots, devices = options->history->device_slots;

	if (!r)
		return -ENOMEM;
	r->options = *options;
	r->flow_of = calloc(flows, sizeof(*r->flow_of));
	r->device_of = calloc(devices, sizeof(*r->device_of));
	if (!r->flow_of || !r->device_of || list_init(&r->flow_list, flows) < 0 || list_init(&r->device_list, devices) < 0)
		return -ENOMEM;
	if (record_pool_init(&r->pool, options->bytes ? options->bytes : RECORD_BYTES) < 0)
		return -ENOMEM;
	*record = TAKE_PTR(r);
	return 0;
}

void record_free(struct record *r)
{
	record_pool_free(&r->pool);
	record_spans_free(&r->functions);
	record_spans_free(&r->periods);
	list_free(&r->flow_list);
	list_free(&r->device_list);
	free(r->flow_of);
	free(r->device_of);
	free(r->flows);
	free(r->devices);
	free(r);
}

/* One more at the end of a list whose number 0 means none; 0 when memory is short. */
static uint32_t one_more(void *list, uint32_t *count, uint32_t *room, size_t size)
{
	uint32_t wanted = *room ? 2 * *room : 64;
	void *grown;

	if (*count + 1 >= *room) {
		grown = reallocarray(*(void **)list, wanted, size);
		if (!grown)
			return 0;
		*(void **)list = grown;
		*room = wanted;
	}
	return ++*count;
}

struct record_flow *record_flow_state(struct record *r, uint32_t number)
{
	if (r->flow_of[number])
		return &r->flows[r->flow_of[number]];
	if (r->flow_free) {
		r->flow_of[number] = r->flow_free;
		r->flow_free = r->flows[r->flow_free].series;
	} else {
		r->flow_of[number] = one_more(&r->flows, &r->flow_count, &r->flow_room, sizeof(*r->flows));
	}
	if (!r->flow_of[number])
		return NULL;
	r->flows[r->flow_of[number]] = record_kept_flow(r, number);
	return &r->flows[r->flow_of[number]];
}

static void flow_state_release(struct record *r, uint32_t number)
{
	uint32_t index = r->flow_of[number];

	r->flows[index] = (struct record_flow){ .series = r->flow_free };
	r->flow_free = index;
	r->flow_of[number] = 0;
}

static uint32_t free_device(const struct record *r)
{
	for (uint32_t i = 1; i <= r->device_count; i++) {
		if (!r->devices[i].in_use)
			return i;
	}
	return 0;
}

struct record_device *record_device_state(struct record *r, uint32_t number)
{
	uint32_t index = r->device_of[number];

	if (index)
		return &r->devices[index];
	index = free_device(r);
	if (!index)
		index = one_more(&r->devices, &r->device_count, &r->device_room, sizeof(*r->devices));
	if (!index)
		return NULL;
	r->device_of[number] = index;
	r->devices[index] = (struct record_device){ .mac = r->options.history->devices[number].mac,
						    .first = r->options.history->devices[number].first,
						    .in_use = true };
	record_kept_device(r, number, &r->devices[index]);
	return &r->devices[index];
}

static void detach(struct record *r, uint32_t series)
{
	if (series)
		r->pool.series[series].detached = true;
}

void record_flow_released(struct record *r, uint32_t flow)
{
	record_look_at_flow(r, flow, r->last.second);
	if (!r->flow_of[flow])
		return;
	detach(r, r->flows[r->flow_of[flow]].series);
	flow_state_release(r, flow);
}

/* Addresses that somebody makes up come by the thousand and send next to nothing: they would push out what is worth keeping. */
static void drop_stranger(struct record *r, uint64_t mac)
{
	for (uint32_t i = 1; i < r->pool.series_count; i++) {
		const struct record_series *s = &r->pool.series[i];

		if (s->in_use && s->detached && s->key.mac == mac)
			record_pool_drop(&r->pool, i);
	}
	r->strangers++;
}

void record_device_released(struct record *r, uint32_t device, int64_t at_us)
{
	const struct history_device *h = &r->options.history->devices[device];
	uint32_t index = r->device_of[device];
	struct record_device *d;

	record_device_ends(r, h->mac, at_us);
	if (!index)
		return;
	d = &r->devices[index];
	record_look_at_device(r, device, r->last.second, r->last.second);
	detach(r, d->received);
	detach(r, d->other);
	d->detached = true;
	r->device_of[device] = 0;
	if (!r->options.live || h->packets > HISTORY_STRANGER_PACKETS)
		return;
	drop_stranger(r, h->mac);
	*d = (struct record_device){ 0 };
}

void record_type(struct record *r, uint32_t device, const char *label, float p, bool owner)
{
	struct record_device *d = record_device_state(r, device);

	if (!d)
		return;
	snprintf(d->label, sizeof(d->label), "%s", label ? label : "");
	d->label_p = p;
	d->owner = owner;
	d->typed = d->changed = true;
}

bool record_is_full(const struct record *r)
{
	return record_pool_bytes(&r->pool) > record_pool_room(&r->pool) / FULL_SHARE || r->functions.count > RECORD_SPANS / 2 ||
	       r->periods.count > RECORD_SPANS / 2;
}

void record_written(struct record *r)
{
	record_pool_clear(&r->pool);
	record_spans_written(&r->functions);
	record_spans_written(&r->periods);
	for (uint32_t i = 1; i <= r->device_count; i++) {
		struct record_device *d = &r->devices[i];

		d->tx = d->rx = (struct iot_count){ 0 };
		d->changed = false;
		if (d->detached)
			*d = (struct record_device){ 0 };
	}
}

struct record_counts record_counts(const struct record *r)
{
	return (struct record_counts){
		.entries = r->pool.entries,
		.bytes = record_pool_bytes(&r->pool),
		.lost_entries = r->pool.lost_entries,
		.lost_spans = r->functions.lost + r->periods.lost,
		.strangers = r->strangers,
	};
}
