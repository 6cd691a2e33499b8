/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_TABLE_H
#define BPF_TABLE_H

/*
 * The slot table: devices by MAC, flows by device and protocol. A kernel hash lookup costs more than the rest of the fast path
 * together, so both are open-addressed buckets (bpf/bucket.h) inside memory-mapped arrays.
 *
 * Lookups take no lock. Claims do: two CPUs that miss the same key while the agent frees a slot could otherwise each find a
 * different hole. Claims are rare and bounded (quota, newcomer limit), so the lock costs nothing where speed matters.
 */

#include "bpf/bucket.h"

/* Number of the key wherever it is in its buckets, or -1. */
static __always_inline int iot_search(const struct iot_keys *k, const struct iot_choice *c, __u64 key)
{
	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		__u32 m = iot_match(iot_bucket_keys(k, c, i), k->stride, key);

		if (m & IOT_FOUND)
			return (int)(iot_bucket_of(k->table, c, k->stride, i) + (m & (IOT_BUCKET - 1)));
	}
	return -1;
}

/* Number of the device with this key wherever it is, or -1. */
IOT_OUTLINE int iot_device_search(IOT_TABLE_PARAM __u64 key)
{
	IOT_TABLE_LOCAL;
	const struct iot_keys all = {t, iot_arrays_of(t).device_keys, IOT_DEVICE_STRIDE};
	struct iot_choice c = iot_choose(t, key, IOT_DEVICE_STRIDE);

	return all.all ? iot_search(&all, &c, key) : -1;
}

/* Number of the device with this key, or -1. */
static __always_inline int iot_device_find(const struct iot_table *t, __u64 key)
{
	struct iot_choice c = iot_choose(t, key, IOT_DEVICE_STRIDE);
	struct iot_arrays a = iot_arrays_of(t);
	__u32 number = iot_bucket_of(t, &c, IOT_DEVICE_STRIDE, 0) + c.slot;

	if (a.device_keys && iot_likely(IOT_LOAD(a.device_keys[iot_device_number_of(t, number)]) == key))
		return (int)number;
	return iot_device_search(IOT_TABLE_ARG(t) key);
}

/* Number of the flow with this key wherever it is, or -1. `spot`: iot_flow_spot() of its sender and protocol. */
IOT_OUTLINE int iot_flow_search(IOT_TABLE_PARAM __u64 key, __u64 spot)
{
	IOT_TABLE_LOCAL;
	struct iot_arrays a = iot_arrays_of(t);
	const struct iot_keys all = {t, a.flows ? &a.flows->key : NULL, IOT_FLOW_STRIDE};
	struct iot_choice c = iot_choose(t, spot, IOT_FLOW_STRIDE);

	return all.all ? iot_search(&all, &c, key) : -1;
}

/* Number of the flow with this key, or -1. */
static __always_inline int iot_flow_find(const struct iot_table *t, __u64 key, __u64 spot)
{
	struct iot_choice c = iot_choose(t, spot, IOT_FLOW_STRIDE);
	struct iot_arrays a = iot_arrays_of(t);
	__u32 number = iot_bucket_of(t, &c, IOT_FLOW_STRIDE, 0) + c.slot;

	if (a.flows && iot_likely(IOT_LOAD(a.flows[iot_flow_number_of(t, number)].key) == key))
		return (int)number;
	return iot_flow_search(IOT_TABLE_ARG(t) key, spot);
}

/* May a port bring one more device in this second? Counts it if so. Called under the lock. */
static __always_inline int iot_newcomer(struct iot_port *port, __u32 limit, __u32 second)
{
	__u64 seen = IOT_LOAD(port->newcomers);

	if (!limit)
		return 1;
	if (seen >> 32 != second)
		seen = (__u64)second << 32;
	if ((__u32)seen >= limit)
		return 0;
	IOT_STORE(port->newcomers, seen + 1);
	return 1;
}

/* Cheap refusal before taking the lock, so that a flood of addresses does not serialise the CPUs. */
static __always_inline int iot_flooded(const struct iot_port *port, __u32 limit, __u32 second)
{
	__u64 seen = IOT_LOAD(port->newcomers);

	return limit && seen >> 32 == second && (__u32)seen >= limit;
}

/* Tell the agent that there is a new key to look for. */
static __always_inline void iot_claimed(const struct iot_table *t)
{
	struct iot_counters *c = iot_counters_of(t);

	if (c)
		__sync_fetch_and_add(&c->claims, 1);
}

/* The number of the slot at a place that iot_place() named. */
static __always_inline __u32 iot_number_at(const struct iot_keys *k, const struct iot_choice *c, int place)
{
	return iot_bucket_of(k->table, c, k->stride, (__u32)place >> 4) + ((__u32)place & (IOT_BUCKET - 1));
}

/* Under the lock; returns the device's number or -reason. */
static __always_inline int iot_device_claim_locked(const struct iot_table *t, const struct iot_choice *c,
						   const struct iot_arrays *a, __u64 key, struct iot_port *port,
						   struct iot_clock now)
{
	const struct iot_keys all = {t, a->device_keys, IOT_DEVICE_STRIDE};
	int place = iot_place(&all, c, key);
	__u32 number = iot_number_at(&all, c, place);
	__u64 at = iot_device_number_of(t, number);

	if (place >= 0 && place & IOT_FOUND)
		return (int)number;
	if (!iot_newcomer(port, IOT_CONFIG(t, newcomers), now.second))
		return -IOT_SKIP_RATE;
	if (place < 0)
		return -IOT_SKIP_FULL;
	a->devices[at].born_ms = now.ms;
	(void)__sync_lock_test_and_set(&a->device_keys[at], key);
	return (int)number;
}

/* Claim a device slot; returns its number or -reason. Another CPU may have claimed it just before. */
IOT_OUTLINE int iot_device_claim(IOT_TABLE_PARAM __u64 key, __u32 port_line, __u32 second, __u32 ms)
{
	IOT_TABLE_LOCAL;
	struct iot_choice c = iot_choose(t, key, IOT_DEVICE_STRIDE);
	struct iot_clock now = {.second = second, .ms = ms};
	struct iot_port *port = iot_port_line(t, port_line);
	struct iot_arrays a = iot_arrays_of(t);
	int r;

	if (!port || !a.devices)
		return -IOT_SKIP_FULL;
	if (iot_flooded(port, IOT_CONFIG(t, newcomers), second))
		return -IOT_SKIP_RATE;
	IOT_LOCK(t, -IOT_SKIP_FULL);
	r = iot_device_claim_locked(t, &c, &a, key, port, now);
	IOT_UNLOCK(t);
	if (r >= 0)
		iot_claimed(t);
	return r;
}

/* Under the lock; returns the flow's number or -reason. */
static __always_inline int iot_flow_claim_locked(const struct iot_table *t, const struct iot_choice *c, struct iot_flow *flows,
						 __u64 key, struct iot_device *device, __u32 second)
{
	const struct iot_keys all = {t, &flows->key, IOT_FLOW_STRIDE};
	int place = iot_place(&all, c, key);
	__u32 number = iot_number_at(&all, c, place);
	struct iot_flow *flow = &flows[iot_flow_number_of(t, number)];

	if (place >= 0 && place & IOT_FOUND)
		return (int)number;
	if (IOT_LOAD(device->flows) >= IOT_CONFIG(t, device_flows))
		return -IOT_FLOW_QUOTA;
	if (place < 0)
		return -IOT_FLOW_FULL;
	flow->born = second;
	(void)__sync_lock_test_and_set(&flow->key, key);
	__sync_fetch_and_add(&device->flows, 1);
	return (int)number;
}

/* Claim a flow slot for the device in slot `number`; returns the flow's number or -reason. */
IOT_OUTLINE int iot_flow_claim(IOT_TABLE_PARAM __u64 key, __u64 spot, __u32 number, __u32 second)
{
	IOT_TABLE_LOCAL;
	struct iot_choice c = iot_choose(t, spot, IOT_FLOW_STRIDE);
	struct iot_arrays a = iot_arrays_of(t);
	struct iot_device *device;
	int r;

	if (!a.devices)
		return -IOT_FLOW_FULL;
	device = &a.devices[iot_device_number_of(t, number)];
	if (IOT_LOAD(device->flows) >= IOT_CONFIG(t, device_flows))
		return -IOT_FLOW_QUOTA;
	IOT_LOCK(t, -IOT_FLOW_FULL);
	r = iot_flow_claim_locked(t, &c, a.flows, key, device, second);
	IOT_UNLOCK(t);
	if (r >= 0)
		iot_claimed(t);
	return r;
}

/* Add to what this CPU saw at a port: only a real-time kernel lets somebody else on it come between. */
static __always_inline void iot_count_add(const struct iot_table *t, struct iot_count *c, __u64 packets, __u64 bytes)
{
	if (IOT_CONFIG(t, realtime)) {
		__sync_fetch_and_add(&c->packets, packets);
		__sync_fetch_and_add(&c->bytes, bytes);
		return;
	}
	IOT_STORE(c->packets, c->packets + packets);
	IOT_STORE(c->bytes, c->bytes + bytes);
}

/* The line of a hooked interface: `ifindex` modulo the table, or one of the next three. The agent registers it before it attaches. */
static __always_inline struct iot_port *iot_port_find(const struct iot_table *t, __u32 ifindex, __u32 *line)
{
	for (__u32 i = 0; i < 4; i++) {
		struct iot_port *p;

		*line = (ifindex + i) & (IOT_PORTS - 1);
		p = iot_port_line(t, *line);
		if (p && IOT_LOAD(p->ifindex) == ifindex)
			return p;
	}
	return NULL;
}

#endif
