/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_PARSE_H
#define BPF_PARSE_H

/*
 * Frame bytes to struct iot_headers. Every step checks its bounds and, where bytes are missing or wrong, notes the reason and
 * stops: what was recognised so far is the flow, so a malformed frame still counts for its device.
 */

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
	__u8 pad;
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

/*
 * Options of a SYN (RFC 9293, 3.1): which kinds there are, not their values. Kinds are collected as bits, because a branch for each
 * would multiply what the verifier has to follow.
 */
static __always_inline void iot_parse_syn(struct iot_headers *h, const struct iot_cursor *c, __u32 bytes)
{
	const __u8 *p = c->at + 20;
	__u64 kinds = 0;
	__u32 offset = 20;

	for (int i = 0; i < IOT_TCP_OPTIONS; i++) {
		__u32 kind, length;

		if (offset + 2 > bytes || p + 2 > c->end)
			break;
		kind = p[0];
		length = kind == 1 ? 1 : p[1];
		if (kind == 0 || length == 0 || length > 40)
			break;
		kinds |= 1ULL << (kind & 63);
		offset += length;
		p += length;
	}
	h->traits |= (__u8)((kinds >> 3 & 1) * IOT_TRAIT_SYN_WSCALE | (kinds >> 4 & 1) * IOT_TRAIT_SYN_SACK |
			    (kinds >> 8 & 1) * IOT_TRAIT_SYN_TIME);
	if (kinds & ~(1ULL << 1 | 1ULL << 2 | 1ULL << 3 | 1ULL << 4 | 1ULL << 8))
		h->traits |= IOT_TRAIT_SYN_OTHER;
}

static __always_inline __u32 iot_parse_tcp(struct iot_headers *h, const struct iot_cursor *c)
{
	const __u8 *p = c->at;
	__u32 bytes;

	if (iot_lacks(c, 4))
		return iot_missing(h, c, 4, IOT_TCP);
	h->sport = (__u16)iot_get16(p);
	h->dport = (__u16)iot_get16(p + 2);
	iot_protocol(h, IOT_LAYER_TCP, 0);
	if (iot_lacks(c, 20))
		return iot_missing(h, c, 20, IOT_TCP);
	bytes = (__u32)(p[12] >> 4) * 4;
	h->tcp_flags = p[13];
	h->window = (__u16)iot_get16(p + 14);
	if (bytes < 20 || bytes > c->left) {
		h->note = IOT_TCP;
		return 0;
	}
	h->header_bytes = (__u32)(p - c->start) + bytes;
	if (h->tcp_flags & IOT_TCP_SYN)
		iot_parse_syn(h, c, bytes);
	return 0;
}

static __always_inline __u32 iot_parse_udp(struct iot_headers *h, const struct iot_cursor *c)
{
	const __u8 *p = c->at;

	if (iot_lacks(c, 4))
		return iot_missing(h, c, 4, IOT_UDP);
	h->sport = (__u16)iot_get16(p);
	h->dport = (__u16)iot_get16(p + 2);
	iot_protocol(h, IOT_LAYER_UDP, 0);
	if (iot_lacks(c, 8))
		return iot_missing(h, c, 8, IOT_UDP);
	h->header_bytes = (__u32)(p - c->start) + 8;
	return 0;
}

/* The payload of IP. */
static __always_inline __u32 iot_parse_transport(struct iot_headers *h, const struct iot_cursor *c, __u32 proto)
{
	if (proto == IOT_IP_TCP)
		return iot_parse_tcp(h, c);
	if (proto == IOT_IP_UDP)
		return iot_parse_udp(h, c);
	if ((proto == IOT_IP_ICMP || proto == IOT_IP_ICMP6) && iot_lacks(c, 4))
		return iot_missing(h, c, 4, IOT_ICMP);
	return 0;
}

/* Private (RFC 1918), link-local (RFC 3927), loopback and unspecified addresses are not WAN; groups and broadcast neither. */
static __always_inline __u8 iot_ip4_wan(__u32 a)
{
	__u32 top = a >> 24;

	return !(top == 10 || top == 0 || top == 127 || top >= 224 || a >> 20 == 0xac1 || a >> 16 == 0xc0a8 ||
		 a >> 16 == 0xa9fe);
}

/* Global unicast is 2000::/3 (RFC 4291); all else is local, a group or unspecified. */
static __always_inline __u8 iot_ip6_wan(const __u8 *p)
{
	return (p[0] & 0xe0) == 0x20;
}

#define IOT_NO_TRANSPORT 256 /* no transport header follows, or none that may be read */

/* A later fragment has no ports: it stays a flow of its IP protocol. */
static __always_inline __u32 iot_ip_protocol(struct iot_headers *h, __u32 proto, __u32 later)
{
	iot_protocol(h, IOT_LAYER_IP, proto);
	return later ? IOT_NO_TRANSPORT : proto;
}

/* Returns the protocol of the transport header that the cursor then stands at, or IOT_NO_TRANSPORT. */
static __always_inline __u32 iot_parse_ip4(struct iot_headers *h, struct iot_cursor *c)
{
	const __u8 *p = c->at;
	__u32 bytes, total, fragment;

	if (iot_lacks(c, 20))
		return iot_missing(h, c, 20, IOT_IP4) + IOT_NO_TRANSPORT;
	bytes = (__u32)(p[0] & 0x0f) * 4;
	total = iot_get16(p + 2);
	if (!total) /* a super-packet above 64 KiB, not an error */
		total = c->left;
	if (p[0] >> 4 != 4 || bytes < 20 || total < bytes || total > c->left) {
		h->note = IOT_IP4;
		return IOT_NO_TRANSPORT;
	}
	fragment = iot_get16(p + 6);
	h->ttl = p[8];
	h->src_wan = (__u8)(iot_ip4_wan(iot_get32(p + 12)) + IOT_UNKNOWN_ZERO);
	h->dst_wan = (__u8)(iot_ip4_wan(iot_get32(p + 16)) + IOT_UNKNOWN_ZERO);
	h->traits |= (__u8)((fragment >> 14 & 1) * IOT_TRAIT_DF + iot_not_zero(fragment & 0x3fff) * IOT_TRAIT_FRAGMENT +
			    iot_not_zero(bytes - 20) * IOT_TRAIT_OPTIONS);
	c->at = p + bytes;
	c->left = total - bytes;
	return iot_ip_protocol(h, p[9], fragment & 0x1fff);
}

/*
 * The extension headers, one bit each. Mobility, HIP and Shim6 headers (135, 139, 140) have the same form, but end a packet that
 * is about nothing else, so they are protocols.
 */
#define IOT_IP6_EXTENSIONS                                                                                             \
	(1ULL << IOT_IP_HOPOPTS | 1ULL << IOT_IP_ROUTING | 1ULL << IOT_IP_FRAGMENT | 1ULL << IOT_IP_AH | 1ULL << IOT_IP_DSTOPTS)

static __always_inline int iot_is_ip6_extension(__u32 proto)
{
	return proto < 64 && IOT_IP6_EXTENSIONS >> proto & 1;
}

/* Follow the chain of extension headers (RFC 8200, 4.1) to the transport header. Returns as iot_parse_ip4(). */
static __always_inline __u32 iot_parse_ip6_chain(struct iot_headers *h, struct iot_cursor *c, __u32 proto)
{
	for (int i = 0; i <= IOT_IP6_CHAIN; i++) {
		const __u8 *p = c->at;
		__u32 bytes;

		iot_protocol(h, IOT_LAYER_IP, proto);
		if (!iot_is_ip6_extension(proto))
			return proto;
		h->traits |= IOT_TRAIT_OPTIONS;
		if (iot_lacks(c, 8))
			return iot_missing(h, c, 8, IOT_IP6_HEADERS) + IOT_NO_TRANSPORT;
		bytes = proto == IOT_IP_AH ? ((__u32)p[1] + 2) * 4 : ((__u32)p[1] + 1) * 8;
		if (proto == IOT_IP_FRAGMENT) {
			bytes = 8;
			h->traits |= IOT_TRAIT_FRAGMENT;
			if (iot_get16(p + 2) & 0xfff8)
				return iot_ip_protocol(h, p[0], 1);
		}
		if (bytes > c->left)
			break;
		proto = p[0];
		iot_advance(c, bytes);
		iot_rebase(c, 32768);
	}
	h->note = IOT_IP6_HEADERS;
	return IOT_NO_TRANSPORT;
}

static __always_inline __u32 iot_parse_ip6(struct iot_headers *h, struct iot_cursor *c)
{
	const __u8 *p = c->at;
	__u32 payload;

	if (iot_lacks(c, 40))
		return iot_missing(h, c, 40, IOT_IP6) + IOT_NO_TRANSPORT;
	payload = iot_get16(p + 4);
	if (!payload) /* a jumbogram or super-packet */
		payload = c->left - 40;
	if (p[0] >> 4 != 6 || payload > c->left - 40) {
		h->note = IOT_IP6;
		return IOT_NO_TRANSPORT;
	}
	h->ttl = p[7];
	h->traits |= IOT_TRAIT_IP6;
	h->src_wan = (__u8)(iot_ip6_wan(p + 8) + IOT_UNKNOWN_ZERO);
	h->dst_wan = (__u8)(iot_ip6_wan(p + 24) + IOT_UNKNOWN_ZERO);
	c->at = p + 40;
	c->left = payload;
	return iot_parse_ip6_chain(h, c, p[6]);
}

static __always_inline __u32 iot_parse_network(struct iot_headers *h, struct iot_cursor *c, __u32 is_ip4)
{
	__u32 proto;

	iot_rebase(c, 64);
	proto = is_ip4 ? iot_parse_ip4(h, c) : iot_parse_ip6(h, c);
	if (proto == IOT_NO_TRANSPORT)
		return 0;
	iot_rebase(c, 32768);
	return iot_parse_transport(h, c, proto);
}

/* PPPoE session (RFC 2516): six bytes, then a PPP protocol number. Returns the EtherType of what it carries, or 0. */
static __always_inline __u32 iot_parse_pppoe(struct iot_headers *h, struct iot_cursor *c)
{
	const __u8 *p = c->at;
	__u32 ppp;

	if (iot_lacks(c, 8))
		return iot_missing(h, c, 8, IOT_PPPOE);
	if (p[0] != 0x11 || p[1] != 0) {
		h->note = IOT_PPPOE;
		return 0;
	}
	ppp = iot_get16(p + 6);
	iot_protocol(h, IOT_LAYER_PPP, ppp);
	iot_advance(c, 8);
	return ppp == IOT_PPP_IP4 ? IOT_ETH_IP4 : ppp == IOT_PPP_IP6 ? IOT_ETH_IP6 : 0;
}

/* 802.3 with LLC; SNAP with the Ethernet OUI says an EtherType (RFC 1042), which is returned; else 0. */
static __always_inline __u32 iot_parse_llc(struct iot_headers *h, struct iot_cursor *c)
{
	const __u8 *p = c->at;

	iot_protocol(h, IOT_LAYER_LLC, 0);
	if (iot_lacks(c, 3))
		return iot_missing(h, c, 3, IOT_LLC);
	iot_protocol(h, IOT_LAYER_LLC, iot_get16(p));
	if (h->proto != 0xaaaa || p[2] != 3)
		return 0;
	if (iot_lacks(c, 8))
		return iot_missing(h, c, 8, IOT_LLC);
	if (p[3] || p[4] || p[5])
		return 0;
	iot_advance(c, 8);
	iot_protocol(h, IOT_LAYER_ETH, iot_get16(p + 6));
	return h->proto;
}

static __always_inline int iot_is_vlan(__u32 type)
{
	return type == IOT_ETH_VLAN || type == IOT_ETH_QINQ || type == IOT_ETH_QINQ_OLD;
}

/* Step over the tags; returns the EtherType behind them. */
static __always_inline __u32 iot_parse_vlan(struct iot_headers *h, struct iot_cursor *c, __u32 type)
{
	for (int i = 0; i < IOT_VLAN_DEPTH && iot_is_vlan(type); i++) {
		if (iot_lacks(c, 4)) {
			iot_missing(h, c, 4, IOT_VLAN);
			return type;
		}
		type = iot_get16(c->at + 2);
		iot_advance(c, 4);
	}
	if (iot_is_vlan(type))
		h->note = IOT_VLAN;
	return type;
}

#define IOT_ARP_BYTES 28 /* for Ethernet and IPv4 */

static __always_inline __u32 iot_parse_type(struct iot_headers *h, struct iot_cursor *c, __u32 type)
{
	if (type < IOT_ETH_MIN)
		type = iot_parse_llc(h, c);
	else
		iot_protocol(h, IOT_LAYER_ETH, type);
	if (type == IOT_ETH_PPPOE)
		type = iot_parse_pppoe(h, c);
	if (type == IOT_ETH_IP4 || type == IOT_ETH_IP6)
		return iot_parse_network(h, c, type == IOT_ETH_IP4);
	if (type == IOT_ETH_ARP && iot_lacks(c, IOT_ARP_BYTES))
		return iot_missing(h, c, IOT_ARP_BYTES, IOT_ARP);
	return 0;
}

/*
 * Parse [data, end) of a frame that was `wire_length` bytes long. Returns 0, or -1 where not even an Ethernet header is there.
 * `h` is filled in either way.
 */
static __always_inline int iot_parse(struct iot_headers *h, const void *data, const void *end, __u32 wire_length)
{
	struct iot_cursor c = {.at = data, .end = end, .left = wire_length};
	__u32 type;

	iot_headers_clear(h);
	/* To the verifier another pointer than `at`: what is checked of one does not make states of the other. */
	c.start = c.at + (IOT_UNKNOWN_ZERO & 1);
	h->wire_length = wire_length;
	if (iot_lacks(&c, 14))
		return -1;
	h->dst = iot_get_mac(c.at);
	h->src = iot_get_mac_aligned(c.at + 6);
	type = iot_get16(c.at + 12);
	iot_advance(&c, 14);
	h->header_bytes = 14;
	type = iot_parse_vlan(h, &c, type);
	if (h->note) {
		iot_protocol(h, IOT_LAYER_ETH, type);
		return 0;
	}
	iot_parse_type(h, &c, type);
	return 0;
}

#endif
