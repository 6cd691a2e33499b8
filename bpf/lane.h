/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_LANE_H
#define BPF_LANE_H

/*
 * The fast lane: a plain frame that a known device sends in a known flow, which is nearly every frame at an ingress hook. The same steps as
 * in frame.h with nothing left to decide: no struct is handed on through memory, nothing is looked up twice, and all that is looked up
 * is before the first atomic operation, which waits for everything before it. The ring comes last: nothing waits for its line.
 */

#include "bpf/frame.h"

/* What one frame of the lane changes. */
struct iot_lane {
	struct iot_port *port;
	struct iot_device *device;
	struct iot_flow *flow;
	struct iot_ring *ring;
	__u32 proto;
};

/* The device that sent the frame, if it is known here and nothing about it changes; and its number. */
static __always_inline struct iot_device *iot_lane_device(const struct iot_table *t, const struct iot_frame *f, __u32 *number)
{
	__u64 key = IOT_KEY_USED | f->h.src;
	struct iot_choice c = iot_choose(key, IOT_CONFIG(t, seed), IOT_CONFIG(t, device_buckets));
	struct iot_device_bucket *b = iot_device_bucket(t, c.base);
	struct iot_device *device;

	*number = c.base * IOT_BUCKET + c.slot;
	if (!b)
		return NULL;
	IOT_OPAQUE(b); /* as in iot_device_at() */
	device = &b->slot[c.slot];
	if (iot_unlikely(IOT_LOAD(b->key[c.slot]) != key)) {
		int found = iot_device_search(IOT_TABLE_ARG(t) key);

		*number = (__u32)found;
		device = found < 0 ? NULL : iot_device_at(t, *number);
		if (!device)
			return NULL;
	}
	if (device->flags & IOT_DEVICE_IGNORED || IOT_LOAD(device->port) != f->ifindex)
		return NULL;
	return device;
}

static __always_inline struct iot_flow *iot_lane_flow(const struct iot_table *t, __u64 key)
{
	struct iot_flow *flow = iot_flow_find(t, key);
	int found;

	if (iot_likely(flow != NULL))
		return flow;
	found = iot_flow_search(IOT_TABLE_ARG(t) key);
	return found < 0 ? NULL : iot_flow_at(t, (__u32)found);
}

/* Everything that the frame changes. Returns 1, or 0 where one of them is not there. */
static __always_inline int iot_lane_find(const struct iot_table *t, const struct iot_frame *f, struct iot_lane *l)
{
	__u32 number;

	l->port = iot_port_line(t, f->ifindex & (IOT_PORTS - 1));
	if (!l->port || IOT_LOAD(l->port->ifindex) != f->ifindex)
		return 0;
	l->device = iot_lane_device(t, f, &number);
	if (!l->device)
		return 0;
	l->ring = iot_ring_of(t, number);
	if (!l->ring)
		return 0;
	l->proto = iot_protocol_of(t, l->device, &f->h, 0);
	l->flow = iot_lane_flow(t, iot_flow_key(f->h.layer, l->proto, IOT_LOAD(l->device->generation), number));
	return l->flow != NULL;
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

	if (!iot_parse_plain(&f.h, data, end, length) || iot_mac_is_group(f.h.src) || !iot_lane_find(t, &f, &l))
		return 0;
	length += stripped;
	e = iot_entry_of(&f, l.proto, 0);
	e.packet.length = (__u16)iot_saturate16(length);
	iot_mark_active(t, l.flow, now.second);
	iot_source_port(l.flow, &f.h);
	iot_tally_add(&l.flow->sent, 1, length);
	iot_tally_add(&l.port->in, 1, length);
	number = __sync_fetch_and_add(&l.device->head, 1);
	iot_ring_store(l.ring, e, number);
	return 1;
}

#endif
