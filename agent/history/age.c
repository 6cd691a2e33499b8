// SPDX-License-Identifier: BSD-2-Clause

/* Giving slots back: only what has been silent long, never to make room for a newcomer. */

#include "agent/history/history.h"

#include <stdlib.h>

#include "agent/history/history_kept.h"
#include "agent/history/retire.h"

static uint32_t idle(uint32_t now, uint32_t last)
{
	return now > last ? now - last : 0;
}

/* Keep a released flow's counts with its device, whose total must not fall; the device may hold one flow more again. */
static void flow_release(struct history *h, uint32_t number, const struct history_listener *l)
{
	struct history_flow *f = &h->flows[number];
	const struct iot_count sent = iot_tally_read(&slots_flow(h->table, number)->sent);
	uint32_t owner = iot_key_device(f->key);
	struct history_device *d = &h->devices[owner];

	if (l->flow_released)
		l->flow_released(l->user, number);
	if (d->known && d->generation == iot_key_generation(f->key)) {
		d->tx_packets += sent.packets;
		d->tx_bytes += sent.bytes;
		__atomic_fetch_sub(&slots_device(h->table, owner)->flows, 1, __ATOMIC_SEQ_CST);
	} else {
		h->gone_tx_packets += sent.packets;
		h->gone_tx_bytes += sent.bytes;
	}
	free(f->series);
	*f = (struct history_flow){0};
	h->flow_seen[number] = 0;
	h->stale = true;
	kept_flow_released(h, number);
	slots_flow_release(h->table, number);
}

static void device_release(struct history *h, uint32_t number, const struct history_listener *l)
{
	const struct iot_count other = iot_tally_read(&slots_device(h->table, number)->other);
	struct history_device *d = &h->devices[number];

	if (l->device_released)
		l->device_released(l->user, number);
	h->gone_tx_packets += d->tx_packets + other.packets;
	h->gone_tx_bytes += d->tx_bytes + other.bytes;
	*d = (struct history_device){0};
	h->stale = true;
	kept_device_released(h, number);
	slots_device_release(h->table, number);
}

static bool device_expired(const struct history *h, uint32_t number, uint32_t now, const struct history_ages *ages)
{
	const struct history_device *d = &h->devices[number];
	uint32_t silent = idle(now, d->last);

	if (!d->known || d->retired)
		return false;
	return silent >= ages->device_idle || (silent >= ages->stranger_idle && d->packets <= HISTORY_STRANGER_PACKETS);
}

/* A flow goes when it is old, or when its device goes. */
static bool flow_expired(const struct history *h, uint32_t number, uint32_t now, const struct history_ages *ages)
{
	const struct history_flow *f = &h->flows[number];
	const struct history_device *d = &h->devices[iot_key_device(f->key)];

	if (!f->key || f->retired)
		return false;
	return d->retired || !d->known || d->generation != iot_key_generation(f->key) ||
	       idle(now, (uint32_t)(h->flow_seen[number] >> 32)) >= ages->flow_idle;
}

/*
 * Flows are released before their device, and the device only when a whole call has passed since: a program that held the device
 * when it was retired may have claimed one more flow, which the pass before this call has seen.
 */
static void release_retired(struct history *h, const struct history_listener *l)
{
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		if (h->flows[i].retired)
			flow_release(h, i, l);
	}
	for (uint32_t i = 0; i < h->device_slots; i++) {
		if (h->devices[i].retired)
			device_release(h, i, l);
	}
}

void history_age(struct history *h, uint32_t now, const struct history_ages *ages, const struct history_listener *l)
{
	if (!h->last_pass) /* who owns what an earlier agent retired is known after the first pass */
		return;
	release_retired(h, l);
	for (uint32_t i = 0; i < h->device_slots; i++) {
		if (!device_expired(h, i, now, ages))
			continue;
		retire_device(h, i);
	}
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		if (!flow_expired(h, i, now, ages))
			continue;
		retire_flow(h, i);
	}
}
