// SPDX-License-Identifier: BSD-2-Clause

/* Frames with names and addresses are copied out whole, up to a limit; all others are not. The host build copies the same. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/source/copies.h"
#include "tests/lib/frames.h"
#include "tests/lib/prog.h"

enum { NAME_LIMIT = 5, ADDRESS_LIMIT = 3 };

static const struct slots_options OPTIONS = {.devices = 64, .flows = 512, .device_flows = 32, .seed = 0x5eed};

static void load(struct prog *p, uint32_t names, uint32_t addresses, int frags)
{
	struct iot_config config = {.replay = 1, .frags = (uint8_t)frags, .copies = {names, addresses}};
	int r;

	assert_int_equal(slots_configure(&config, &OPTIONS), 0);
	r = prog_load(p, &config);
	if (r == -EPERM) {
		prog_close(p);
		print_message("skipped: loading kernel programs needs root\n");
		skip();
	}
	assert_int_equal(r, 0);
	prog_register_port(p);
}

static void run(struct prog *p, enum prog_kind kind, const struct frame *f, uint32_t second)
{
	*p->replay = (struct iot_replay){.now = {.second = second, .ms = second * 1000}, .length = f->length};
	assert_true(prog_run(p, kind, f->data, f->length, 1) >= 0);
}

static void make_arp(struct frame *f)
{
	frame_begin(f, FRAME_BROADCAST, FRAME_DEVICE);
	frame_u16(f, IOT_ETH_ARP);
	frame_fill(f, 46, 3);
}

static void make_nd(struct frame *f, uint8_t type)
{
	frame_begin(f, FRAME_BROADCAST, FRAME_DEVICE);
	frame_u16(f, IOT_ETH_IP6);
	frame_ip6(f, IOT_IP_ICMP6);
	frame_fill(f, 1, type);
	frame_fill(f, 31, 0);
	frame_end(f, 60);
}

/* Does the program copy this frame, in full? The second time its flow is known: the fast lane must leave it to the long way. */
static void expect(struct prog *p, enum prog_kind kind, const struct frame *f, bool copied)
{
	struct iot_copy copy;

	for (uint32_t i = 0; i < 3; i++) {
		run(p, kind, f, 100);
		assert_int_equal(copies_take(&p->table, &copy), copied);
		if (!copied)
			continue;
		assert_int_equal(copy.length, f->length & ~(kind == PROG_XDP && !p->table.config.frags ? 1u : 0));
		assert_memory_equal(copy.bytes, f->data, copy.length);
	}
	assert_false(copies_waiting(&p->table));
}

static void kinds(enum prog_kind ingress, int frags)
{
	struct prog p;
	struct frame f;

	load(&p, 0, 0, frags);
	frame_make_udp(&f, FRAME_BROADCAST, FRAME_DEVICE, 68, 67, 301);
	expect(&p, ingress, &f, true);
	expect(&p, PROG_OUT, &f, false);
	frame_make_udp(&f, FRAME_DEVICE, FRAME_DEVICE + 1, 67, 68, 300);
	expect(&p, ingress, &f, true);
	expect(&p, PROG_OUT, &f, true);
	frame_make_udp(&f, FRAME_BROADCAST, FRAME_DEVICE, 5353, 5353, 1400);
	expect(&p, ingress, &f, true);
	expect(&p, PROG_OUT, &f, false);
	frame_make_udp(&f, FRAME_DEVICE + 1, FRAME_DEVICE, 40000, 67 + 64, 20);
	expect(&p, ingress, &f, false);
	frame_make_tcp(&f, FRAME_DEVICE + 1, FRAME_DEVICE, 40000, 5353, IOT_TCP_ACK, 20);
	expect(&p, ingress, &f, false);
	frame_make_udp(&f, FRAME_DEVICE + 1, FRAME_DEVICE, 5353, 40000, 20);
	expect(&p, ingress, &f, false);
	make_arp(&f);
	expect(&p, ingress, &f, true);
	expect(&p, PROG_OUT, &f, false);
	for (uint8_t type = 130; type < 140; type++) {
		make_nd(&f, type);
		expect(&p, ingress, &f, type >= 133 && type <= 136);
	}
	prog_close(&p);
}

static void test_kinds(void **state)
{
	(void)state;
	kinds(PROG_IN, 0);
	kinds(PROG_XDP, 0);
	kinds(PROG_XDP, 1);
}

/* A port's limit of a second, of each kind; then the ring's end, of which addresses take half. */
static void test_limits(void **state)
{
	struct copies_counters c;
	struct iot_copy copy;
	struct prog p;
	struct frame name, address;
	uint32_t n = 0;

	(void)state;
	load(&p, NAME_LIMIT, ADDRESS_LIMIT, 0);
	frame_make_udp(&name, FRAME_BROADCAST, FRAME_DEVICE, 68, 67, 300);
	make_arp(&address);
	for (uint32_t i = 0; i < 10; i++) {
		run(&p, PROG_IN, &name, 1);
		run(&p, PROG_IN, &address, 1);
	}
	c = copies_counters(&p.table);
	assert_int_equal(c.taken, NAME_LIMIT + ADDRESS_LIMIT);
	assert_int_equal(c.refused_rate, 20 - NAME_LIMIT - ADDRESS_LIMIT);
	while (copies_take(&p.table, &copy))
		n++;
	assert_int_equal(n, NAME_LIMIT + ADDRESS_LIMIT);
	for (uint32_t second = 2; second < 2 + IOT_COPIES; second++)
		run(&p, PROG_IN, &address, second);
	c = copies_counters(&p.table);
	assert_int_equal(c.taken, n + IOT_COPIES / 2);
	assert_int_equal(c.refused_full, IOT_COPIES / 2);
	for (uint32_t second = 100; second < 100 + IOT_COPIES; second++)
		run(&p, PROG_IN, &name, second);
	c = copies_counters(&p.table);
	assert_int_equal(c.taken, n + IOT_COPIES);
	assert_int_equal(c.refused_full, IOT_COPIES);
	prog_close(&p);
}

/* A capture's frames are copied by the host build under the same rules, a cut one as far as it is there. */
static void test_host(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *host = NULL;
	struct iot_copy copy;
	struct frame f;

	(void)state;
	assert_int_equal(slots_new(&host, &OPTIONS), 0);
	frame_make_udp(&f, FRAME_BROADCAST, FRAME_DEVICE, 5353, 5353, 400);
	iot_frame_captured(host, f.data, 128, f.length, (struct iot_clock){1, 1000});
	assert_true(copies_take(host, &copy));
	assert_int_equal(copy.length, 128);
	assert_memory_equal(copy.bytes, f.data, 128);
	frame_make_udp(&f, FRAME_BROADCAST, FRAME_DEVICE, 5355, 5355, 400);
	iot_frame_captured(host, f.data, f.length, f.length, (struct iot_clock){1, 1000});
	assert_false(copies_take(host, &copy));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds), cmocka_unit_test(test_limits), cmocka_unit_test(test_host)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
