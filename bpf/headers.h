/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_HEADERS_H
#define BPF_HEADERS_H

/* What parsing produces, and the cursor that it moves over a frame. */

#include "bpf/platform.h"

/* What one frame says. Ports are in host order; `layer` and `proto` are final except for TCP and UDP (see classify.h). */
struct iot_headers {
	__u64 src, dst;	    /* MAC addresses */
	__u32 wire_length;  /* frame length without FCS, before segmentation offload is undone */
	__u32 header_bytes; /* up to the transport payload: what every segment of a super-packet repeats */
	__u16 proto;
	__u16 sport, dport;
	__u16 window;
	__u8 layer;
	__u8 ttl;
	__u8 tcp_flags;
	__u8 traits;
	__u8 note;	    /* enum iot_reason of what was wrong, or IOT_COUNTED */
	__u8 src_wan, dst_wan; /* address is outside private and link-local ranges */
	__u8 icmp;	    /* type, of ICMPv6; 0 otherwise */
};

/* Zeroes that the verifier takes for unknown: known ones would make a different state of every field that a way leaves untouched. */
static __always_inline void iot_headers_clear(struct iot_headers *h)
{
	__u32 zero = IOT_UNKNOWN_ZERO;
	union {
		struct iot_headers h;
		__u32 word[sizeof(struct iot_headers) / 4];
	} *u = (void *)h;

	for (__u32 i = 0; i < sizeof(u->word) / sizeof(u->word[0]); i++)
		IOT_STORE(u->word[i], zero);
}

/*
 * Bytes under examination: [at, end) is what is there, `left` how many there were on the wire from `at` on: of the frame, and behind an
 * IP header of its datagram, without the padding of a short frame. `start` is the frame's first byte.
 */
struct iot_cursor {
	const __u8 *at, *end, *start;
	__u32 left;
};

static __always_inline int iot_lacks(const struct iot_cursor *c, __u32 need)
{
	return c->left < need || c->at + need > c->end;
}

static __always_inline void iot_advance(struct iot_cursor *c, __u32 bytes)
{
	c->at += bytes;
	c->left -= bytes;
}

/*
 * Go on from a place that the verifier knows only as a range: the ways that lead here (tags, PPPoE, SNAP, options) then need not be
 * followed one by one. `limit` is a power of two above every possible distance.
 */
static __always_inline void iot_rebase(struct iot_cursor *c, __u32 limit)
{
	__u64 offset = (__u64)(c->at - c->start);

	IOT_OPAQUE(offset); /* or the compiler narrows the difference of pointers to 32 bits, which the verifier forbids */
	offset = (offset + IOT_UNKNOWN_ZERO) & (limit - 1);
	c->at = c->start + offset;
}

/* Missing bytes are the sender's fault only if the wire frame lacked them too; otherwise the capture was cut. */
static __always_inline __u32 iot_missing(struct iot_headers *h, const struct iot_cursor *c, __u32 need, __u8 reason)
{
	__u64 sent_short = ((__u64)c->left - need) >> 63;

	IOT_OPAQUE(sent_short);
	h->note = (__u8)(IOT_CUT + sent_short * (reason - IOT_CUT));
	return 0;
}

static __always_inline void iot_protocol(struct iot_headers *h, __u8 layer, __u32 proto)
{
	h->layer = layer;
	h->proto = (__u16)proto;
}

#endif
