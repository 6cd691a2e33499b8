/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_FRAME_H
#define BPF_FRAME_H

/*
 * One frame's way through the table: parsed once, then counted as sent by its source (ingress) or received by its destination
 * (egress); a captured frame is both.
 */

#include "bpf/table.h"
#include "bpf/window.h"

/* A parsed frame with all that counting it needs. */
struct iot_frame {
	struct iot_headers h;
	struct iot_segments segments;
	struct iot_clock now;
	__u32 ifindex;	 /* 0 in a capture */
	__u32 port_line; /* of ifindex */
};

/* The flow's protocol number, seen from the device: `own` is its port, `other` the far side's. */
static __always_inline __u32 iot_protocol_of(const struct iot_table *t, const struct iot_device *device,
					     const struct iot_headers *h, int received)
{
	if (h->layer < IOT_LAYER_TCP)
		return h->proto;
	if (iot_mac_is_group(h->dst))
		return h->dport;
	return received ? iot_service_port(IOT_SERVICES(t), device, h->dport, h->sport)
			: iot_service_port(IOT_SERVICES(t), device, h->sport, h->dport);
}

static __always_inline union iot_entry iot_entry_of(const struct iot_frame *f, __u32 proto, int received)
{
	const struct iot_headers *h = &f->h;
	__u32 remote = iot_mac_is_group(h->dst)		       ? IOT_REMOTE_GROUP
		       : (received ? h->src_wan : h->dst_wan) ? IOT_REMOTE_WAN
							       : IOT_REMOTE_LAN;
	union iot_entry e = {.packet = {.ms = f->now.ms,
					.window = h->window,
					.proto = (__u16)proto,
					.kind = (__u8)(h->layer | (received ? IOT_KIND_RECEIVED : 0) |
						       remote << IOT_KIND_REMOTE_SHIFT),
					.ttl = h->ttl,
					.tcp_flags = h->tcp_flags,
					.traits = h->traits}};
	return e;
}

/* Count changes of the source port of a flow of TCP or UDP (AuDI's features 7 to 9). */
static __always_inline void iot_source_port(struct iot_flow *flow, __u32 sport)
{
	__u32 old = IOT_LOAD(flow->ports), changes = old >> 16;

	if (iot_likely((old & 0xffff) == sport))
		return;
	if (old && changes < 0xffff)
		changes++;
	__sync_val_compare_and_swap(&flow->ports, old, changes << 16 | sport);
}

/* Count a packet whose flow was refused with the device's others. */
static __always_inline void iot_count_other(const struct iot_table *t, const struct iot_frame *f, __u32 number, __u32 reason)
{
	struct iot_device *device = iot_device_at(t, number);

	iot_note(t, reason, f->segments.count);
	if (device)
		iot_tally_add(&device->other, f->segments.count, f->segments.bytes);
}

/* Add the frame to the flow of device `number` by this protocol; to the device's other packets where the flow is refused. */
static __always_inline void iot_count_flow(const struct iot_table *t, const struct iot_frame *f, __u64 key, __u32 number)
{
	__u64 spot = iot_flow_spot(f->h.src, iot_key_layer(key), iot_key_proto(key));
	struct iot_arrays a = iot_arrays_of(t);
	int r = iot_flow_find(t, key, spot);
	struct iot_flow *flow;
	__u64 at;

	if (iot_unlikely(r < 0))
		r = iot_flow_claim(IOT_TABLE_ARG(t) key, spot, number, f->now.second);
	if (r < 0 || !a.flows) {
		iot_count_other(t, f, number, (__u32)-r);
		return;
	}
	at = iot_flow_number_of(t, (__u32)r);
	flow = &a.flows[at];
	/* Plain loads first: they miss the cache together, while an atomic addition waits for all that stands before it. */
	iot_mark_active(t, &a.activity[at], f->now.second);
	if (f->h.layer >= IOT_LAYER_TCP)
		iot_source_port(flow, f->h.sport);
	iot_tally_add(&flow->sent, f->segments.count, f->segments.bytes);
}

/* Number of the device with this address, claimed where it is new and `claim` allows; or -reason. */
static __always_inline int iot_device_number(const struct iot_table *t, const struct iot_frame *f, __u64 mac, __u32 claim)
{
	int number = iot_device_find(t, IOT_KEY_USED | mac);

	if (iot_likely(number >= 0))
		return number;
	if (!claim)
		return -IOT_SKIP_UNKNOWN;
	return iot_device_claim(IOT_TABLE_ARG(t) IOT_KEY_USED | mac, f->port_line, f->now.second, f->now.ms);
}

/* The device sends from another port than before. One exchange, since the agent may be setting flags; the next frame would try again. */
static __always_inline void iot_move(const struct iot_table *t, struct iot_device *device, const struct iot_frame *f)
{
	__u64 old = IOT_LOAD(device->place);
	const struct iot_port *port = iot_port_line(t, f->port_line);

	if (port && IOT_LOAD(port->ifindex) == f->ifindex)
		__sync_val_compare_and_swap(&device->place, old, iot_place_moved(old, f->ifindex, f->port_line));
}

/* Count the frame as sent by its source. Returns IOT_COUNTED or the reason why not. */
static __always_inline int iot_count_sent(const struct iot_table *t, const struct iot_frame *f)
{
	struct iot_device *device;
	__u32 proto;
	int number;

	if (iot_mac_is_group(f->h.src) || !f->h.src)
		return IOT_SKIP_SOURCE;
	number = iot_device_number(t, f, f->h.src, 1);
	if (number < 0)
		return -number;
	device = iot_device_at(t, (__u32)number);
	if (!device || IOT_LOAD(device->place) & IOT_PLACE_IGNORED)
		return IOT_SKIP_GATEWAY;
	if (iot_unlikely(iot_place_port(IOT_LOAD(device->place)) != f->ifindex))
		iot_move(t, device, f);
	if ((f->h.tcp_flags & (IOT_TCP_SYN | IOT_TCP_ACK)) == (IOT_TCP_SYN | IOT_TCP_ACK))
		iot_learn_listen(device, f->h.sport);
	proto = iot_protocol_of(t, device, &f->h, 0);
	iot_count_flow(t, f, iot_flow_key(f->h.layer, proto, iot_place_generation(IOT_LOAD(device->place)), (__u32)number), (__u32)number);
	iot_push(t, device, (__u32)number, iot_entry_of(f, proto, 0), &f->segments);
	return IOT_COUNTED;
}

/* Count the frame as received by its destination, where that lives on this port. */
static __always_inline int iot_count_received(const struct iot_table *t, const struct iot_frame *f)
{
	struct iot_device *device;
	int number;

	if (iot_mac_is_group(f->h.dst) || !f->h.dst)
		return IOT_SKIP_GROUP;
	number = iot_device_number(t, f, f->h.dst, IOT_CONFIG(t, claim_received));
	if (number < 0)
		return -number;
	device = iot_device_at(t, (__u32)number);
	if (!device || IOT_LOAD(device->place) & IOT_PLACE_IGNORED)
		return IOT_SKIP_GATEWAY;
	if (iot_place_port(IOT_LOAD(device->place)) != f->ifindex)
		return IOT_SKIP_ELSEWHERE;
	iot_tally_add(&device->received, f->segments.count, f->segments.bytes);
	iot_push(t, device, (__u32)number, iot_entry_of(f, iot_protocol_of(t, device, &f->h, 1), 1), &f->segments);
	return IOT_COUNTED;
}

/* Note what was wrong with a frame that counts, and what kept one from counting. */
static __always_inline void iot_finish(const struct iot_table *t, const struct iot_frame *f, int reason)
{
	if (iot_unlikely(reason))
		iot_note(t, (__u32)reason, f->segments.count);
	if (iot_unlikely(f->h.note))
		iot_note(t, f->h.note, f->segments.count);
}

#endif
