// SPDX-License-Identifier: BSD-2-Clause

/*
 * Truncated and malformed frames: each of a set of frames cut at every byte, in memory of exactly that size, so that the address
 * sanitizer sees one byte read too many. What a capture cut is told from what a sender cut.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/host.h"
#include "tests/lib/frames.h"

/* Parse the first `captured` bytes of a frame that was `wire` bytes long. */
static int parse_part(struct iot_headers *h, const struct frame *f, uint32_t captured, uint32_t wire)
{
	uint8_t *copy = malloc(captured ? captured : 1);
	int r;

	assert_non_null(copy);
	memcpy(copy, f->data, captured);
	r = iot_parse(h, copy, copy + captured, wire);
	free(copy);
	return r;
}

static void make_arp(struct frame *f)
{
	frame_u16(f, IOT_ETH_ARP);
	frame_u32(f, 0x00010800);
	frame_u32(f, 0x06040001);
	frame_fill(f, 20, 1);
	frame_end(f, 0);
}

static void make_syn(struct frame *f)
{
	static const uint8_t options[] = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7};

	frame_tag(f, IOT_ETH_QINQ, 1);
	frame_tag(f, IOT_ETH_VLAN, 2);
	frame_u16(f, IOT_ETH_IP4);
	frame_ip4(f, IOT_IP_TCP, FRAME_WAN_IP4, 8, 0);
	frame_tcp(f, 50000, 443, IOT_TCP_SYN, options, sizeof(options));
	frame_end(f, 0);
}

static void make_chain(struct frame *f)
{
	frame_pppoe(f, IOT_PPP_IP6);
	frame_ip6(f, IOT_IP_HOPOPTS);
	frame_ip6_extension(f, IOT_IP_HOPOPTS, IOT_IP_AH, 16);
	frame_ip6_extension(f, IOT_IP_AH, IOT_IP_FRAGMENT, 24);
	frame_ip6_fragment(f, IOT_IP_UDP, 0, 0);
	frame_udp(f, 5000, 53);
	frame_end(f, 0);
}

static void make_snap(struct frame *f)
{
	frame_llc(f, 0xaa, 0xaa, 3);
	frame_u16(f, IOT_ETH_IP4);
	frame_ip4(f, IOT_IP_ICMP, FRAME_WAN_IP4, 0, 0);
	frame_fill(f, 8, 0);
	frame_end(f, 0);
}

static void (*const makers[])(struct frame *) = {make_arp, make_syn, make_chain, make_snap};
#define MAKERS (sizeof(makers) / sizeof(makers[0]))

/* A frame that a capture cut: it still has its source, never a protocol error, and says so where a header is missing. */
static void test_cut_by_capture(void **state)
{
	struct iot_headers whole, h;
	struct frame f;

	(void)state;
	for (size_t m = 0; m < MAKERS; m++) {
		frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
		makers[m](&f);
		assert_int_equal(parse_part(&whole, &f, f.length, f.length), 0);
		assert_int_equal(whole.note, IOT_COUNTED);
		for (uint32_t n = 0; n < f.length; n++) {
			int r = parse_part(&h, &f, n, f.length);

			assert_int_equal(r, n < 14 ? -1 : 0);
			if (r < 0)
				continue;
			assert_int_equal(h.src, FRAME_DEVICE);
			assert_int_not_equal(h.layer, IOT_LAYER_NONE);
			assert_true(h.note == IOT_CUT || h.note == IOT_COUNTED);
			assert_true(h.note == IOT_CUT || (h.layer == whole.layer && h.proto == whole.proto));
		}
	}
}

/* The same frames cut by their sender: a reason, and never a flow that the bytes do not say. */
static void test_cut_by_sender(void **state)
{
	struct iot_headers whole, h;
	struct frame f;

	(void)state;
	for (size_t m = 0; m < MAKERS; m++) {
		frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
		makers[m](&f);
		assert_int_equal(parse_part(&whole, &f, f.length, f.length), 0);
		for (uint32_t n = 14; n < f.length; n++) {
			assert_int_equal(parse_part(&h, &f, n, n), 0);
			assert_int_not_equal(h.note, IOT_CUT);
			assert_int_not_equal(h.layer, IOT_LAYER_NONE);
			if (h.note == IOT_COUNTED) /* only bytes behind the headers are missing */
				assert_true(h.layer == whole.layer && n >= whole.header_bytes);
		}
	}
}

/* Any byte of a frame set to anything: no crash, some flow. */
static void test_mutations(void **state)
{
	struct iot_headers h;
	struct frame f, g;

	(void)state;
	for (size_t m = 0; m < MAKERS; m++) {
		frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
		makers[m](&f);
		for (uint32_t at = 12; at < f.length; at++) {
			for (uint32_t value = 0; value < 256; value++) {
				g = f;
				g.data[at] = (uint8_t)value;
				assert_int_equal(parse_part(&h, &g, g.length, g.length), 0);
				assert_int_not_equal(h.layer, IOT_LAYER_NONE);
				assert_true(h.note < IOT_REASON_COUNT);
			}
		}
	}
}

struct damage {
	const char *what;
	uint32_t at, value; /* byte overwritten in an Ethernet, IPv4, TCP frame with 20 bytes of payload */
	uint32_t note, layer;
};

static const struct damage damages[] = {
	{"IP version", 14, 0x65, IOT_IP4, IOT_LAYER_ETH},
	{"IP header length below 20", 14, 0x44, IOT_IP4, IOT_LAYER_ETH},
	{"IP header longer than the datagram", 14, 0x4f, IOT_COUNTED, IOT_LAYER_TCP}, /* 60 of 60 bytes: see below */
	{"total length above the frame", 16, 0x40, IOT_IP4, IOT_LAYER_ETH},
	{"total length below the header", 17, 19, IOT_IP4, IOT_LAYER_ETH},
	{"total length without TCP ports", 17, 23, IOT_TCP, IOT_LAYER_IP},
	{"total length within the TCP header", 17, 39, IOT_TCP, IOT_LAYER_TCP},
	{"TCP offset below 5", 46, 0x40, IOT_TCP, IOT_LAYER_TCP},
	{"TCP offset behind the datagram", 46, 0xf0, IOT_TCP, IOT_LAYER_TCP},
	{"TCP offset at the end of the datagram", 46, 0xa0, IOT_COUNTED, IOT_LAYER_TCP},
};

static void test_damage(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *d = &damages[i];

		frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_ACK, 20);
		f.data[d->at] = (uint8_t)d->value;
		assert_int_equal(parse_part(&h, &f, f.length, f.length), 0);
		if (d->value == 0x4f) { /* options fill the datagram: TCP has no byte left */
			assert_int_equal(h.note, IOT_TCP);
			continue;
		}
		if (h.note != d->note || h.layer != d->layer)
			print_error("%s: note %u layer %u\n", d->what, h.note, h.layer);
		assert_int_equal(h.note, d->note);
		assert_int_equal(h.layer, d->layer);
	}
}

static void test_ip6_damage(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	frame_u16(&f, IOT_ETH_IP6);
	frame_ip6(&f, IOT_IP_DSTOPTS);
	frame_ip6_extension(&f, IOT_IP_DSTOPTS, IOT_IP_UDP, 8);
	frame_udp(&f, 5000, 53);
	frame_end(&f, 0);
	f.data[14 + 41] = 200; /* the extension header ends behind the datagram */
	assert_int_equal(parse_part(&h, &f, f.length, f.length), 0);
	assert_int_equal(h.note, IOT_IP6_HEADERS);
	f.data[14 + 4] = 0x10; /* payload length above the frame */
	assert_int_equal(parse_part(&h, &f, f.length, f.length), 0);
	assert_int_equal(h.note, IOT_IP6);
	f.data[14] = 0x45;
	assert_int_equal(parse_part(&h, &f, f.length, f.length), 0);
	assert_int_equal(h.note, IOT_IP6);
}

/* The short way of most frames and the long way of all: the same fields, whatever is damaged. */
static void test_plain_is_any(void **state)
{
	struct iot_headers plain, any;
	struct frame f, g;

	(void)state;
	for (int udp = 0; udp < 2; udp++) {
		if (udp)
			frame_make_udp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, 40);
		else
			frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_ACK, 40);
		assert_int_equal(iot_parse_plain(&plain, f.data, f.data + f.length, f.length), 1);
		for (uint32_t at = 12; at < 60; at++) {
			for (uint32_t value = 0; value < 256; value++) {
				g = f;
				g.data[at] = (uint8_t)value;
				for (uint32_t cut = 0; cut < 30; cut += 7) {
					const uint8_t *end = g.data + g.length - cut;

					assert_int_equal(iot_parse(&plain, g.data, end, g.length - 9), 0);
					assert_int_equal(iot_parse_any(&any, g.data, end, g.length - 9), 0);
					assert_memory_equal(&plain, &any, sizeof(any));
				}
			}
		}
	}
}

/* A capture may say that more bytes were taken than the frame had. */
static void test_captured_above_length(void **state)
{
	struct iot_headers h;
	struct frame f;

	(void)state;
	frame_begin(&f, FRAME_SERVER, FRAME_DEVICE);
	make_syn(&f);
	for (uint32_t wire = 0; wire < f.length; wire++)
		assert_int_equal(parse_part(&h, &f, f.length, wire), wire < 14 ? -1 : 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_by_capture), cmocka_unit_test(test_cut_by_sender), cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_damage),	       cmocka_unit_test(test_ip6_damage),    cmocka_unit_test(test_captured_above_length),
		cmocka_unit_test(test_plain_is_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
