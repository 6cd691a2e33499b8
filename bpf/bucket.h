/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_BUCKET_H
#define BPF_BUCKET_H

/*
 * Where a key may be. A key lives in one of four buckets of eight slots. In the first two of them its hash prefers a slot, and next to that
 * the slot's neighbour (a pair of flows is a cache line): of a table that is 60 % full, 69 % of the keys sit in the preferred slot, 95 % in
 * one of these four. The other slots are compared without a branch: which of them matches is unpredictable, and one path keeps the
 * verifier's work small.
 *
 * The keys of a bucket are IOT_BUCKET words, `stride` words apart: a device bucket has a line of keys, a flow has its key beside it.
 */

#include "bpf/maps.h"

/* For loops whose rotated form, which the compiler prefers, kernels before 6.3 refuse (a back edge by falling through). */
#ifdef __bpf__
#define IOT_UNROLL _Pragma("clang loop unroll(full)")
#else
#define IOT_UNROLL
#endif

/* Words from one key to the next: which of the two kinds of keys it is. */
#define IOT_DEVICE_STRIDE 1
#define IOT_FLOW_STRIDE (sizeof(struct iot_flow) / sizeof(__u64))

/* The buckets of a key: base, base + step, ..., modulo their number. The seed is secret, so nobody can fill chosen ones. */
struct iot_choice {
	__u32 base, step;
	__u32 slot; /* preferred one */
	__u64 number; /* of it in the first bucket */
};

static __always_inline struct iot_choice iot_choose(const struct iot_table *t, __u64 spot, __u32 stride)
{
	__u64 h = (spot ^ IOT_CONFIG(t, seed)) * 0x9e3779b97f4a7c15ULL;
	struct iot_choice c;

	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9ULL;
	/* The highest bits depend on all of the spot's. */
	c.number = h >> (stride == IOT_DEVICE_STRIDE ? IOT_CONFIG(t, device_shift) : IOT_CONFIG(t, flow_shift));
	c.base = (__u32)c.number / IOT_BUCKET;
	c.slot = (__u32)c.number % IOT_BUCKET;
	c.step = (__u32)(h >> 16) | 1;
	return c;
}

/* The first number of bucket `i` of a choice. The mask is read anew each time: kept on the stack, the verifier would forget it. */
static __always_inline __u32 iot_bucket_of(const struct iot_table *t, const struct iot_choice *c, __u32 stride, __u32 i)
{
	__u32 buckets = stride == IOT_DEVICE_STRIDE ? IOT_CONFIG(t, device_buckets) : IOT_CONFIG(t, flow_buckets);

	return ((c->base + i * c->step) & (buckets - 1)) * IOT_BUCKET;
}

#define IOT_FOUND IOT_BUCKET /* bit above the slot number */

/* Slot of `key` among a bucket's keys, with IOT_FOUND set where it is there. Branch-free. */
static __always_inline __u32 iot_match(const __u64 *keys, __u32 stride, __u64 key)
{
	__u64 result = IOT_BUCKET * (IOT_BUCKET - 1) / 2 + IOT_BUCKET * IOT_FOUND;

	for (__u64 i = 0; i < IOT_BUCKET; i++)
		result -= (i | IOT_FOUND) * iot_not_zero(IOT_LOAD(keys[i * stride]) ^ key);
	return (__u32)result;
}

/* Lowest empty slot, or IOT_BUCKET. */
static __always_inline __u32 iot_first_empty(const __u64 *keys, __u32 stride)
{
	__u64 slot = IOT_BUCKET;

	for (__u64 i = IOT_BUCKET; i-- > 0;)
		slot = i + (slot - i) * iot_not_zero(IOT_LOAD(keys[i * stride]) ^ IOT_KEY_EMPTY);
	return (__u32)slot;
}

static __always_inline __u32 iot_count_used(const __u64 *keys, __u32 stride)
{
	__u32 used = 0;

	for (__u32 i = 0; i < IOT_BUCKET; i++)
		used += (__u32)iot_not_zero(IOT_LOAD(keys[i * stride]));
	return used;
}

/* All keys of a table, and how far apart they are. */
struct iot_keys {
	const struct iot_table *table;
	__u64 *all;
	__u32 stride;
};

/* The keys of bucket `i` of a key's choice. */
static __always_inline __u64 *iot_bucket_keys(const struct iot_keys *k, const struct iot_choice *c, __u32 i)
{
	return &k->all[iot_bucket_of(k->table, c, k->stride, i) * k->stride];
}

/* Which of a key's buckets is the emptiest. */
static __always_inline __u32 iot_roomiest(const struct iot_keys *k, const struct iot_choice *c)
{
	__u32 best = 0, used = IOT_BUCKET + 1;

	IOT_UNROLL
	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		__u32 other = iot_count_used(iot_bucket_keys(k, c, i), k->stride);

		if (other < used) {
			used = other;
			best = i;
		}
	}
	return best;
}

#define IOT_PREFER_BUCKETS 2
#define IOT_PREFER_USED 6 /* above that the emptiest bucket is taken: with 8 a table of 16,384 refuses its first key at 81 % and not at 88 % */

/* The first of the four preferred places that is free, choice << 4 | slot; or -1. */
static __always_inline int iot_preferred(const struct iot_keys *k, const struct iot_choice *c)
{
	IOT_UNROLL
	for (__u32 i = 0; i < IOT_PREFER_BUCKETS; i++) {
		const __u64 *keys = iot_bucket_keys(k, c, i);

		if (iot_count_used(keys, k->stride) > IOT_PREFER_USED)
			continue;
		if (IOT_LOAD(keys[c->slot * k->stride]) == IOT_KEY_EMPTY)
			return (int)(i << 4 | c->slot);
		if (IOT_LOAD(keys[(c->slot ^ 1) * k->stride]) == IOT_KEY_EMPTY)
			return (int)(i << 4 | (c->slot ^ 1));
	}
	return -1;
}

/*
 * Under the lock: the place for `key`, choice << 4 | slot; with IOT_FOUND set where the key is there already, so that one key never
 * has two slots. -1 where all its buckets are full.
 */
static __always_inline int iot_place(const struct iot_keys *k, const struct iot_choice *c, __u64 key)
{
	__u32 choice, slot;
	int place;

	IOT_UNROLL
	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		slot = iot_match(iot_bucket_keys(k, c, i), k->stride, key);
		if (slot & IOT_FOUND)
			return (int)(i << 4 | slot);
	}
	place = iot_preferred(k, c);
	if (place >= 0)
		return place;
	choice = iot_roomiest(k, c);
	slot = iot_first_empty(iot_bucket_keys(k, c, choice), k->stride);
	return slot < IOT_BUCKET ? (int)(choice << 4 | slot) : -1;
}

#endif
