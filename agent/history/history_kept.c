// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/history_kept.h"

/* A flow's slot that an agent had marked dead when it ended. */
static void resume_flow(struct history *h, uint32_t number)
{
	uint64_t key = h->kept.flows[number].key;

	if (slots_flow_key(h->table, number) != IOT_KEY_DEAD)
		return;
	if (key & IOT_KEY_USED && iot_key_device(key) < h->device_slots)
		h->flows[number] = (struct history_flow){ .key = key, .retired = true };
	else
		slots_flow_release(h->table, number);
}

static void take_up(struct history_device *d, const struct kept_device *k)
{
	d->first = k->first;
	d->last = k->last;
	d->packets = k->packets;
	d->ring_next = k->ring_next;
	d->tx_packets = k->released.packets;
	d->tx_bytes = k->released.bytes;
	d->gone = k->gone;
}

static void resume_device(struct history *h, uint32_t number)
{
	const struct kept_device *k = &h->kept.devices[number];
	struct history_device *d = &h->devices[number];

	if (slots_device_key(h->table, number) != IOT_KEY_DEAD)
		return;
	if (!k->mac || k->generation != slots_device_generation(h->table, number)) {
		slots_device_release(h->table, number);
		return;
	}
	*d = (struct history_device){ .mac = k->mac, .generation = k->generation, .known = true, .retired = true };
	take_up(d, k);
}

void history_keep(struct history *h, const struct kept *kept)
{
	h->kept = *kept;
	if (!kept->head)
		return;
	for (uint32_t i = 0; i < h->flow_slots; i++)
		resume_flow(h, i);
	for (uint32_t i = 0; i < h->device_slots; i++)
		resume_device(h, i);
}

static bool differs(struct iot_count a, struct iot_count b)
{
	return a.packets != b.packets || a.bytes != b.bytes;
}

/* Did the history not get all that was counted? Then the device is as good as active now. */
static bool has_more(const struct history *h, uint32_t number, const struct kept_device *k)
{
	const struct iot_device *slot = slots_device(h->table, number);

	return h->kept.head->recorded && (differs(iot_tally_read(&slot->received), k->received) || differs(iot_tally_read(&slot->other), k->other));
}

void kept_device_appeared(struct history *h, uint32_t number)
{
	struct history_device *d = &h->devices[number];
	const struct kept_device *k = kept_device(&h->kept, number, d->mac, d->generation);
	uint64_t head = IOT_LOAD(slots_device(h->table, number)->head);

	if (!h->kept.head)
		return;
	if (!k) {
		h->kept.devices[number] = (struct kept_device){ .mac = d->mac, .generation = d->generation };
		return;
	}
	take_up(d, k);
	if (has_more(h, number, k))
		d->packets = 0;
	if (!d->ring_next && head > IOT_RING) /* nobody wanted its packets so far, so none is missed */
		d->ring_next = head - IOT_RING;
	if (d->ring_next > head) /* it cannot be: an entry half written */
		d->ring_next = head;
}

static void keep_device(const struct history *h, uint32_t number)
{
	const struct history_device *d = &h->devices[number];
	struct kept_device *k = kept_device(&h->kept, number, d->mac, d->generation);

	if (!k)
		return;
	k->first = d->first;
	k->last = d->last;
	k->packets = d->packets;
	k->ring_next = d->ring_next;
	k->released = (struct iot_count){ d->tx_packets, d->tx_bytes };
	k->gone = d->gone;
}

void kept_pass(const struct history *h)
{
	for (uint32_t i = 0; h->kept.head && i < h->devices_used; i++)
		keep_device(h, h->device_list[i]);
}

void kept_flow_retires(const struct history *h, uint32_t number)
{
	if (h->kept.head && h->kept.flows[number].key != h->flows[number].key)
		h->kept.flows[number] = (struct kept_flow){ .key = h->flows[number].key };
}

void kept_flow_released(const struct history *h, uint32_t number)
{
	if (h->kept.head)
		h->kept.flows[number] = (struct kept_flow){ 0 };
}

void kept_device_released(const struct history *h, uint32_t number)
{
	if (h->kept.head)
		h->kept.devices[number] = (struct kept_device){ 0 };
}
