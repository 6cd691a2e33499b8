/* SPDX-License-Identifier: BSD-2-Clause */

/* How far a table's counts were written, kept beside it for the next agent. */

#include "agent/history/record_internal.h"

struct record_flow record_kept_flow(const struct record *r, uint32_t number)
{
	const struct history *h = r->options.history;
	const struct kept_flow *k = kept_flow(&h->kept, number, h->flows[number].key);

	if (!k)
		return (struct record_flow){ 0 };
	return (struct record_flow){ .base = k->sent, .seen_second = k->second, .seen_bits = k->bits };
}

void record_kept_device(const struct record *r, uint32_t number, struct record_device *device)
{
	const struct history *h = r->options.history;
	const struct kept_device *k = kept_device(&h->kept, number, device->mac, h->devices[number].generation);

	if (!k)
		return;
	device->received_base = k->received;
	device->other_base = k->other;
}

static void keep_flow(const struct record *r, uint32_t number)
{
	const struct history *h = r->options.history;
	const struct record_flow *f = &r->flows[r->flow_of[number]];

	if (!h->flows[number].key)
		return;
	h->kept.flows[number] = (struct kept_flow){
		.key = h->flows[number].key, .sent = f->base, .second = f->seen_second, .bits = f->seen_bits
	};
}

static void keep_device(const struct record *r, uint32_t number)
{
	const struct history *h = r->options.history;
	const struct record_device *d = &r->devices[r->device_of[number]];
	struct kept_device *k = kept_device(&h->kept, number, d->mac, h->devices[number].generation);

	if (!k)
		return;
	k->received = d->received_base;
	k->other = d->other_base;
}

void record_keep(const struct record *r)
{
	const struct history *h = r->options.history;

	if (!h->kept.head)
		return;
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		if (r->flow_of[i])
			keep_flow(r, i);
	}
	for (uint32_t i = 0; i < h->device_slots; i++) {
		if (r->device_of[i])
			keep_device(r, i);
	}
}
