/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_PARSE_H
#define BPF_PARSE_H

/*
 * Frame bytes to struct iot_headers. Every step checks its bounds and, where bytes are missing or wrong, notes the reason and
 * stops: what was recognised so far is the flow, so a malformed frame still counts for its device.
 */

#include "bpf/network.h"

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

#define IOT_PLAIN_BYTES 54 /* Ethernet, IPv4 and TCP headers without options */

/*
 * Most frames are untagged IPv4 without options or fragments, with UDP or with TCP in a connection. Returns the layer of such a frame, or
 * IOT_LAYER_NONE for any other and where anything is wrong with it.
 */
static __always_inline __u32 iot_plain_layer(const __u8 *p, const __u8 *end, __u32 wire_length)
{
	__u32 total, odd;

	if (p + IOT_PLAIN_BYTES > end || wire_length < IOT_PLAIN_BYTES)
		return IOT_LAYER_NONE;
	/* One branch for what is nearly always so. */
	odd = (iot_raw16(p + 12) ^ iot_be16(IOT_ETH_IP4)) | (p[14] ^ 0x45u) | (iot_raw16(p + 20) & iot_be16(0x3fff));
	IOT_OPAQUE(odd);
	total = iot_get16(p + 16);
	if (odd || total > wire_length - 14)
		return IOT_LAYER_NONE;
	if (p[23] == IOT_IP_UDP)
		return total < 20 + 8 ? IOT_LAYER_NONE : IOT_LAYER_UDP;
	if (p[23] != IOT_IP_TCP || p[46] < 5 << 4 || p[47] & IOT_TCP_SYN || total < 20 + (__u32)(p[46] >> 4) * 4)
		return IOT_LAYER_NONE;
	return IOT_LAYER_TCP;
}

/* The headers of such a frame: the same fields as the long way gives. */
static __always_inline void iot_plain_headers(struct iot_headers *h, const __u8 *p, __u32 layer, __u32 wire_length)
{
	__u32 tcp = layer == IOT_LAYER_TCP;

	h->dst = iot_get_mac(p);
	h->src = iot_get_mac_source(p + 6);
	h->wire_length = wire_length;
	h->header_bytes = 34 + (tcp ? (__u32)(p[46] >> 4) * 4 : 8);
	h->proto = 0;
	h->sport = (__u16)iot_get16(p + 34);
	h->dport = (__u16)iot_get16(p + 36);
	h->window = tcp ? (__u16)iot_get16(p + 48) : 0;
	h->layer = (__u8)layer;
	h->ttl = p[22];
	h->tcp_flags = tcp ? p[47] : 0;
	h->traits = (__u8)((iot_get16(p + 20) >> 14 & 1) * IOT_TRAIT_DF);
	h->note = IOT_COUNTED;
	iot_ip4_addresses(h, p + 14);
	h->icmp = 0;
}

/* Returns 0, having written nothing, for a frame that is not plain. */
static __always_inline int iot_parse_plain(struct iot_headers *h, const __u8 *p, const __u8 *end, __u32 wire_length)
{
	__u32 layer = iot_plain_layer(p, end, wire_length);

	if (layer == IOT_LAYER_NONE)
		return 0;
	iot_plain_headers(h, p, layer, wire_length);
	return 1;
}

/* The long way: any frame. */
static __always_inline int iot_parse_any(struct iot_headers *h, const void *data, const void *end, __u32 wire_length)
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
	h->src = iot_get_mac_source(c.at + 6);
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

/*
 * Parse [data, end) of a frame that was `wire_length` bytes long. Returns 0, or -1 where not even an Ethernet header is there.
 * `h` is filled in either way.
 */
static __always_inline int iot_parse(struct iot_headers *h, const void *data, const void *end, __u32 wire_length)
{
	if (iot_likely(iot_parse_plain(h, data, end, wire_length)))
		return 0;
	return iot_parse_any(h, data, end, wire_length);
}

#endif
