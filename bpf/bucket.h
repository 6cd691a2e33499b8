/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_BUCKET_H
#define BPF_BUCKET_H

/*
 * Where a key may be. A key lives in one of four buckets, whose eight keys are one cache line each. Most keys sit in the slot of their
 * first bucket that their hash prefers, which is one compare; the other slots are compared without a branch (which of them matches
 * is unpredictable, and one path keeps the verifier's work small).
 */

#include "bpf/maps.h"

/* For loops whose rotated form, which the compiler prefers, kernels before 6.3 refuse (a back edge by falling through). */
#ifdef __bpf__
#define IOT_UNROLL _Pragma("clang loop unroll(full)")
#else
#define IOT_UNROLL
#endif

/* The buckets of a key: base, base + step, ... The seed is secret, so nobody can fill chosen ones. */
struct iot_choice {
	__u32 base, step, mask;
	__u32 slot; /* preferred one in the first bucket */
};

static __always_inline struct iot_choice iot_choose(__u64 key, __u64 seed, __u32 buckets)
{
	__u64 h = (key ^ seed) * 0x9e3779b97f4a7c15ULL;
	struct iot_choice c;

	h ^= h >> 29;
	h *= 0xbf58476d1ce4e5b9ULL;
	h ^= h >> 32;
	c.mask = buckets - 1;
	c.base = (__u32)h & c.mask;
	c.step = (__u32)(h >> 32) | 1;
	c.slot = (__u32)(h >> 61);
	return c;
}

static __always_inline __u32 iot_choice_bucket(const struct iot_choice *c, __u32 i)
{
	return (c->base + i * c->step) & c->mask;
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

/* The key lines of a key's buckets. */
struct iot_lines {
	__u64 *key[IOT_CHOICES];
};

/* The first line that is at most half full, else the emptiest: keeps most lookups to one line and fills the table above 85 %. */
static __always_inline __u32 iot_roomiest(const struct iot_lines *lines)
{
	__u32 best = 0, used = iot_count_used(lines->key[0]);

	IOT_UNROLL
	for (__u32 i = 1; i < IOT_CHOICES; i++) {
		__u32 other = iot_count_used(lines->key[i]);

		if (used > IOT_BUCKET / 2 && other < used) {
			used = other;
			best = i;
		}
	}
	return best;
}

/*
 * Under the lock: the place for `key`, choice << 4 | slot; with IOT_FOUND set where the key is there already, so that one key never
 * has two slots. -1 where all its buckets are full.
 */
static __always_inline int iot_place(const struct iot_lines *lines, __u64 key, __u32 preferred)
{
	__u32 choice, slot;

	IOT_UNROLL
	for (__u32 i = 0; i < IOT_CHOICES; i++) {
		slot = iot_match(lines->key[i], key);
		if (slot & IOT_FOUND)
			return (int)(i << 4 | slot);
	}
	if (IOT_LOAD(lines->key[0][preferred]) == IOT_KEY_EMPTY && iot_count_used(lines->key[0]) <= IOT_BUCKET / 2)
		return (int)preferred;
	choice = iot_roomiest(lines);
	slot = IOT_BUCKET;
	for (__u32 i = 0; i < IOT_CHOICES; i++) /* constant indices: the lines are pointers on a BPF stack */
		if (i == choice)
			slot = iot_first_empty(lines->key[i]);
	return slot < IOT_BUCKET ? (int)(choice << 4 | slot) : -1;
}

#endif
