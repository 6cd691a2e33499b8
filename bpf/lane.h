/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_LANE_H
#define BPF_LANE_H

/*
 * The fast lane: a plain frame that a known device sends in a known flow, which is nearly every frame at an ingress hook. The same steps as
 * in frame.h in another order. The flow is looked for first, by the frame alone, and its key names the device: the two lines, which are
 * mostly not in the first-level cache, do not wait for each other. All that is looked up is before the first atomic operation, which
 * waits for everything before it. The ring comes last: nothing waits for its line.
 */

#include "bpf/copy.h"
#include "bpf/frame.h"

/* What one frame of the lane changes. */
struct iot_lane {
	struct iot_port_count *port;
	struct iot_device *device;
	struct iot_flow *flow;
	__u64 *activity;
	__u32 number; /* of the device */
	__u32 proto;
};

/* Number of the flow in a preferred slot whose key has this protocol, or -1. Another device's may lie there: that is yet to be compared. */
static __always_inline int iot_lane_preferred(const struct iot_table *t, const struct iot_flow *flows, __u64 protocol, __u64 spot)
{
	struct iot_choice c = iot_choose(t, spot);

	IOT_UNROLL
	for (__u32 i = 0; i < IOT_PREFER_BUCKETS; i++) {
		__u32 number = iot_bucket_of(t, &c, IOT_FLOW_STRIDE, i) + c.slot;

		/* The other of the pair lies in the same line; which of them it is nobody can predict. */
		number ^= (__u32)iot_not_zero((IOT_LOAD(flows[iot_flow_number_of(t, number)].key) & IOT_KEY_PROTOCOL) ^ protocol);
		if (iot_likely((IOT_LOAD(flows[iot_flow_number_of(t, number)].key) & IOT_KEY_PROTOCOL) == protocol))
			return (int)number;
	}
	return -1;
}

/* Does this flow's key name the device that sent the frame, and does nothing about that device change? */
static __always_inline int iot_lane_take(const struct iot_table *t, const struct iot_arrays *a, int number, __u64 mac, __u32 ifindex,
					 struct iot_lane *l)
{
	__u64 at = iot_flow_number_of(t, (__u32)number), key, device;

	if (number < 0)
		return 0;
	l->flow = &a->flows[at];
	l->activity = &a->activity[at];
	key = IOT_LOAD(l->flow->key);
	device = iot_device_number_of(t, iot_key_device(key));
	l->device = &a->devices[device];
	l->number = (__u32)device;
	return IOT_LOAD(a->device_keys[device]) == (IOT_KEY_USED | mac) &&
	       IOT_LOAD(l->device->place) == iot_device_place(ifindex, iot_key_generation(key));
}

/* Number of the frame's flow wherever it is, or -1: it is in none of its preferred slots, or beside another device's of its protocol. */
IOT_OUTLINE int iot_lane_search(IOT_TABLE_PARAM __u64 mac, __u32 layer, __u32 proto)
{
	IOT_TABLE_LOCAL;
	int number = iot_device_search(IOT_TABLE_ARG(t) IOT_KEY_USED | mac);
	struct iot_device *device = number < 0 ? NULL : iot_device_at(t, (__u32)number);

	if (!device)
		return -1;
	return iot_flow_search(IOT_TABLE_ARG(t) iot_flow_key(layer, proto, IOT_LOAD(device->generation), (__u32)number),
			       iot_flow_spot(mac, layer, proto));
}

/* Everything that the frame changes. Returns 1, or 0 where one of them is not there. */
static __always_inline int iot_lane_find(const struct iot_table *t, const __u8 *p, __u32 layer, __u32 ifindex, struct iot_lane *l)
{
	__u32 line = ifindex & (IOT_PORTS - 1), equal = 0;
	__u64 mac = iot_get_mac_aligned(p + 6), spot;
	struct iot_arrays a = iot_arrays_of(t);
	const struct iot_port *port;

	l->proto = iot_get16(p + 36);
	if (!(p[0] & 1))
		l->proto = iot_port_by_rank(IOT_SERVICES(t), iot_get16(p + 34), l->proto, &equal);
	if (!a.flows || p[6] & 1 || iot_unlikely(iot_may_carry_names(l->proto)))
		return 0;
	spot = iot_flow_spot(mac, layer, l->proto);
	if (iot_unlikely(!iot_lane_take(t, &a, iot_lane_preferred(t, a.flows, iot_flow_key(layer, l->proto, 0, 0), spot), mac, ifindex, l)) &&
	    !iot_lane_take(t, &a, iot_lane_search(IOT_TABLE_ARG(t) mac, layer, l->proto), mac, ifindex, l))
		return 0;
	port = iot_port_line(t, line);
	l->port = iot_port_count_of(t, line);
	if (!port || !l->port || IOT_LOAD(port->ifindex) != ifindex)
		return 0;
	return !iot_unlikely(equal) || !iot_listens(l->device, iot_get16(p + 34));
}

/* The ring's entry for a frame of the lane. Its headers are read late, so that nothing of them need be kept while the flow is looked for. */
static __always_inline union iot_entry iot_lane_entry(const __u8 *p, __u32 layer, __u32 proto, __u32 length, __u32 ms)
{
	struct iot_frame f = {.now = {.ms = ms}};
	union iot_entry e;

	asm volatile("" ::: "memory");
	iot_plain_headers(&f.h, p, layer, length);
	e = iot_entry_of(&f, proto, 0);
	e.packet.length = (__u16)iot_saturate16(length);
	IOT_OPAQUE(e.word[0]); /* made now, so that its parts need not be kept: the stack of a program is short */
	IOT_OPAQUE(e.word[1]);
	return e;
}

/*
 * Count a frame as sent by its source and seen at its port. Returns 1, or 0 having changed nothing where the frame, its device or its flow
 * needs more than this. `stripped`: bytes of a tag that the kernel took out.
 */
static __always_inline int iot_lane(const struct iot_table *t, const void *data, const void *end, __u32 length, __u32 stripped,
				    __u32 ifindex, struct iot_clock now)
{
	__u32 layer = iot_plain_layer(data, end, length);
	struct iot_ring *ring;
	union iot_entry e;
	struct iot_lane l;

	if (layer == IOT_LAYER_NONE || !iot_lane_find(t, data, layer, ifindex, &l))
		return 0;
	length += stripped;
	e = iot_lane_entry(data, layer, l.proto, length, now.ms);
	iot_mark_active(t, l.activity, now.second);
	iot_source_port(l.flow, iot_get16((const __u8 *)data + 34));
	iot_tally_add(&l.flow->sent, 1, length);
	iot_count_add(t, &l.port->in, 1, length);
	ring = iot_ring_of(t, l.number);
	if (ring)
		iot_ring_store(ring, e, __sync_fetch_and_add(&l.device->head, 1));
	return 1;
}

#endif
