/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_COPY_H
#define BPF_COPY_H

/*
 * The few frames that say what a device is called or which addresses it has are copied out whole: DHCP, multicast DNS, ARP, neighbour
 * discovery. The agent parses them. Everything else costs the fast lane one look at the service port.
 */

#include "bpf/headers.h"
#include "bpf/maps.h"

#define IOT_CLAIM_TRIES 4 /* each that fails is another CPU's success */

/* May a frame of this service port carry names? */
static __always_inline int iot_may_carry_names(__u32 port)
{
	return port == IOT_PORT_DHCP_SERVER || port == IOT_PORT_DHCP_CLIENT || port == IOT_PORT_MDNS;
}

/* Is this a frame to be copied, and of which kind? Leaving a port, only what a DHCP server says: all else was copied where it came in. */
static __always_inline __u32 iot_copy_wanted(const struct iot_headers *h, __u32 out)
{
	if (h->note != IOT_COUNTED)
		return IOT_COPY_NONE;
	if (h->layer == IOT_LAYER_UDP)
		return h->dport == IOT_PORT_DHCP_CLIENT || (!out && (h->dport == IOT_PORT_DHCP_SERVER || h->dport == IOT_PORT_MDNS))
			       ? IOT_COPY_NAME
			       : IOT_COPY_NONE;
	if (out)
		return IOT_COPY_NONE;
	if (h->layer == IOT_LAYER_ETH && h->proto == IOT_ETH_ARP)
		return IOT_COPY_ADDRESS;
	return h->icmp >= IOT_ND_FIRST && h->icmp <= IOT_ND_LAST ? IOT_COPY_ADDRESS : IOT_COPY_NONE;
}

/* May a port bring one more frame of this kind in this second? Counts it if so. */
static __always_inline int iot_copy_allowed(__u64 *frames, __u32 limit, __u32 second)
{
	for (int i = 0; i < IOT_CLAIM_TRIES; i++) {
		__u64 seen = IOT_LOAD(*frames), next = seen + 1;

		if (!limit)
			return 1;
		if (seen >> 32 != second)
			next = (__u64)second << 32 | 1;
		else if ((__u32)seen >= limit)
			return 0;
		if (__sync_val_compare_and_swap(frames, seen, next) == seen)
			return 1;
	}
	return 0;
}

/* Claim a copy in the ring; returns its number in it, or -1 where `room` copies wait already. */
static __always_inline int iot_copy_claim(struct iot_copies *all, __u32 room, __u64 *number)
{
	for (int i = 0; i < IOT_CLAIM_TRIES; i++) {
		__u64 head = IOT_LOAD(all->head);

		if (head - IOT_LOAD(all->tail) >= room)
			return -1;
		if (__sync_val_compare_and_swap(&all->head, head, head + 1) == head) {
			*number = head;
			return (int)(head & (IOT_COPIES - 1));
		}
	}
	return -1;
}

/* A copy to be filled and then given to iot_copy_done() with its number; NULL, counted, where there is none to be had. */
static __always_inline struct iot_copy *iot_copy_new(const struct iot_table *t, __u32 kind, __u32 line, __u32 second, __u64 *number)
{
	struct iot_copies *all = iot_copies_of(t);
	__u64 which = (kind - 1) & (IOT_COPY_KINDS - 1), at = line & (IOT_PORTS - 1);
	int copy;

	if (!all)
		return NULL;
	if (!iot_copy_allowed(&all->seen[at][which], which ? IOT_CONFIG(t, copies[1]) : IOT_CONFIG(t, copies[0]), second)) {
		__sync_fetch_and_add(&all->refused_rate, 1);
		return NULL;
	}
	copy = iot_copy_claim(all, which ? IOT_COPIES / 2 : IOT_COPIES, number);
	if (copy < 0) {
		__sync_fetch_and_add(&all->refused_full, 1);
		return NULL;
	}
	return &all->copy[copy & (IOT_COPIES - 1)];
}

/* Hand a copy to the agent: the exchange orders what was written before it. */
static __always_inline void iot_copy_done(struct iot_copy *copy, __u32 kind, __u32 ifindex, __u32 length, __u64 number)
{
	copy->ifindex = ifindex;
	copy->length = (__u16)length;
	copy->kind = (__u8)kind;
	(void)__sync_lock_test_and_set(&copy->number, number + 1);
}

#ifndef __bpf__
/* The same for a captured frame, which nobody says the direction of. */
static inline void iot_copy_captured(const struct iot_table *t, const struct iot_headers *h, const void *data, __u32 captured, __u32 second)
{
	__u32 kind = t->copies ? iot_copy_wanted(h, 0) : IOT_COPY_NONE;
	__u32 length = captured < IOT_COPY_BYTES ? captured : IOT_COPY_BYTES;
	struct iot_copy *copy;
	__u64 number;

	if (!kind)
		return;
	copy = iot_copy_new(t, kind, 0, second, &number);
	if (!copy)
		return;
	__builtin_memcpy(copy->bytes, data, length);
	iot_copy_done(copy, kind, 0, length, number);
}
#endif

#endif
