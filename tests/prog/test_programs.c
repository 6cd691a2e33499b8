// SPDX-License-Identifier: BSD-2-Clause

/*
 * The real kernel programs by BPF_PROG_RUN: the same slots as the host build, byte for byte; exact on two CPUs; exact refusals under a
 * flood of a million addresses.
 */

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/frames.h"
#include "tests/lib/prog.h"
#include "tests/lib/twin.h"

#define FRAMES 4000

/* Load with these options, or skip where the kernel does not let us. */
static void load(struct prog *p, const struct slots_options *options, int claim_received)
{
	struct iot_config config = {.replay = 1, .claim_received = (uint8_t)claim_received};
	int r;

	assert_int_equal(slots_configure(&config, options), 0);
	r = prog_load(p, &config);
	if (r == -EPERM) {
		prog_close(p);
		print_message("skipped: loading kernel programs needs root\n");
		skip();
	}
	assert_int_equal(r, 0);
}

static uint32_t random_below(uint32_t n)
{
	static uint64_t x = 0x5eed;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 33) % n;
}

/* Any of many kinds of frame between 40 devices; some of them damaged. */
static void make_random(struct frame *f)
{
	uint64_t src = FRAME_DEVICE + random_below(40), dst = random_below(4) ? FRAME_DEVICE + random_below(40) : FRAME_BROADCAST;
	uint32_t flags[] = {IOT_TCP_SYN, IOT_TCP_SYN | IOT_TCP_ACK, IOT_TCP_ACK, IOT_TCP_ACK | IOT_TCP_PSH, IOT_TCP_FIN | IOT_TCP_ACK};
	uint32_t port = 1 + random_below(60000), service = random_below(2) ? 443 : 1024 + random_below(64000);

	switch (random_below(5)) {
	case 0:
		frame_make_udp(f, dst, src, port, service, random_below(1400));
		break;
	case 1:
		frame_make_tcp(f, dst, src, service, port, flags[random_below(5)], random_below(1400));
		break;
	case 2:
		frame_begin(f, dst, src);
		frame_tag(f, IOT_ETH_VLAN, 5);
		frame_u16(f, IOT_ETH_IP6);
		frame_ip6(f, IOT_IP_HOPOPTS);
		frame_ip6_extension(f, IOT_IP_HOPOPTS, IOT_IP_UDP, 8 + 8 * random_below(5));
		frame_udp(f, port, service);
		frame_fill(f, random_below(100), 7);
		frame_end(f, 60);
		break;
	case 3:
		frame_begin(f, dst, src);
		frame_pppoe(f, IOT_PPP_IP4);
		frame_ip4(f, random_below(256), FRAME_WAN_IP4, 4 * random_below(11), random_below(3) ? 0 : 0x2001);
		frame_fill(f, random_below(60), 0x45);
		frame_end(f, 60);
		break;
	default:
		frame_begin(f, dst, src);
		frame_u16(f, random_below(65536));
		frame_fill(f, 46 + random_below(100), 1);
	}
	if (random_below(4) == 0)
		f->data[12 + random_below(f->length - 12)] = (uint8_t)random_below(256);
	if (random_below(8) == 0)
		f->length = 15 + random_below(f->length - 14); /* the kernel runs no program on less */
}

/* The same frames through an ingress program, the egress program and the host build. */
static void parity(enum prog_kind ingress)
{
	const struct slots_options options = {.devices = 64, .flows = 512, .device_flows = 32, .newcomers = 3, .seed = 0x5eed};
	_cleanup_(slots_free_p) struct iot_table *host = NULL;
	struct prog p;
	struct frame f;
	uint32_t ifindex, refused = 0;

	load(&p, &options, 1);
	assert_int_equal(slots_new(&host, &options), 0);
	ifindex = prog_register_port(&p);
	host->ports[ifindex].ifindex = ifindex;
	for (uint32_t i = 0; i < FRAMES; i++) {
		make_random(&f);
		*p.replay = (struct iot_replay){.now = {.second = i / 100, .ms = i * 10}, .length = f.length};
		if (random_below(10) == 0) { /* a capture's snap length, or segmentation offload */
			p.replay->length = f.length + random_below(20000);
			p.replay->gso_size = random_below(2) ? 1448 : 0;
		}
		for (int out = 0; out < 2; out++) {
			int r = prog_run(&p, out ? PROG_OUT : ingress, f.data, f.length, 1);

			if (r == -EINVAL) { /* newer kernels run no TC program on a cut IP header */
				refused++;
				continue;
			}
			assert_true(r >= 0);
			twin_count(host, f.data, f.length, p.replay, ifindex, out);
		}
		if (i % 500 == 0)
			assert_null(twin_difference(&p.table, host));
	}
	assert_null(twin_difference(&p.table, host));
	assert_true(refused < FRAMES / 100);
	assert_true(host->counters->reason[IOT_IP4] && host->counters->reason[IOT_FLOW_FULL] && host->counters->reason[IOT_SKIP_RATE]);
	prog_close(&p);
}

static void test_parity_xdp(void **state)
{
	(void)state;
	parity(PROG_XDP);
}

static void test_parity_tc(void **state)
{
	(void)state;
	parity(PROG_IN);
}

#define THREADS 2
#define THREAD_FLOWS 40
#define REPEAT 20000

struct runner {
	const struct prog *prog;
	uint32_t cpu;
	int failed;
};

static void make_thread_frame(struct frame *f, uint32_t cpu, uint32_t flow)
{
	/* even flows are shared by both threads, odd ones are a thread's own */
	frame_make_udp(f, FRAME_BROADCAST, FRAME_DEVICE + flow % 4, 40000, 100 + flow + (flow % 2 ? cpu * 1000 : 0), 18);
}

static void *runner_main(void *arg)
{
	struct runner *r = arg;
	struct frame f;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(r->cpu, &set);
	r->failed = sched_setaffinity(0, sizeof(set), &set);
	for (uint32_t i = 0; i < THREAD_FLOWS; i++) {
		make_thread_frame(&f, r->cpu, i);
		if (prog_run(r->prog, PROG_IN, f.data, f.length, REPEAT) < 0)
			r->failed = 1;
	}
	return NULL;
}

/* Two CPUs on the same and on different flows: no increment is lost, a key has one slot. */
static void test_two_cpus(void **state)
{
	const struct slots_options options = {.devices = 64, .flows = 512, .device_flows = 128, .seed = 0x5eed};
	struct runner runner[THREADS];
	pthread_t thread[THREADS];
	uint32_t flows = 0;
	struct prog p;

	(void)state;
	if (sysconf(_SC_NPROCESSORS_ONLN) < THREADS) {
		print_message("skipped: one CPU\n");
		skip();
	}
	load(&p, &options, 0);
	prog_register_port(&p);
	*p.replay = (struct iot_replay){.now = {.second = 1, .ms = 1000}, .length = 60};
	for (uint32_t i = 0; i < THREADS; i++) {
		runner[i] = (struct runner){.prog = &p, .cpu = i};
		assert_int_equal(pthread_create(&thread[i], NULL, runner_main, &runner[i]), 0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(runner[i].failed, 0);
	}
	for (uint32_t i = 0; i < slots_flow_slots(&p.table); i++) {
		uint32_t flow = (iot_key_proto(slots_flow_key(&p.table, i)) - 100) % 1000;
		struct iot_count c = iot_tally_read(&slots_flow(&p.table, i)->sent);

		if (!(slots_flow_key(&p.table, i) & IOT_KEY_USED))
			continue;
		flows++;
		assert_int_equal(c.packets, (flow % 2 ? 1 : THREADS) * REPEAT);
		assert_int_equal(c.bytes, c.packets * 60);
	}
	assert_int_equal(flows, THREAD_FLOWS / 2 + THREADS * THREAD_FLOWS / 2);
	assert_int_equal(slots_port_count(&p.table, 1).in.packets, THREADS * THREAD_FLOWS * REPEAT);
	prog_close(&p);
}

#define FLOOD 1000000
#define KNOWN 20

/* A million frames from random addresses, and between them frames of devices that are known. */
static void test_flood(void **state)
{
	const struct slots_options options = SLOTS_OPTIONS_DEFAULT;
	uint64_t sent = 0, counted = 0, refused;
	uint32_t used = 0;
	struct prog p;
	struct frame f;

	(void)state;
	load(&p, &options, 0);
	prog_register_port(&p);
	*p.replay = (struct iot_replay){.length = 60};
	for (uint32_t i = 0; i < KNOWN; i++) {
		p.replay->now.second = i / IOT_NEWCOMERS;
		frame_make_udp(&f, FRAME_BROADCAST, FRAME_DEVICE + i, 40000, 6667, 18);
		assert_true(prog_run(&p, PROG_IN, f.data, f.length, 1) >= 0);
	}
	for (uint32_t i = 0; i < FLOOD; i++) {
		p.replay->now.second = 10 + i / 5000;
		p.replay->now.ms = p.replay->now.second * 1000;
		frame_make_udp(&f, FRAME_BROADCAST, 0x06000000000000ULL | (uint64_t)random_below(1u << 20) << 20 | i, 40000, 6667, 18);
		if (i % 1000 == 0)
			memcpy(f.data + 6, (uint8_t[]){0x02, 0xaa, 0xbb, 0xcc, 0, (uint8_t)(1 + i / 1000 % KNOWN)}, 6);
		assert_true(prog_run(&p, PROG_IN, f.data, f.length, 1) >= 0);
		sent++;
	}
	for (uint32_t i = 0; i < slots_flow_slots(&p.table); i++)
		counted += slots_flow_key(&p.table, i) & IOT_KEY_USED ? iot_tally_read(&slots_flow(&p.table, i)->sent).packets : 0;
	for (uint32_t i = 0; i < slots_device_slots(&p.table); i++) {
		uint64_t key = slots_device_key(&p.table, i);

		used += !!(key & IOT_KEY_USED);
		if ((key & IOT_KEY_MAC) >= FRAME_DEVICE && (key & IOT_KEY_MAC) < FRAME_DEVICE + KNOWN)
			assert_int_equal(slots_device(&p.table, i)->head, 1 + FLOOD / 1000 / KNOWN);
	}
	refused = p.table.counters->reason[IOT_SKIP_RATE] + p.table.counters->reason[IOT_SKIP_FULL];
	assert_int_equal(counted + refused, sent + KNOWN);
	assert_int_equal(counted, used + FLOOD / 1000);
	assert_true(used <= slots_device_slots(&p.table));
	for (int reason = IOT_SKIP_FULL + 1; reason < IOT_REASON_COUNT; reason++)
		assert_int_equal(p.table.counters->reason[reason], 0);
	print_message("%u devices, %llu refused by rate, %llu by full table\n", used,
		      (unsigned long long)p.table.counters->reason[IOT_SKIP_RATE],
		      (unsigned long long)p.table.counters->reason[IOT_SKIP_FULL]);
	prog_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parity_xdp),
		cmocka_unit_test(test_parity_tc),
		cmocka_unit_test(test_two_cpus),
		cmocka_unit_test(test_flood),
	};

	cmocka_set_skip_filter(getenv("SKIP_TEST"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
