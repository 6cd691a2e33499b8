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
	struct iot_ring *ring;
	__u32 proto;
	__u32 equal; /* the ports alone do not say which of them is the service's */
};

static __always_inline __u32 iot_lane_protocol(const struct iot_table *t, const struct iot_headers *h, __u32 *equal)
{
	*equal = 0;
	return iot_mac_is_group(h->dst) ? h->dport : iot_port_by_rank(IOT_SERVICES(t), h->sport, h->dport, equal);
}

/* Number of the flow in a preferred slot whose key has this protocol, or -1. Another device's may lie there: that is yet to be compared. */
static __always_inline int iot_lane_preferred(const struct iot_table *t, const struct iot_flow *flows, __u64 protocol, __u64 spot)
{
	struct iot_choice c = iot_choose(t, spot);

	IOT_UNROLL
	for (__u32 i = 0; i < IOT_PREFER_BUCKETS; i++) {
		__u32 number = iot_bucket_of(t, &c, IOT_FLOW_STRIDE, i) + c.slot;

		if (iot_likely((IOT_LOAD(flows[iot_flow_number_of(t, number)].key) & IOT_KEY_PROTOCOL) == protocol))
			return (int)number;
		if ((IOT_LOAD(flows[iot_flow_number_of(t, number ^ 1)].key) & IOT_KEY_PROTOCOL) == protocol)
			return (int)(number ^ 1);
	}
	return -1;
}

/* Does this flow's key name the device that sent the frame, and does nothing about that device change? */
static __always_inline int iot_lane_take(const struct iot_table *t, const struct iot_frame *f, const struct iot_arrays *a, int number,
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
	l->ring = iot_ring_of(t, (__u32)device);
	return l->ring && IOT_LOAD(a->device_keys[device]) == (IOT_KEY_USED | f->h.src) &&
	       IOT_LOAD(l->device->place) == iot_device_place(f->ifindex, iot_key_generation(key));
}

/* Number of the frame's flow wherever it is, or -1: it is in none of its preferred slots, or beside another device's of its protocol. */
static __always_inline int iot_lane_search(const struct iot_table *t, const struct iot_headers *h, __u32 proto, __u64 spot)
{
	int number = iot_device_search(IOT_TABLE_ARG(t) IOT_KEY_USED | h->src);
	struct iot_device *device = number < 0 ? NULL : iot_device_at(t, (__u32)number);

	if (!device)
		return -1;
	return iot_flow_search(IOT_TABLE_ARG(t) iot_flow_key(h->layer, proto, IOT_LOAD(device->generation), (__u32)number), spot);
}

/* Everything that the frame changes. Returns 1, or 0 where one of them is not there. */
static __always_inline int iot_lane_find(const struct iot_table *t, const struct iot_frame *f, struct iot_lane *l)
{
	__u32 line = f->ifindex & (IOT_PORTS - 1);
	struct iot_arrays a = iot_arrays_of(t);
	const struct iot_port *port;
	__u64 protocol, spot;

	l->proto = iot_lane_protocol(t, &f->h, &l->equal);
	if (iot_unlikely(iot_may_carry_names(l->proto)) && iot_copy_wanted(&f->h, 0))
		return 0;
	protocol = iot_flow_key(f->h.layer, l->proto, 0, 0);
	spot = iot_flow_spot(f->h.src, f->h.layer, l->proto);
	port = iot_port_line(t, line);
	l->port = iot_port_count_of(t, line);
	if (!port || !l->port || IOT_LOAD(port->ifindex) != f->ifindex || !a.flows)
		return 0;
	if (iot_unlikely(!iot_lane_take(t, f, &a, iot_lane_preferred(t, a.flows, protocol, spot), l)) &&
	    !iot_lane_take(t, f, &a, iot_lane_search(t, &f->h, l->proto, spot), l))
		return 0;
	return !iot_unlikely(l->equal) || !iot_listens(l->device, f->h.sport);
}

/*
 * Count a frame as sent by its source and seen at its port. Returns 1, or 0 having changed nothing where the frame, its device or its flow
 * needs more than this. `stripped`: bytes of a tag that the kernel took out.
 */
static __always_inline int iot_lane(const struct iot_table *t, const void *data, const void *end, __u32 length, __u32 stripped,
				    __u32 ifindex, struct iot_clock now)
{
	struct iot_frame f = {.now = now, .ifindex = ifindex};
	union iot_entry e;
	struct iot_lane l;
	__u64 number;

	if (!iot_parse_plain(&f.h, data, end, length) || iot_mac_is_group(f.h.src))
		return 0;
	length += stripped;
	e = iot_entry_of(&f, 0, 0);
	e.packet.length = (__u16)iot_saturate16(length);
	IOT_OPAQUE(e.word[0]); /* made now, so that its parts need not be kept: the stack of a program is short */
	IOT_OPAQUE(e.word[1]);
	if (!iot_lane_find(t, &f, &l))
		return 0;
	e.packet.proto = (__u16)l.proto;
	iot_mark_active(t, l.activity, now.second);
	iot_source_port(l.flow, &f.h);
	iot_tally_add(&l.flow->sent, 1, length);
	iot_count_add(t, &l.port->in, 1, length);
	number = __sync_fetch_and_add(&l.device->head, 1);
	iot_ring_store(l.ring, e, number);
	return 1;
}

#endif
