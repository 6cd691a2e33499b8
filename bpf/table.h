/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_TABLE_H
#define BPF_TABLE_H

/*
 * The slot table: devices by MAC, flows by device and protocol. A kernel hash lookup costs more than the rest of the fast path
 * together, so both are open-addressed buckets inside memory-mapped arrays: a key lives in one of two buckets, whose eight keys are
 * one cache line. Most keys sit in the slot that their hash prefers, which is one compare; the other slots are compared without a
 * branch (which of them matches is unpredictable, and one path keeps the verifier's work small).
 *
 * Lookups take no lock. Claims do: two CPUs that miss the same key while the agent frees a slot could otherwise each find a
 * different hole. Claims are rare and bounded (quota, newcomer limit), so the lock costs nothing where speed matters.
 */

#include "bpf/maps.h"

/* Two different buckets for a key and its preferred slot in the first. The seed is secret, so nobody can fill a chosen pair. */
struct iot_choice {
	__u32 first, second;
	__u32 slot;
};

static __always_inline struct iot_choice iot_choose(__u64 key, __u64 seed, __u32 buckets)
{
	__u64 h = (key ^ seed) * 0x9e3779b97f4a7c15ULL;
	struct iot_choice c;

	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9ULL;
	h ^= h >> 32;
	c.first = (__u32)h & (buckets - 1);
	c.second = c.first ^ ((((__u32)(h >> 32)) | 1) & (buckets - 1));
	c.slot = (__u32)(h >> 61);
	return c;
}

#define IOT_FOUND IOT_BUCKET /* bit above the slot number */

/* Slot of `key` in a bucket's key line, with IOT_FOUND set where it is there. Branch-free. */
static __always_inline __u32 iot_match(const __u64 *keys, __u64 key)
{
	__u64 result = IOT_BUCKET * (IOT_BUCKET - 1) / 2 + IOT_BUCKET * IOT_FOUND;

	for (__u64 i = 0; i < IOT_BUCKET; i++)
		result -= (i | IOT_FOUND) * iot_not_zero(IOT_LOAD(keys[i]) ^ key);
	return (__u32)result;
}

/* Lowest empty slot of a key line, or IOT_BUCKET. */
static __always_inline __u32 iot_first_empty(const __u64 *keys)
{
	__u64 slot = IOT_BUCKET;

	for (__u64 i = IOT_BUCKET; i-- > 0;)
		slot = i + (slot - i) * iot_not_zero(IOT_LOAD(keys[i]) ^ IOT_KEY_EMPTY);
	return (__u32)slot;
}

static __always_inline __u32 iot_count_used(const __u64 *keys)
{
	__u32 used = 0;

	for (int i = 0; i < IOT_BUCKET; i++)
		used += (__u32)iot_not_zero(IOT_LOAD(keys[i]));
	return used;
}

static __always_inline struct iot_device *iot_device_in(struct iot_device_bucket *b, __u32 bucket, __u64 key, __u32 *index)
{
	__u32 m = iot_match(b->key, key);

	if (!(m & IOT_FOUND))
		return NULL;
	m &= IOT_BUCKET - 1;
	*index = bucket * IOT_BUCKET + m;
	return &b->slot[m];
}

static __always_inline struct iot_device *iot_device_at(const struct iot_table *t, __u32 number)
{
	struct iot_device_bucket *b = iot_device_bucket(t, number / IOT_BUCKET);

	return b ? &b->slot[number & (IOT_BUCKET - 1)] : NULL;
}

/* The device with this key, or NULL; *index is its number. */
static __always_inline struct iot_device *iot_device_find(const struct iot_table *t, __u64 key, __u32 *index)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, device_buckets));
	struct iot_device_bucket *b = iot_device_bucket(t, c.first);
	struct iot_device *d;

	if (!b)
		return NULL;
	if (iot_likely(IOT_LOAD(b->key[c.slot]) == key)) {
		*index = c.first * IOT_BUCKET + c.slot;
		return &b->slot[c.slot];
	}
	d = iot_device_in(b, c.first, key, index);
	if (d)
		return d;
	b = iot_device_bucket(t, c.second);
	return b ? iot_device_in(b, c.second, key, index) : NULL;
}

static __always_inline struct iot_flow *iot_flow_in(struct iot_flow_bucket *b, __u64 key)
{
	__u32 m = iot_match(b->key, key);

	return m & IOT_FOUND ? &b->slot[m & (IOT_BUCKET - 1)] : NULL;
}

static __always_inline struct iot_flow *iot_flow_find(const struct iot_table *t, __u64 key)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, flow_buckets));
	struct iot_flow_bucket *b = iot_flow_bucket(t, c.first);
	struct iot_flow *f;

	if (!b)
		return NULL;
	if (iot_likely(IOT_LOAD(b->key[c.slot]) == key))
		return &b->slot[c.slot];
	f = iot_flow_in(b, key);
	if (f)
		return f;
	b = iot_flow_bucket(t, c.second);
	return b ? iot_flow_in(b, key) : NULL;
}

/*
 * Under the lock: the place for `key` in its two key lines. The first bucket, unless it is fuller than the second by then and more
 * than half full: that keeps most lookups to one line and still fills the table above 85 %.
 * Returns slot | IOT_FOUND where the key already is; slot of an empty place; or -1. *in_second says which bucket.
 */
static __always_inline int iot_place(const __u64 *first, const __u64 *second, __u64 key, __u32 preferred, int *in_second)
{
	__u32 a = iot_match(first, key), b = iot_match(second, key);
	__u32 used_first, used_second;

	*in_second = 0;
	if (a & IOT_FOUND)
		return (int)a;
	*in_second = 1;
	if (b & IOT_FOUND)
		return (int)b;
	used_first = iot_count_used(first);
	used_second = iot_count_used(second);
	*in_second = used_first > IOT_BUCKET / 2 && used_first > used_second;
	if (!*in_second && IOT_LOAD(first[preferred]) == IOT_KEY_EMPTY)
		return (int)preferred;
	a = iot_first_empty(*in_second ? second : first);
	return a < IOT_BUCKET ? (int)a : -1;
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

static __always_inline int iot_device_claim_locked(struct iot_device_bucket *first, struct iot_device_bucket *second,
						   struct iot_choice c, __u64 key, struct iot_port *port, __u32 limit,
						   struct iot_clock now)
{
	struct iot_device_bucket *b;
	int in_second, m = iot_place(first->key, second->key, key, c.slot, &in_second);
	__u32 number = (in_second ? c.second : c.first) * IOT_BUCKET + ((__u32)m & (IOT_BUCKET - 1));

	if (m >= 0 && m & IOT_FOUND)
		return (int)number;
	if (!iot_newcomer(port, limit, now.second))
		return -IOT_SKIP_RATE;
	if (m < 0)
		return -IOT_SKIP_FULL;
	b = in_second ? second : first;
	b->slot[m & (IOT_BUCKET - 1)].born_ms = now.ms;
	(void)__sync_lock_test_and_set(&b->key[m & (IOT_BUCKET - 1)], key);
	return (int)number;
}

/* Tell the agent that there is a new key to look for. */
static __always_inline void iot_claimed(const struct iot_table *t)
{
	struct iot_counters *c = iot_counters_of(t);

	if (c)
		__sync_fetch_and_add(&c->claims, 1);
}

/* Claim a device slot; returns its number or -reason. Another CPU may have claimed it just before. */
IOT_OUTLINE int iot_device_claim(IOT_TABLE_PARAM __u64 key, __u32 port_line, __u32 second, __u32 ms)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, device_buckets));
	struct iot_device_bucket *a = iot_device_bucket(t, c.first), *b = iot_device_bucket(t, c.second);
	struct iot_port *port = iot_port_line(t, port_line);
	struct iot_clock now = {.second = second, .ms = ms};
	__u32 limit = IOT_CONFIG(t, newcomers);
	int r;

	if (!a || !b || !port)
		return -IOT_SKIP_FULL;
	if (iot_flooded(port, limit, second))
		return -IOT_SKIP_RATE;
	IOT_LOCK(t, -IOT_SKIP_FULL);
	r = iot_device_claim_locked(a, b, c, key, port, limit, now);
	IOT_UNLOCK(t);
	if (r >= 0)
		iot_claimed(IOT_TABLE_HERE(t));
	return r;
}

static __always_inline int iot_flow_claim_locked(struct iot_flow_bucket *first, struct iot_flow_bucket *second,
						 struct iot_choice c, __u64 key, struct iot_device *device, __u32 quota,
						 __u32 now)
{
	struct iot_flow_bucket *b;
	int in_second, m = iot_place(first->key, second->key, key, c.slot, &in_second);

	if (m >= 0 && m & IOT_FOUND)
		return 0;
	if (IOT_LOAD(device->flows) >= quota)
		return IOT_FLOW_QUOTA;
	if (m < 0)
		return IOT_FLOW_FULL;
	b = in_second ? second : first;
	b->slot[m & (IOT_BUCKET - 1)].born = now;
	(void)__sync_lock_test_and_set(&b->key[m & (IOT_BUCKET - 1)], key);
	__sync_fetch_and_add(&device->flows, 1);
	return 0;
}

/* Claim a flow slot for the device in slot `number`. Returns 0 or the reason of refusal. */
IOT_OUTLINE int iot_flow_claim(IOT_TABLE_PARAM __u64 key, __u32 number, __u32 second)
{
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, flow_buckets));
	struct iot_flow_bucket *a = iot_flow_bucket(t, c.first), *b = iot_flow_bucket(t, c.second);
	struct iot_device_bucket *d = iot_device_bucket(t, number / IOT_BUCKET);
	__u32 quota = IOT_CONFIG(t, device_flows);
	int r;

	if (!a || !b || !d)
		return IOT_FLOW_FULL;
	if (IOT_LOAD(d->slot[number & (IOT_BUCKET - 1)].flows) >= quota)
		return IOT_FLOW_QUOTA;
	IOT_LOCK(t, IOT_FLOW_FULL);
	r = iot_flow_claim_locked(a, b, c, key, &d->slot[number & (IOT_BUCKET - 1)], quota, second);
	IOT_UNLOCK(t);
	if (!r)
		iot_claimed(IOT_TABLE_HERE(t));
	return r;
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
