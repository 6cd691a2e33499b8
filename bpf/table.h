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

static __always_inline struct iot_device *iot_device_at(const struct iot_table *t, __u32 number)
{
	struct iot_device_bucket *b = iot_device_bucket(t, number / IOT_BUCKET);

	if (!b)
		return NULL;
	IOT_OPAQUE(b); /* or the compiler computes the address before the check, which the verifier forbids */
	return &b->slot[number & (IOT_BUCKET - 1)];
}

static __always_inline struct iot_flow *iot_flow_at(const struct iot_table *t, __u32 number)
{
	struct iot_flow_bucket *b = iot_flow_bucket(t, number / IOT_BUCKET);

	if (!b)
		return NULL;
	IOT_OPAQUE(b); /* or the compiler computes the address before the check, which the verifier forbids */
	return &b->slot[number & (IOT_BUCKET - 1)];
}

/* Number of the device with this key wherever it is, or -1. */
IOT_OUTLINE int iot_device_search(IOT_TABLE_PARAM __u64 key)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, device_buckets));

	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		__u32 bucket = iot_choice_bucket(&c, i), m;
		struct iot_device_bucket *b = iot_device_bucket(t, bucket);

		m = b ? iot_match(b->key, key) : 0;
		if (m & IOT_FOUND)
			return (int)(bucket * IOT_BUCKET + (m & (IOT_BUCKET - 1)));
	}
	return -1;
}

/* Number of the device with this key, or -1. */
static __always_inline int iot_device_find(const struct iot_table *t, __u64 key)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, device_buckets));
	struct iot_device_bucket *b = iot_device_bucket(t, c.base);

	if (b && iot_likely(IOT_LOAD(b->key[c.slot]) == key))
		return (int)(c.base * IOT_BUCKET + c.slot);
	return iot_device_search(IOT_TABLE_ARG(t) key);
}

/* Number of the flow with this key wherever it is, or -1. */
IOT_OUTLINE int iot_flow_search(IOT_TABLE_PARAM __u64 key)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, flow_buckets));

	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		__u32 bucket = iot_choice_bucket(&c, i), m;
		struct iot_flow_bucket *b = iot_flow_bucket(t, bucket);

		m = b ? iot_match(b->key, key) : 0;
		if (m & IOT_FOUND)
			return (int)(bucket * IOT_BUCKET + (m & (IOT_BUCKET - 1)));
	}
	return -1;
}

/* The flow with this key if it is in its preferred slot, else NULL. */
static __always_inline struct iot_flow *iot_flow_find(const struct iot_table *t, __u64 key)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, flow_buckets));
	struct iot_flow_bucket *b = iot_flow_bucket(t, c.base);

	return b && IOT_LOAD(b->key[c.slot]) == key ? &b->slot[c.slot] : NULL;
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

/* Under the lock; returns the device's number or -reason. */
static __always_inline int iot_device_claim_locked(const struct iot_lines *lines, const struct iot_choice *c, __u64 key,
						   struct iot_port *port, __u32 limit, struct iot_clock now)
{
	int place = iot_place(lines, key, c->slot);
	__u32 slot = (__u32)place & (IOT_BUCKET - 1);

	if (place < 0 || !(place & IOT_FOUND)) {
		if (!iot_newcomer(port, limit, now.second))
			return -IOT_SKIP_RATE;
		if (place < 0)
			return -IOT_SKIP_FULL;
		for (__u32 i = 0; i < IOT_CHOICES; i++) {
			struct iot_device_bucket *b = (struct iot_device_bucket *)lines->key[i];

			if (i != (__u32)place >> 4)
				continue;
			b->slot[slot].born_ms = now.ms;
			(void)__sync_lock_test_and_set(&b->key[slot], key);
		}
	}
	return (int)(iot_choice_bucket(c, (__u32)place >> 4) * IOT_BUCKET + slot);
}

/* Claim a device slot; returns its number or -reason. Another CPU may have claimed it just before. */
IOT_OUTLINE int iot_device_claim(IOT_TABLE_PARAM __u64 key, __u32 port_line, __u32 second, __u32 ms)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, device_buckets));
	struct iot_port *port = iot_port_line(t, port_line);
	struct iot_clock now = {.second = second, .ms = ms};
	__u32 limit = IOT_CONFIG(t, newcomers);
	struct iot_lines lines;
	int r;

	if (!port)
		return -IOT_SKIP_FULL;
	if (iot_flooded(port, limit, second))
		return -IOT_SKIP_RATE;
	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		struct iot_device_bucket *b = iot_device_bucket(t, iot_choice_bucket(&c, i));

		if (!b)
			return -IOT_SKIP_FULL;
		lines.key[i] = b->key;
	}
	IOT_LOCK(t, -IOT_SKIP_FULL);
	r = iot_device_claim_locked(&lines, &c, key, port, limit, now);
	IOT_UNLOCK(t);
	if (r >= 0)
		iot_claimed(IOT_TABLE_HERE(t));
	return r;
}

/* Under the lock; returns the flow's number or -reason. */
static __always_inline int iot_flow_claim_locked(const struct iot_lines *lines, const struct iot_choice *c, __u64 key,
						 struct iot_device *device, __u32 quota, __u32 now)
{
	int place = iot_place(lines, key, c->slot);
	__u32 slot = (__u32)place & (IOT_BUCKET - 1);

	if (place < 0 || !(place & IOT_FOUND)) {
		if (IOT_LOAD(device->flows) >= quota)
			return -IOT_FLOW_QUOTA;
		if (place < 0)
			return -IOT_FLOW_FULL;
		for (__u32 i = 0; i < IOT_CHOICES; i++) {
			struct iot_flow_bucket *b = (struct iot_flow_bucket *)lines->key[i];

			if (i != (__u32)place >> 4)
				continue;
			b->slot[slot].born = now;
			(void)__sync_lock_test_and_set(&b->key[slot], key);
		}
		__sync_fetch_and_add(&device->flows, 1);
	}
	return (int)(iot_choice_bucket(c, (__u32)place >> 4) * IOT_BUCKET + slot);
}

/* Claim a flow slot for the device in slot `number`; returns the flow's number or -reason. */
IOT_OUTLINE int iot_flow_claim(IOT_TABLE_PARAM __u64 key, __u32 number, __u32 second)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, flow_buckets));
	struct iot_device *device = iot_device_at(IOT_TABLE_HERE(t), number);
	__u32 quota = IOT_CONFIG(t, device_flows);
	struct iot_lines lines;
	int r;

	if (!device)
		return -IOT_FLOW_FULL;
	if (IOT_LOAD(device->flows) >= quota)
		return -IOT_FLOW_QUOTA;
	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		struct iot_flow_bucket *b = iot_flow_bucket(t, iot_choice_bucket(&c, i));

		if (!b)
			return -IOT_FLOW_FULL;
		lines.key[i] = b->key;
	}
	IOT_LOCK(t, -IOT_FLOW_FULL);
	r = iot_flow_claim_locked(&lines, &c, key, device, quota, second);
	IOT_UNLOCK(t);
	if (r >= 0)
		iot_claimed(IOT_TABLE_HERE(t));
	return r;
}

/* Number of the flow with this key, claimed where it is new; or -reason. */
IOT_OUTLINE int iot_flow_settle(IOT_TABLE_PARAM __u64 key, __u32 number, __u32 second)
{
	int flow = iot_flow_search(IOT_TABLE_ARG(t) key);

	return flow >= 0 ? flow : iot_flow_claim(IOT_TABLE_ARG(t) key, number, second);
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
