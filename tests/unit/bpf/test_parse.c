// SPDX-License-Identifier: BSD-2-Clause

/* The parser on whole frames, layer by layer; test_parse_cut.c has truncated and malformed ones. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf/host.h"
#include "tests/lib/frames.h"

static struct iot_headers parse(const struct frame *f)
{
	struct iot_headers h;

	assert_int_equal(iot_parse(&h, f->data, f->data + f->length, f->length), 0);
	assert_int_equal(h.wire_length, f->length);
	return h;
}

#define assert_flow(h, l, p)                                                                                           \
	do {                                                                                                           \
		assert_int_equal((h).layer, l);                                                                        \
		assert_int_equal((h).proto, p);                                                                        \
		assert_int_equal((h).note, IOT_COUNTED);                                                               \
	} while (0)

static void begin(struct frame *f, uint32_t type)
{
	frame_begin(f, FRAME_SERVER, FRAME_DEVICE);
	frame_u16(f, type);
}

/* UDP 5000 -> 53 over IPv4, from the EtherType on. */
static void add_udp4(struct frame *f)
{
	frame_u16(f, IOT_ETH_IP4);
	frame_ip4(f, IOT_IP_UDP, FRAME_WAN_IP4, 0, 0);
	frame_udp(f, 5000, 53);
	frame_fill(f, 10, 0);
}

static void assert_udp(const struct iot_headers *h, uint32_t header_bytes)
{
	assert_flow(*h, IOT_LAYER_UDP, 0);
	assert_int_equal(h->sport, 5000);
	assert_int_equal(h->dport, 53);
	assert_int_equal(h->header_bytes, header_bytes);
}

static void test_ethernet(void **state)
{
	static const uint16_t types[] = {0x0600, 0x0806, 0x22f0, 0x6003, 0x8863, 0x888e, 0x88cc, 0x890d, 0x9000, 0xffff};
	struct iot_headers h;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		begin(&f, types[i]);
		frame_end(&f, 60);
		h = parse(&f);
		assert_flow(h, IOT_LAYER_ETH, types[i]);
		assert_int_equal(h.src, FRAME_DEVICE);
		assert_int_equal(h.dst, FRAME_SERVER);
		assert_int_equal(h.ttl, 0);
	}
}

static void test_vlan(void **state)
{
	static const uint16_t outer[] = {IOT_ETH_VLAN, IOT_ETH_QINQ, IOT_ETH_QINQ_OLD};
	struct iot_headers h;
	struct frame f;

	(void)state;
	for (int i = 0; i < 3; i++) {
		frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
		frame_tag(&f, outer[i], 100);
		add_udp4(&f);
		frame_end(&f, 0);
		h = parse(&f);
		assert_udp(&h, 14 + 4 + 28);
		frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
		frame_tag(&f, outer[i], 100);
		frame_tag(&f, IOT_ETH_VLAN, 7);
		add_udp4(&f);
		frame_end(&f, 0);
		h = parse(&f);
		assert_udp(&h, 14 + 8 + 28);
	}
}

static void test_vlan_too_deep(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	for (uint32_t i = 0; i < 3; i++)
		frame_tag(&f, IOT_ETH_VLAN, i);
	add_udp4(&f);
	frame_end(&f, 0);
	h = parse(&f);
	assert_int_equal(h.note, IOT_VLAN);
	assert_int_equal(h.layer, IOT_LAYER_ETH);
	assert_int_equal(h.proto, IOT_ETH_VLAN);
}

static void test_pppoe(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	frame_pppoe(&f, IOT_PPP_IP4);
	frame_ip4(&f, IOT_IP_UDP, FRAME_WAN_IP4, 0, 0);
	frame_udp(&f, 5000, 53);
	frame_end(&f, 60);
	h = parse(&f);
	assert_udp(&h, 14 + 8 + 28);
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	frame_pppoe(&f, IOT_PPP_IP6);
	frame_ip6(&f, IOT_IP_UDP);
	frame_udp(&f, 5000, 53);
	frame_end(&f, 0);
	h = parse(&f);
	assert_udp(&h, 14 + 8 + 48);
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	frame_tag(&f, IOT_ETH_VLAN, 7);
	frame_pppoe(&f, 0xc021); /* LCP */
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_PPP, 0xc021);
	f.data[18] = 0x21; /* version 2 */
	h = parse(&f);
	assert_int_equal(h.note, IOT_PPPOE);
}

static void test_llc(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	frame_begin(&f, 0x0180c2000000ULL, FRAME_DEVICE);
	frame_llc(&f, 0x42, 0x42, 3); /* spanning tree */
	frame_fill(&f, 35, 0);
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_LLC, 0x4242);
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	frame_llc(&f, 0xaa, 0xaa, 3);
	add_udp4(&f);
	frame_end(&f, 60);
	h = parse(&f);
	assert_udp(&h, 14 + 8 + 28);
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	frame_llc(&f, 0xaa, 0xaa, 3);
	frame_u16(&f, 0x809b); /* AppleTalk */
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_ETH, 0x809b);
	f.data[19] = 0x0c; /* a vendor's SNAP protocol */
	h = parse(&f);
	assert_flow(h, IOT_LAYER_LLC, 0xaaaa);
}

static void test_ip4(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	for (uint32_t options = 0; options <= 40; options += 4) {
		begin(&f, IOT_ETH_IP4);
		frame_ip4(&f, IOT_IP_UDP, FRAME_WAN_IP4, options, 0x4000);
		frame_udp(&f, 5000, 53);
		frame_end(&f, 60);
		h = parse(&f);
		assert_udp(&h, 14 + 28 + options);
		assert_int_equal(h.traits, IOT_TRAIT_DF | (options ? IOT_TRAIT_OPTIONS : 0));
		assert_int_equal(h.ttl, 64);
		assert_int_equal(h.dst_wan, 1);
		assert_int_equal(h.src_wan, 0);
	}
}

/* Every IP protocol is a flow; the short payload of a padded frame is not mistaken for more. */
static void test_ip_protocols(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	for (uint32_t proto = 0; proto < 256; proto++) {
		begin(&f, IOT_ETH_IP4);
		frame_ip4(&f, proto, FRAME_LAN_IP4, 0, 0);
		frame_fill(&f, 20, 0x50);
		frame_end(&f, 60);
		h = parse(&f);
		if (proto == IOT_IP_TCP || proto == IOT_IP_UDP)
			assert_flow(h, proto == IOT_IP_TCP ? IOT_LAYER_TCP : IOT_LAYER_UDP, 0);
		else
			assert_flow(h, IOT_LAYER_IP, proto);
	}
	begin(&f, IOT_ETH_IP4);
	frame_ip4(&f, IOT_IP_UDP, FRAME_LAN_IP4, 0, 0);
	frame_fill(&f, 3, 0x50);
	frame_end(&f, 60);
	h = parse(&f);
	assert_int_equal(h.note, IOT_UDP);
	assert_int_equal(h.layer, IOT_LAYER_IP);
}

static void test_ip4_fragments(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	begin(&f, IOT_ETH_IP4);
	frame_ip4(&f, IOT_IP_UDP, FRAME_LAN_IP4, 0, 0x2000);
	frame_udp(&f, 5000, 53);
	frame_end(&f, 60);
	h = parse(&f);
	assert_udp(&h, 14 + 28);
	assert_int_equal(h.traits, IOT_TRAIT_FRAGMENT);
	begin(&f, IOT_ETH_IP4);
	frame_ip4(&f, IOT_IP_UDP, FRAME_LAN_IP4, 0, 0x0001);
	frame_fill(&f, 64, 0);
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_IP, IOT_IP_UDP);
	assert_int_equal(h.traits, IOT_TRAIT_FRAGMENT);
	assert_int_equal(h.sport, 0);
}

static void test_ip4_wan(void **state)
{
	static const uint32_t lan[] = {0x0a000001, 0xac100001, 0xac1fffff, 0xc0a80001, 0xa9fe0001, 0x7f000001, 0, 0xe0000001, 0xffffffff};
	static const uint32_t wan[] = {0x08080808, 0xac0fffff, 0xac200000, 0xc0a70001, 0x01000001, 0xdfffffff};

	(void)state;
	for (size_t i = 0; i < sizeof(lan) / sizeof(lan[0]); i++)
		assert_false(iot_ip4_wan(lan[i]));
	for (size_t i = 0; i < sizeof(wan) / sizeof(wan[0]); i++)
		assert_true(iot_ip4_wan(wan[i]));
}

static void test_ip6(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	begin(&f, IOT_ETH_IP6);
	frame_ip6(&f, IOT_IP_ICMP6);
	frame_fill(&f, 8, 0);
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_IP, IOT_IP_ICMP6);
	assert_int_equal(h.traits, IOT_TRAIT_IP6);
	assert_int_equal(h.ttl, 255);
	assert_int_equal(h.src_wan, 0);
	assert_int_equal(h.dst_wan, 1);
	begin(&f, IOT_ETH_IP6);
	frame_ip6(&f, 59); /* no next header */
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_IP, 59);
}

static const uint8_t extensions[] = {IOT_IP_HOPOPTS, IOT_IP_ROUTING, IOT_IP_AH, IOT_IP_DSTOPTS, IOT_IP_FRAGMENT};

/* A chain of `count` extension headers beginning with extensions[start], then UDP. */
static void make_chain(struct frame *f, uint32_t count, uint32_t start, uint32_t bytes)
{
	begin(f, IOT_ETH_IP6);
	frame_ip6(f, count ? extensions[start % 5] : IOT_IP_UDP);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t kind = extensions[(start + i) % 5];
		uint32_t next = i + 1 < count ? extensions[(start + i + 1) % 5] : IOT_IP_UDP;

		if (kind == IOT_IP_FRAGMENT)
			frame_ip6_fragment(f, next, 0, 1);
		else
			frame_ip6_extension(f, kind, next, bytes);
	}
	frame_udp(f, 5000, 53);
	frame_end(f, 60);
}

static void test_ip6_extensions(void **state)
{
	struct frame f;

	(void)state;
	for (uint32_t start = 0; start < 5; start++) {
		for (uint32_t count = 0; count <= IOT_IP6_CHAIN; count++) {
			for (uint32_t bytes = 8; bytes <= 256; bytes *= 2) {
				make_chain(&f, count, start, bytes);
				struct iot_headers h = parse(&f);

				assert_udp(&h, f.length > 60 ? f.length : 14 + 40 + 8);
				assert_int_equal(!!(h.traits & IOT_TRAIT_OPTIONS), count > 0);
			}
		}
	}
	make_chain(&f, IOT_IP6_CHAIN + 1, 0, 8);
	assert_int_equal(parse(&f).note, IOT_IP6_HEADERS);
}

static void test_ip6_fragments(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	begin(&f, IOT_ETH_IP6);
	frame_ip6(&f, IOT_IP_FRAGMENT);
	frame_ip6_fragment(&f, IOT_IP_TCP, 181, 1);
	frame_fill(&f, 100, 0);
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_IP, IOT_IP_TCP);
	assert_int_equal(h.traits, IOT_TRAIT_IP6 | IOT_TRAIT_OPTIONS | IOT_TRAIT_FRAGMENT);
}

static void test_tcp(void **state)
{
	/* MSS, SACK permitted, time stamps, NOP, window scale: what Linux sends; then TCP Fast Open */
	static const uint8_t linux_syn[] = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7};
	static const uint8_t other[] = {2, 4, 5, 180, 34, 2, 1, 1};
	struct iot_headers h;
	struct frame f;

	(void)state;
	frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_PSH | IOT_TCP_ACK, 100);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_TCP, 0);
	assert_int_equal(h.sport, 50000);
	assert_int_equal(h.dport, 443);
	assert_int_equal(h.tcp_flags, IOT_TCP_PSH | IOT_TCP_ACK);
	assert_int_equal(h.window, 0x7210);
	assert_int_equal(h.header_bytes, 54);
	assert_int_equal(h.traits, IOT_TRAIT_DF);
	begin(&f, IOT_ETH_IP4);
	frame_ip4(&f, IOT_IP_TCP, FRAME_WAN_IP4, 0, 0);
	frame_tcp(&f, 50000, 443, IOT_TCP_SYN, linux_syn, sizeof(linux_syn));
	frame_end(&f, 60);
	h = parse(&f);
	assert_flow(h, IOT_LAYER_TCP, 0);
	assert_int_equal(h.traits, IOT_TRAIT_SYN_WSCALE | IOT_TRAIT_SYN_SACK | IOT_TRAIT_SYN_TIME);
	assert_int_equal(h.header_bytes, 74);
	begin(&f, IOT_ETH_IP4);
	frame_ip4(&f, IOT_IP_TCP, FRAME_WAN_IP4, 0, 0);
	frame_tcp(&f, 50000, 443, IOT_TCP_SYN, other, sizeof(other));
	frame_end(&f, 60);
	assert_int_equal(parse(&f).traits, IOT_TRAIT_SYN_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ethernet),      cmocka_unit_test(test_vlan),	    cmocka_unit_test(test_vlan_too_deep),
		cmocka_unit_test(test_pppoe),	      cmocka_unit_test(test_llc),	    cmocka_unit_test(test_ip4),
		cmocka_unit_test(test_ip_protocols),  cmocka_unit_test(test_ip4_fragments), cmocka_unit_test(test_ip4_wan),
		cmocka_unit_test(test_ip6),	      cmocka_unit_test(test_ip6_extensions), cmocka_unit_test(test_ip6_fragments),
		cmocka_unit_test(test_tcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
