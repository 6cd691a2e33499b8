/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_WINDOW_H
#define BPF_WINDOW_H

/* A flow's activity bits and a device's ring of packets. */

#include "bpf/gso.h"
#include "bpf/maps.h"

#define IOT_ACTIVITY_TRIES 8 /* a failed exchange means that another CPU moved it on, mostly to where we want it */

/* The word after activity in `second`; equal to `old` where there is nothing to do. */
static __always_inline __u64 iot_activity_next(__u64 old, __u32 second)
{
	__u32 last = (__u32)(old >> 32), bits = (__u32)old;
	__u32 ahead = second - last, behind = last - second;

	if (second < last)
		return behind < IOT_ACTIVITY_SECONDS ? old | 1ULL << behind : old;
	bits = ahead < IOT_ACTIVITY_SECONDS ? bits << ahead | 1 : 1;
	return (__u64)second << 32 | bits;
}

/* Set the bit of `second` in a flow's activity word. */
static __always_inline void iot_mark_active(const struct iot_table *t, __u64 *activity, __u32 second)
{
	__u64 old = IOT_LOAD(*activity);

	if (iot_likely(old >> 32 == second && old & 1))
		return;
	for (int i = 0; i < IOT_ACTIVITY_TRIES; i++) {
		__u64 next = iot_activity_next(old, second), seen;

		if (next == old) {
			if (second + IOT_ACTIVITY_SECONDS <= old >> 32)
				iot_note(t, IOT_ACTIVITY, 1);
			return;
		}
		seen = __sync_val_compare_and_swap(activity, old, next);
		if (seen == old)
			return;
		old = seen;
	}
	iot_note(t, IOT_ACTIVITY, 1);
}

/* The two words of a ring entry, before length and number are filled in. */
union iot_entry {
	struct iot_packet packet;
	__u64 word[2];
};

static __always_inline __u32 iot_saturate16(__u32 v)
{
	return v > 0xffff ? 0xffff : v;
}

/*
 * Write packet `number`. The second word carries the number, tied to the first word by its hash: two words that do not belong together,
 * because memory is unordered or a writer was interrupted for a whole lap, do not pass for a packet, nor does empty memory.
 */
static __always_inline __u16 iot_ring_seq(__u64 word0, __u64 number)
{
	return (__u16)((number + 1) ^ (word0 * 0x9e3779b97f4a7c15ULL) >> 48);
}

static __always_inline void iot_ring_store(struct iot_ring *ring, union iot_entry e, __u64 number)
{
	__u64 *slot = (__u64 *)&ring->packet[number & (IOT_RING - 1)];

	e.packet.seq = iot_ring_seq(e.word[0], number);
	IOT_STORE(slot[0], e.word[0]);
	IOT_STORE(slot[1], e.word[1]);
}

#define IOT_TCP_FIRST IOT_TCP_CWR		 /* flags that segmentation leaves on the first frame only */
#define IOT_TCP_LAST (IOT_TCP_FIN | IOT_TCP_PSH) /* and on the last only */

/*
 * Length and flags of frame `at` of `count`; no branches, since this stands in a loop that the verifier walks whole. The entry's own
 * length is that of every frame but the last, whose length is `last_length`.
 */
static __always_inline union iot_entry iot_segment_entry(union iot_entry e, __u32 at, __u32 count, __u32 last_length)
{
	__u64 not_first = iot_not_zero(at), not_last = iot_not_zero(at ^ (count - 1));

	e.packet.length = (__u16)(last_length + (e.packet.length - last_length) * not_last);
	e.packet.tcp_flags &= (__u8)~(IOT_TCP_FIRST * not_first + IOT_TCP_LAST * not_last);
	return e;
}

/*
 * Push the frames of a super-packet; those that a full lap would overwrite at once are only counted.
 * kept_last = frames stored << 16 | length of the last.
 */
IOT_OUTLINE int iot_push_many(IOT_TABLE_PARAM __u32 number, __u64 word0, __u64 word1, __u32 count, __u32 kept_last)
{
	IOT_TABLE_LOCAL;
	struct iot_device *device = iot_device_at(t, number);
	struct iot_ring *ring = iot_ring_of(t, number);
	union iot_entry entry = {.word = {word0, word1}};
	__u32 kept = kept_last >> 16;
	__u64 head;

	if (!device || !ring)
		return 0;
	head = __sync_fetch_and_add(&device->head, (__u64)count);
	for (__u32 i = 0; i < IOT_RING; i++) {
		__u32 at = count - kept + i;

		if (i >= kept)
			break;
		iot_ring_store(ring, iot_segment_entry(entry, at, count, kept_last & 0xffff), head + at);
	}
	return 0;
}

static __always_inline void iot_push(const struct iot_table *t, struct iot_device *device, __u32 number, union iot_entry e,
				     const struct iot_segments *s)
{
	struct iot_ring *ring;

	e.packet.length = (__u16)iot_saturate16(s->length);
	if (iot_unlikely(s->count != 1)) {
		iot_push_many(IOT_TABLE_ARG(t) number, e.word[0], e.word[1], s->count,
			      (s->count < IOT_RING ? s->count : IOT_RING) << 16 | iot_saturate16(s->last));
		return;
	}
	ring = iot_ring_of(t, number);
	if (ring)
		iot_ring_store(ring, e, __sync_fetch_and_add(&device->head, 1));
}

#endif
