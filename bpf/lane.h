/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_LANE_H
#define BPF_LANE_H

/*
 * The fast lane: a plain frame that a known device sends in a known flow, which is nearly every frame at an ingress hook. The same steps as
 * in frame.h in another order. The flow is looked for first, by the frame alone, and its key names the device: the two lines, which are
 * mostly not in the first-level cache, do not wait for each other. The key is looked up before the first atomic operation, which waits
 * for everything before it. Maps are looked up first or last, since the compiler keeps little in registers over a call: port and ring
 * come at the end, where nothing waits for their lines.
 */

#include "bpf/frame.h"

/* What one frame of the lane changes. */
struct iot_lane {
	struct iot_device *device;
	struct iot_flow *flow;
	__u64 *activity;
	__u32 number; /* of the device */
	__u32 line;   /* of the port */
	__u32 proto;
};

/* Which of the pair of flows from `number` on has this layer and protocol; either one where neither has. Nobody can predict which. */
static __always_inline __u64 iot_lane_of_pair(const struct iot_flow *flows, __u64 number, __u32 kind)
{
	number &= ~1ULL;
	return number + iot_not_zero(iot_key_kind(IOT_LOAD(flows[number].key)) ^ kind);
}

/* Number of the flow in a preferred slot that has this layer and protocol, or of any other. It may be another device's. */
static __always_inline __u64 iot_lane_preferred(const struct iot_table *t, const struct iot_flow *flows, __u32 kind, __u64 spot)
{
	struct iot_choice c = iot_choose(t, spot, IOT_FLOW_STRIDE);
	__u64 number = iot_lane_of_pair(flows, c.number, kind);

	if (iot_likely(iot_key_kind(IOT_LOAD(flows[number].key)) == kind))
		return number;
	return iot_lane_of_pair(flows, iot_flow_number_of(t, iot_bucket_of(t, &c, IOT_FLOW_STRIDE, 1) + c.slot), kind);
}
_Static_assert(IOT_PREFER_BUCKETS == 2, "both are looked at");

/* Not 0 where the device is at another port or under another generation, or is a gateway. */
static __always_inline __u64 iot_lane_elsewhere(__u64 place, __u32 ifindex, __u32 generation)
{
	return (place ^ iot_place_of(ifindex, generation)) << (64 - IOT_PLACE_LINE_SHIFT);
}

/* Is a flow with this key of this layer and protocol and of the device with this address, and does nothing about that device change? */
static __always_inline int iot_lane_senders(const struct iot_table *t, const struct iot_arrays *a, __u64 key, __u32 kind, __u64 mac,
					    const volatile __u32 *ifindex)
{
	__u64 number = iot_device_number_of(t, iot_key_device(key));

	return !(iot_lane_elsewhere(IOT_LOAD(a->devices[number].place), *ifindex, iot_key_generation(key)) | (iot_key_kind(key) ^ kind) |
		 (IOT_LOAD(a->device_keys[number]) ^ (IOT_KEY_USED | mac)));
}

/*
 * The same of a flow that is in none of its preferred slots, or beside another device's of its protocol: its number, or -1 where there is
 * none or something about its device changes.
 */
IOT_OUTLINE int iot_lane_search(IOT_TABLE_PARAM __u64 mac, __u32 kind, __u32 ifindex)
{
	IOT_TABLE_LOCAL;
	__u32 layer = iot_key_layer((__u64)kind << 32), proto = iot_key_proto((__u64)kind << 32), generation;
	__u64 place;
	int number = iot_device_search(IOT_TABLE_ARG(t) IOT_KEY_USED | mac);
	struct iot_device *device = number < 0 ? NULL : iot_device_at(t, (__u32)number);

	if (!device)
		return -1;
	place = IOT_LOAD(device->place);
	generation = iot_place_generation(place);
	if (iot_lane_elsewhere(place, ifindex, generation))
		return -1;
	return iot_flow_search(IOT_TABLE_ARG(t) iot_flow_key(layer, proto, generation, (__u32)number), iot_flow_spot(mac, layer, proto));
}

/* Everything that the frame changes, of the flow with this number and key. */
static __always_inline void iot_lane_take(const struct iot_table *t, const struct iot_arrays *a, __u64 number, __u64 key, struct iot_lane *l)
{
	__u64 device = iot_device_number_of(t, iot_key_device(key));

	l->flow = &a->flows[number];
	l->activity = &a->activity[number];
	l->device = &a->devices[device];
	l->number = (__u32)device;
	l->line = iot_place_line(IOT_LOAD(l->device->place));
}

/* Find all that the frame changes. Returns 1, or 0 where something of it is not there. */
static __always_inline int iot_lane_find(const struct iot_table *t, const __u8 *p, __u32 layer, const volatile __u32 *ifindex,
					 const struct iot_arrays *a, struct iot_lane *l)
{
	__u32 own = iot_raw16(p + 34), other = iot_raw16(p + 36), equal = 0, kind;
	__u32 own_rank = iot_port_rank(IOT_SERVICES(t), own), other_rank = iot_port_rank(IOT_SERVICES(t), other);
	__u64 mac = iot_get_mac_source(p + 6), number, key;

	if (iot_unlikely((own_rank | other_rank) & IOT_RANK_NAMES))
		return 0;
	l->proto = p[0] & 1 ? iot_be16((__u16)other) : iot_port_by_rank(own, own_rank, other, other_rank, &equal);
	kind = iot_key_kind(iot_flow_key(layer, l->proto, 0, 0));
	number = iot_lane_preferred(t, a->flows, kind, iot_flow_spot(mac, layer, l->proto));
	key = IOT_LOAD(a->flows[number].key);
	if (iot_unlikely(!iot_lane_senders(t, a, key, kind, mac, ifindex))) {
		int found = iot_lane_search(IOT_TABLE_ARG(t) mac, kind, *ifindex);

		if (found < 0)
			return 0;
		number = iot_flow_number_of(t, (__u32)found);
		key = IOT_LOAD(a->flows[number].key);
	}
	iot_lane_take(t, a, number, key, l);
	return !iot_unlikely(equal) || !iot_listens(l->device, iot_get16(p + 34));
}

/* The ring's entry for a frame of the lane. Its headers are read late, so that nothing of them need be kept while the flow is looked for. */
static __always_inline union iot_entry iot_lane_entry(const __u8 *p, __u32 layer, __u32 proto, __u32 length, __u32 ms)
{
	union iot_entry e = {.packet = {.ms = ms, .length = (__u16)iot_saturate16(length), .proto = (__u16)proto}};
	__u32 remote;

	asm volatile("" ::: "memory");
	remote = p[0] & 1 ? IOT_REMOTE_GROUP : iot_ip4_wan(iot_get32(p + 30)) ? IOT_REMOTE_WAN : IOT_REMOTE_LAN;
	e.packet.kind = (__u8)(layer | remote << IOT_KIND_REMOTE_SHIFT);
	e.packet.ttl = p[22];
	e.packet.traits = (__u8)((p[20] >> 6 & 1) * IOT_TRAIT_DF);
	if (layer == IOT_LAYER_TCP) {
		e.packet.window = (__u16)iot_get16(p + 48);
		e.packet.tcp_flags = p[47];
	}
	IOT_OPAQUE(e.word[0]); /* made now, so that its parts need not be kept: the stack of a program is short */
	IOT_OPAQUE(e.word[1]);
	return e;
}

/*
 * Count a frame as sent by its source and seen at its port. Returns 1, or 0 having changed nothing where the frame, its device or its flow
 * needs more than this. `tag` is 1 where the kernel took one out. It and `ifindex` are read where they are wanted, not kept.
 */
static __always_inline int iot_lane(const struct iot_table *t, const void *data, const void *end, __u32 length,
				    const volatile __u32 *tag, const volatile __u32 *ifindex, struct iot_clock now)
{
	struct iot_arrays a = iot_arrays_of(t);
	__u32 layer = iot_plain_layer(data, end, length);
	struct iot_port_count *port;
	struct iot_ring *ring;
	union iot_entry e;
	struct iot_lane l;
	__u64 head;

	if (!a.flows || layer == IOT_LAYER_NONE || !iot_lane_find(t, data, layer, ifindex, &a, &l))
		return 0;
	length += *tag * 4;
	e = iot_lane_entry(data, layer, l.proto, length, now.ms);
	iot_mark_active(t, l.activity, now.second);
	iot_source_port(l.flow, iot_get16((const __u8 *)data + 34));
	iot_tally_add(&l.flow->sent, 1, length);
	head = __sync_fetch_and_add(&l.device->head, 1);
	port = iot_port_count_of(t, l.line);
	if (port)
		iot_count_add(t, &port->in, 1, length);
	ring = iot_ring_of(t, l.number);
	if (ring)
		iot_ring_store(ring, e, head);
	return 1;
}

#endif
