/* SPDX-License-Identifier: BSD-2-Clause */
/* Sound and odd frames. Every maker writes from the EtherType on; lengths are chosen so that exactly one thing is wrong. */
#include "tools/lab/soak_odd.h"

#include <linux/types.h>
#include <string.h>

#include <iotbpf/abi.h>
#include <iotbpf/protocols.h>

#include "agent/base/mac.h"

enum { IP4_BYTES = 20, IP6_BYTES = 40, ETHER_BYTES = 12 };

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* EtherType and an IPv4 header that says that @n bytes of @proto follow; returns where they begin. */
static size_t ip4(uint8_t *p, struct lab_rng *rng, unsigned int proto, size_t n)
{
	memset(p, 0, 2 + IP4_BYTES + n);
	put16(p, IOT_ETH_IP4);
	p[2] = 0x45;
	put16(p + 4, (unsigned int)(IP4_BYTES + n));
	p[10] = (uint8_t)(32 + lab_rng_range(rng, 0, 1) * 32);
	p[11] = (uint8_t)proto;
	put16(p + 14, 10 << 8 | 9);
	put16(p + 16, (unsigned int)lab_rng_next(rng) & 0xffff);
	put16(p + 18, 192 << 8);
	put16(p + 20, 2 << 8 | 1);
	return 2 + IP4_BYTES;
}

static size_t ip6(uint8_t *p, unsigned int next, size_t n)
{
	memset(p, 0, 2 + IP6_BYTES + n);
	put16(p, IOT_ETH_IP6);
	p[2] = 0x60;
	put16(p + 6, (unsigned int)n);
	p[8] = (uint8_t)next;
	p[9] = 64;
	p[10] = 0xfd;
	p[26] = 0xfd;
	return 2 + IP6_BYTES;
}

static unsigned int port(struct lab_rng *rng)
{
	return (unsigned int)lab_rng_range(rng, 1, 65535);
}

/* Ports that no frame with names has. */
static size_t make_udp(uint8_t *p, struct lab_rng *rng)
{
	size_t n = 8 + (size_t)lab_rng_range(rng, 12, 400), at = ip4(p, rng, IOT_IP_UDP, n);

	put16(p + at, port(rng) | 0x8000);
	put16(p + at + 2, port(rng) | 0x8000);
	put16(p + at + 4, (unsigned int)n);
	return at + n;
}

static size_t make_tcp(uint8_t *p, struct lab_rng *rng)
{
	size_t n = 20 + (size_t)lab_rng_range(rng, 0, 400), at = ip4(p, rng, IOT_IP_TCP, n);

	put16(p + at, port(rng));
	put16(p + at + 2, port(rng));
	p[at + 12] = 0x50;
	p[at + 13] = (uint8_t)lab_rng_next(rng) & (uint8_t)~IOT_TCP_SYN;
	return at + n;
}

/* An IP protocol by chance, but none whose header is looked into. */
static size_t make_ip(uint8_t *p, struct lab_rng *rng)
{
	size_t n = (size_t)lab_rng_range(rng, 26, 200);

	return ip4(p, rng, (unsigned int)lab_rng_range(rng, 64, 254), n) + n;
}

/* An EtherType by chance, but none that is looked into. */
static size_t make_ether(uint8_t *p, struct lab_rng *rng)
{
	size_t n = (size_t)lab_rng_range(rng, 46, 300);

	memset(p, 0xa5, n);
	put16(p, (unsigned int)lab_rng_range(rng, 0x8900, 0x90ff));
	return n;
}

static size_t make_llc(uint8_t *p, struct lab_rng *rng)
{
	memset(p, 0, 48);
	put16(p, 46);
	put16(p + 2, (unsigned int)lab_rng_range(rng, 0, 0xa9a9) & 0xfefe);
	p[4] = 3;
	return 48;
}

static size_t make_ip6(uint8_t *p, struct lab_rng *rng)
{
	size_t at = ip6(p, IOT_IP_UDP, 40);

	put16(p + at, port(rng) | 0x8000);
	put16(p + at + 2, port(rng) | 0x8000);
	return at + 40;
}

static size_t make_tagged(uint8_t *p, struct lab_rng *rng)
{
	put16(p, IOT_ETH_VLAN);
	put16(p + 2, (unsigned int)lab_rng_range(rng, 1, 4094));
	return 4 + make_udp(p + 4, rng);
}

static size_t bad_vlan_cut(uint8_t *p, struct lab_rng *rng)
{
	put16(p, IOT_ETH_VLAN);
	return 2 + (size_t)lab_rng_range(rng, 0, 3);
}

/* One tag more than anybody follows, behind the one that the kernel takes out before tc sees the frame. */
static size_t bad_vlan_deep(uint8_t *p, struct lab_rng *rng)
{
	enum { TAGS = IOT_VLAN_DEPTH + 2 };

	for (size_t i = 0; i < TAGS; i++) {
		put16(p + 4 * i, IOT_ETH_VLAN);
		put16(p + 4 * i + 2, 7);
	}
	return (size_t)4 * TAGS + make_udp(p + (size_t)4 * TAGS, rng);
}

static size_t bad_pppoe(uint8_t *p, struct lab_rng *rng)
{
	memset(p, 0, 60);
	put16(p, IOT_ETH_PPPOE);
	p[2] = (uint8_t)lab_rng_range(rng, 0x12, 0xff);
	return 60;
}

static size_t bad_llc(uint8_t *p, struct lab_rng *rng)
{
	memset(p, 0, 4);
	put16(p, (unsigned int)lab_rng_range(rng, 0, 1500));
	return 2 + (size_t)lab_rng_range(rng, 0, 2);
}

static size_t bad_arp(uint8_t *p, struct lab_rng *rng)
{
	memset(p, 0, 30);
	put16(p, IOT_ETH_ARP);
	return 2 + (size_t)lab_rng_range(rng, 0, 27);
}

static size_t bad_ip4_cut(uint8_t *p, struct lab_rng *rng)
{
	ip4(p, rng, IOT_IP_UDP, 8);
	return 2 + (size_t)lab_rng_range(rng, 0, 19);
}

static size_t bad_ip4_lies(uint8_t *p, struct lab_rng *rng)
{
	size_t n = make_udp(p, rng);

	switch (lab_rng_range(rng, 0, 2)) {
	case 0:
		p[2] = (uint8_t)(lab_rng_range(rng, 5, 15) << 4 | 5); /* version */
		break;
	case 1:
		p[2] = (uint8_t)(0x40 | lab_rng_range(rng, 0, 4)); /* header length */
		break;
	default:
		put16(p + 4, (unsigned int)lab_rng_range(rng, (int64_t)n - 1, 65535)); /* more than there is */
	}
	return n;
}

static size_t bad_ip6(uint8_t *p, struct lab_rng *rng)
{
	size_t at = ip6(p, IOT_IP_UDP, 40);

	if (lab_rng_range(rng, 0, 1))
		p[2] = 0x40;
	else
		put16(p + 6, (unsigned int)lab_rng_range(rng, 41, 65535));
	return at + 40;
}

static size_t bad_ip6_cut(uint8_t *p, struct lab_rng *rng)
{
	ip6(p, IOT_IP_UDP, 8);
	return 2 + (size_t)lab_rng_range(rng, 0, 39);
}

/* One extension header more than anybody follows. */
static size_t bad_ip6_chain(uint8_t *p, struct lab_rng *rng)
{
	enum { HEADERS = IOT_IP6_CHAIN + 2 };
	size_t at = ip6(p, IOT_IP_DSTOPTS, (size_t)8 * HEADERS);

	(void)rng;
	for (int i = 0; i < HEADERS; i++)
		p[at + (size_t)8 * i] = IOT_IP_DSTOPTS;
	return at + (size_t)8 * HEADERS;
}

static size_t bad_tcp_cut(uint8_t *p, struct lab_rng *rng)
{
	size_t n = (size_t)lab_rng_range(rng, 0, 19);

	return ip4(p, rng, IOT_IP_TCP, n) + n;
}

static size_t bad_tcp_offset(uint8_t *p, struct lab_rng *rng)
{
	size_t n = make_tcp(p, rng);

	p[2 + IP4_BYTES + 12] = (uint8_t)(lab_rng_range(rng, 0, 4) << 4);
	return n;
}

static size_t bad_udp(uint8_t *p, struct lab_rng *rng)
{
	size_t n = (size_t)lab_rng_range(rng, 0, 7);

	return ip4(p, rng, IOT_IP_UDP, n) + n;
}

static size_t bad_icmp(uint8_t *p, struct lab_rng *rng)
{
	size_t n = (size_t)lab_rng_range(rng, 0, 3);

	return ip4(p, rng, IOT_IP_ICMP, n) + n;
}

const struct lab_odd *lab_odd_kind(unsigned int kind)
{
	static const struct lab_odd kinds[LAB_ODD_KINDS] = {
		{ "udp", IOT_COUNTED, LAB_ODD_COPIES, make_udp },
		{ "tcp", IOT_COUNTED, LAB_ODD_COPIES, make_tcp },
		{ "ip", IOT_COUNTED, LAB_ODD_COPIES, make_ip },
		{ "ether", IOT_COUNTED, LAB_ODD_COPIES, make_ether },
		{ "llc", IOT_COUNTED, LAB_ODD_COPIES, make_llc },
		{ "ip6", IOT_COUNTED, LAB_ODD_COPIES, make_ip6 },
		{ "tagged", IOT_COUNTED, LAB_ODD_WIRE, make_tagged },
		{ "vlan-cut", IOT_VLAN, LAB_ODD_CAPTURE, bad_vlan_cut },
		{ "vlan-deep", IOT_VLAN, LAB_ODD_WIRE, bad_vlan_deep },
		{ "pppoe", IOT_PPPOE, LAB_ODD_COPIES, bad_pppoe },
		{ "llc-cut", IOT_LLC, LAB_ODD_COPIES, bad_llc },
		{ "arp-cut", IOT_ARP, LAB_ODD_COPIES, bad_arp },
		{ "ip4-cut", IOT_IP4, LAB_ODD_COPIES, bad_ip4_cut },
		{ "ip4-lies", IOT_IP4, LAB_ODD_COPIES, bad_ip4_lies },
		{ "ip6-lies", IOT_IP6, LAB_ODD_COPIES, bad_ip6 },
		{ "ip6-cut", IOT_IP6, LAB_ODD_COPIES, bad_ip6_cut },
		{ "ip6-chain", IOT_IP6_HEADERS, LAB_ODD_COPIES, bad_ip6_chain },
		{ "tcp-cut", IOT_TCP, LAB_ODD_COPIES, bad_tcp_cut },
		{ "tcp-offset", IOT_TCP, LAB_ODD_COPIES, bad_tcp_offset },
		{ "udp-cut", IOT_UDP, LAB_ODD_COPIES, bad_udp },
		{ "icmp-cut", IOT_ICMP, LAB_ODD_COPIES, bad_icmp },
		{ "group-source", IOT_SKIP_SOURCE, LAB_ODD_COPIES, make_udp },
	};

	return &kinds[kind];
}

void lab_odd_frame(struct lab_frame *f, const struct lab_odd *odd, uint64_t from, uint64_t to, struct lab_rng *rng)
{
	mac_to_bytes(to, f->data);
	mac_to_bytes(from, f->data + 6);
	f->len = ETHER_BYTES + odd->make(f->data + ETHER_BYTES, rng);
	if (odd->reason == IOT_SKIP_SOURCE)
		f->data[6] |= 1;
}

const char *lab_odd_reason_text(unsigned int reason)
{
	static const char *const text[] = {
		"counted",
#define TEXT(name, word, meaning) word,
		IOT_REASONS(TEXT)
#undef TEXT
	};

	return reason < IOT_REASON_COUNT ? text[reason] : "?";
}
