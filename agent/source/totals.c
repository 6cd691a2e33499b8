// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/totals.h"

#include <stdbool.h>

#define BEHIND_MS 31000 /* packets of a ring may be that much older than the newest */
#define ROUND_MS (INT64_C(1) << 32)

/* The time that is `ms` modulo 2^32 and at least, or at most, the given one; milliseconds. */
static int64_t at_least(uint32_t ms, int64_t bound)
{
	return bound + (uint32_t)(ms - (uint32_t)bound);
}

static int64_t at_most(uint32_t ms, int64_t bound)
{
	int64_t t = bound - (uint32_t)((uint32_t)bound - ms);

	return t < 0 ? t + ROUND_MS : t;
}

/* Seconds in which a device's flows were claimed and last sent; all that is known beyond 32 bits of milliseconds. */
static void add_flow(const struct iot_table *t, uint32_t number, struct device_totals *out)
{
	uint64_t key = slots_flow_key(t, number);
	uint32_t device = iot_key_device(key);
	const struct iot_flow *flow = slots_flow(t, number);
	int64_t born = (int64_t)IOT_LOAD(flow->born) * 1000, active = (int64_t)(slots_flow_activity(t, number) >> 32) * 1000;
	struct device_totals *o = &out[device];
	struct iot_count sent = iot_tally_read(&flow->sent);

	if (!(key & IOT_KEY_USED) || device >= slots_device_slots(t) || !o->mac ||
	    iot_key_generation(key) != slots_device_generation(t, device))
		return;
	o->tx_packets += sent.packets;
	o->tx_bytes += sent.bytes;
	if (o->first_us < 0 || born < o->first_us)
		o->first_us = born;
	if (active > o->last_us)
		o->last_us = active;
}

static void add_device(const struct iot_table *t, uint32_t number, struct device_totals *o)
{
	uint64_t key = slots_device_key(t, number);
	const struct iot_device *device = slots_device(t, number);

	*o = (struct device_totals){.first_us = -1, .last_us = -1};
	if (!(key & IOT_KEY_USED) || slots_device_ignored(t, number))
		return;
	o->mac = key & IOT_KEY_MAC;
	o->tx_packets = iot_tally_read(&device->other).packets;
	o->tx_bytes = iot_tally_read(&device->other).bytes;
	o->rx_packets = iot_tally_read(&device->received).packets;
	o->rx_bytes = iot_tally_read(&device->received).bytes;
}

/*
 * Earliest and latest millisecond among the claim and the packets still in the ring, relative to the claim: captures of several CPUs are
 * a little out of order. Without a full lap the oldest packets are there too.
 */
static void ring_times(const struct iot_table *t, uint32_t number, uint32_t *first, uint32_t *last)
{
	const struct iot_device *device = slots_device(t, number);
	uint64_t head = IOT_LOAD(device->head), at = head > IOT_RING ? head - IOT_RING : 0;
	bool newest = false;

	*first = *last = IOT_LOAD(device->born_ms);
	for (; at < head; at++) {
		uint32_t ms = IOT_LOAD(t->rings[number].packet[at % IOT_RING].ms);

		if (head <= IOT_RING && (int32_t)(ms - *first) < 0)
			*first = ms;
		if (!newest || (int32_t)(ms - *last) > 0)
			*last = ms;
		newest = true;
	}
}

/* Turn the seconds of the flows (here in milliseconds, -1 without any) into the times of the device. */
static void set_times(const struct iot_table *t, uint32_t number, int64_t begin_us, int64_t end_us, struct device_totals *o)
{
	int64_t first = o->first_us, last = o->last_us;
	uint32_t first_ms, last_ms;

	ring_times(t, number, &first_ms, &last_ms);
	o->first_us = 1000 * (first < 0 ? at_least(first_ms, begin_us / 1000 - BEHIND_MS) : at_most(first_ms, first + 999));
	o->last_us = 1000 * (last < 0 ? at_most(last_ms, end_us / 1000) : at_least(last_ms, last - BEHIND_MS));
}

void totals_collect(const struct iot_table *t, int64_t begin_us, int64_t end_us, struct device_totals *out)
{
	uint32_t devices = slots_device_slots(t), flows = slots_flow_slots(t);

	for (uint32_t i = 0; i < devices; i++)
		add_device(t, i, &out[i]);
	for (uint32_t i = 0; i < flows; i++)
		add_flow(t, i, out);
	for (uint32_t i = 0; i < devices; i++)
		if (out[i].mac)
			set_times(t, i, begin_us, end_us, &out[i]);
}
