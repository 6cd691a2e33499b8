/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_NETWORK_H
#define BPF_NETWORK_H

/* IP and what it carries: versions 4 and 6 with their options, extension headers and fragments; TCP, UDP and ICMP. */

#include "bpf/headers.h"

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
	if (proto != IOT_IP_ICMP && proto != IOT_IP_ICMP6)
		return 0;
	if (iot_lacks(c, 4))
		return iot_missing(h, c, 4, IOT_ICMP);
	if (proto == IOT_IP_ICMP6)
		h->icmp = c->at[0];
	return 0;
}

/* Private (RFC 1918), link-local (RFC 3927), loopback and unspecified addresses are not WAN; groups and broadcast neither. */
static __always_inline __u8 iot_ip4_wan(__u32 a)
{
	__u32 top = a >> 24;

	return !(a >> 16 == 0xc0a8 || top == 10 || top - 1 >= 223 || top == 127 || a >> 20 == 0xac1 || a >> 16 == 0xa9fe);
}

/* The unknown zero makes one state of all the ways through the comparisons. */
static __always_inline void iot_ip4_addresses(struct iot_headers *h, const __u8 *ip)
{
	h->src_wan = (__u8)(iot_ip4_wan(iot_get32(ip + 12)) + IOT_UNKNOWN_ZERO);
	h->dst_wan = (__u8)(iot_ip4_wan(iot_get32(ip + 16)) + IOT_UNKNOWN_ZERO);
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
	iot_ip4_addresses(h, p);
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

#endif
