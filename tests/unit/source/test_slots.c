// SPDX-License-Identifier: BSD-2-Clause

/* Claims, limits, reuse of slots and reading of rings, one thread. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "agent/source/slots.h"
#include "tests/lib/frames.h"

static struct iot_table *table_new(uint32_t devices, uint32_t flows, uint32_t quota, uint32_t newcomers)
{
	const struct slots_options options = {
		.devices = devices, .flows = flows, .device_flows = quota, .newcomers = newcomers, .seed = 0x5eed};
	struct iot_table *t = NULL;

	assert_int_equal(slots_new(&t, &options), 0);
	return t;
}

static int64_t device_number(const struct iot_table *t, uint64_t mac)
{
	int64_t found = -1;

	for (uint32_t i = 0; i < slots_device_slots(t); i++) {
		if (slots_device_key(t, i) != (IOT_KEY_USED | mac))
			continue;
		assert_int_equal(found, -1); /* one slot a key */
		found = i;
	}
	return found;
}

static int send_udp(const struct iot_table *t, uint64_t src, uint32_t dport, uint32_t second)
{
	const struct iot_clock now = {.second = second, .ms = second * 1000};
	struct frame f;

	frame_make_udp(&f, FRAME_BROADCAST, src, 40000, dport, 20);
	return iot_frame_captured(t, f.data, f.length, f.length, now);
}

static void test_configure(void **state)
{
	struct slots_options bad = SLOTS_OPTIONS_DEFAULT, good = SLOTS_OPTIONS_DEFAULT;
	struct iot_config config = {};

	(void)state;
	assert_int_equal(slots_configure(&config, &good), 0);
	assert_int_equal(config.device_buckets * IOT_BUCKET, IOT_DEVICES);
	assert_int_equal(config.flow_buckets * IOT_BUCKET, IOT_FLOWS);
	assert_true(config.seed != 0);
	good.devices = 1000;
	assert_int_equal(slots_configure(&config, &good), 0);
	assert_int_equal(config.device_buckets * IOT_BUCKET, 1024);
	bad.devices = 0;
	assert_int_equal(slots_configure(&config, &bad), -EINVAL);
	bad.devices = 65537;
	assert_int_equal(slots_configure(&config, &bad), -EINVAL);
}

static void test_claim_and_count(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);
	uint64_t packets = 0;

	(void)state;
	for (uint32_t i = 0; i < 30; i++)
		assert_int_equal(send_udp(t, FRAME_DEVICE + i % 3, 6666 + i % 2, i), IOT_COUNTED);
	for (uint64_t i = 0; i < 3; i++) {
		int64_t n = device_number(t, FRAME_DEVICE + i);

		assert_true(n >= 0);
		assert_int_equal(slots_device(t, (uint32_t)n)->head, 10);
		assert_int_equal(slots_device(t, (uint32_t)n)->flows, 2);
	}
	for (uint32_t i = 0; i < slots_flow_slots(t); i++) {
		if (!(slots_flow_key(t, i) & IOT_KEY_USED))
			continue;
		assert_int_equal(iot_key_layer(slots_flow_key(t, i)), IOT_LAYER_UDP);
		assert_int_equal(iot_tally_read(&slots_flow(t, i)->sent).packets, 5);
		assert_int_equal(iot_tally_read(&slots_flow(t, i)->sent).bytes, 5 * 62);
		packets += iot_tally_read(&slots_flow(t, i)->sent).packets;
	}
	assert_int_equal(packets, 30);
}

/* The flow number `n` of a device, all of them different. */
static uint64_t nth_key(uint32_t n, uint32_t device)
{
	return iot_flow_key(IOT_LAYER_TCP, n & 0xffff, n >> 16, device);
}

static uint64_t nth_spot(uint32_t n)
{
	return iot_flow_spot(FRAME_DEVICE + (n >> 16), IOT_LAYER_TCP, n & 0xffff);
}

/* Distinct keys until the first refusal: all of its buckets were full. */
static void test_load(void **state)
{
	(void)state;
	for (uint32_t flows = 1024; flows <= 65536; flows *= 8) {
		_cleanup_(slots_free_p) struct iot_table *t = table_new(64, flows, flows, 0);
		int device = iot_device_claim(t, IOT_KEY_USED | FRAME_DEVICE, 0, 0, 0);
		uint32_t n = 0;

		assert_true(device >= 0);
		while (iot_flow_claim(t, nth_key(n, (uint32_t)device), nth_spot(n), (uint32_t)device, 0) >= 0)
			n++;
		print_message("%u slots: first refusal at load %.3f\n", flows, n / (double)flows);
		assert_true(n > flows * 0.8);
		for (uint32_t i = 0; i < n; i++)
			assert_true(iot_flow_find(t, nth_key(i, (uint32_t)device), nth_spot(i)) >= 0);
		assert_int_equal(slots_device(t, (uint32_t)device)->flows, n);
	}
}

static void test_quota(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 1024, 16, 0);
	const struct iot_device *d;

	(void)state;
	for (uint32_t port = 1; port <= 100; port++)
		assert_int_equal(send_udp(t, FRAME_DEVICE, port, 0), IOT_COUNTED);
	d = slots_device(t, (uint32_t)device_number(t, FRAME_DEVICE));
	assert_int_equal(d->flows, 16);
	assert_int_equal(iot_tally_read(&d->other).packets, 84);
	assert_int_equal(iot_tally_read(&d->other).bytes, 84 * 62);
	assert_int_equal(d->head, 100);
	assert_int_equal(t->counters->reason[IOT_FLOW_QUOTA], 84);
}

static void test_newcomers(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(256, 1024, 16, 16);

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(send_udp(t, FRAME_DEVICE + i, 6666, 1), i < 16 ? IOT_COUNTED : IOT_SKIP_RATE);
	for (uint64_t i = 0; i < 16; i++) /* those who are known are not touched by the limit */
		assert_int_equal(send_udp(t, FRAME_DEVICE + i, 6666, 1), IOT_COUNTED);
	for (uint64_t i = 16; i < 32; i++)
		assert_int_equal(send_udp(t, FRAME_DEVICE + i, 6666, 2), IOT_COUNTED);
	assert_int_equal(t->counters->reason[IOT_SKIP_RATE], 84);
	assert_int_equal(t->counters->claims, 64);
}

static void test_full(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 1024, 16, 0);
	uint32_t counted = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		int r = send_udp(t, FRAME_DEVICE + i, 6666, 1);

		assert_true(r == IOT_COUNTED || r == IOT_SKIP_FULL);
		counted += r == IOT_COUNTED;
	}
	assert_true(counted > 54 && counted <= 64);
	assert_int_equal(t->counters->reason[IOT_SKIP_FULL], 1000 - counted);
	assert_int_equal(send_udp(t, FRAME_DEVICE, 6666, 1), IOT_COUNTED);
}

static void test_gateway(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);

	(void)state;
	assert_int_equal(slots_ignore(t, FRAME_SERVER), 0);
	assert_int_equal(send_udp(t, FRAME_SERVER, 6666, 1), IOT_SKIP_GATEWAY);
	assert_int_equal(slots_device(t, (uint32_t)device_number(t, FRAME_SERVER))->head, 0);
}

/* Retire and release all slots of a device; returns its number. */
static uint32_t drop_device(const struct iot_table *t, uint64_t mac)
{
	uint32_t number = (uint32_t)device_number(t, mac);
	uint32_t flows[64], n = 0;

	slots_device_retire(t, number);
	for (uint32_t i = 0; i < slots_flow_slots(t); i++)
		if ((slots_flow_key(t, i) & IOT_KEY_USED) && iot_key_device(slots_flow_key(t, i)) == number)
			flows[n++] = i;
	for (uint32_t i = 0; i < n; i++)
		slots_flow_retire(t, flows[i]);
	for (uint32_t i = 0; i < n; i++)
		slots_flow_release(t, flows[i]);
	slots_device_release(t, number);
	return number;
}

static void test_reuse(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);

	(void)state;
	for (uint32_t round = 0; round < 5; round++) {
		uint32_t number;

		for (uint32_t i = 0; i < 7; i++)
			assert_int_equal(send_udp(t, FRAME_DEVICE, 6666, 1), IOT_COUNTED);
		number = drop_device(t, FRAME_DEVICE);
		assert_int_equal(device_number(t, FRAME_DEVICE), -1);
		assert_int_equal(slots_device_generation(t, number), round + 1);
		assert_int_equal(slots_device(t, number)->head, 0);
		assert_int_equal(slots_device(t, number)->flows, 0);
	}
	for (uint32_t i = 0; i < slots_flow_slots(t); i++)
		assert_int_equal(slots_flow_key(t, i), IOT_KEY_EMPTY);
}

/* A flow that outlived its device by a race is no flow of the device that comes next into the slot. */
static void test_generation(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);
	uint32_t number, used = 0;

	(void)state;
	assert_int_equal(send_udp(t, FRAME_DEVICE, 6666, 1), IOT_COUNTED);
	number = (uint32_t)device_number(t, FRAME_DEVICE);
	slots_device_retire(t, number);
	slots_device_release(t, number);
	assert_int_equal(send_udp(t, FRAME_DEVICE, 6666, 2), IOT_COUNTED);
	for (uint32_t i = 0; i < slots_flow_slots(t); i++) {
		if (!(slots_flow_key(t, i) & IOT_KEY_USED))
			continue;
		used++;
		assert_int_equal(iot_tally_read(&slots_flow(t, i)->sent).packets, 1);
	}
	assert_int_equal(used, 2);
}

/* A retired slot takes nothing: neither its old key nor a new one. */
static void test_retired_is_not_claimed(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);
	uint32_t number;

	(void)state;
	assert_int_equal(send_udp(t, FRAME_DEVICE, 6666, 1), IOT_COUNTED);
	number = (uint32_t)device_number(t, FRAME_DEVICE);
	slots_device_retire(t, number);
	for (uint64_t i = 0; i < 1000; i++)
		send_udp(t, FRAME_DEVICE + i, 6666, 1);
	assert_int_equal(slots_device_key(t, number), IOT_KEY_DEAD);
	assert_int_equal(slots_device(t, number)->head, 1);
}

static void test_ring(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);
	uint64_t next = 0, missed = 0, expected = 0, sent = 0;
	struct iot_packet out[IOT_RING];
	uint32_t number = 0;

	(void)state;
	for (uint32_t batch = 0; batch < 700; batch++) {
		uint32_t n, from = 0;

		for (uint32_t i = 0; i < batch; i++)
			send_udp(t, FRAME_DEVICE, 6666, (uint32_t)sent++);
		number = (uint32_t)(device_number(t, FRAME_DEVICE) < 0 ? 0 : device_number(t, FRAME_DEVICE));
		if (batch > IOT_RING)
			expected += batch - IOT_RING;
		while ((n = slots_ring_read(t, number, &next, out, 100, &missed)) > 0) {
			for (uint32_t i = 0; i < n; i++) {
				assert_int_equal(out[i].ms, (uint32_t)(next - n + i) * 1000);
				assert_int_equal(out[i].seq, (uint16_t)(next - n + i));
			}
			from += n;
		}
		assert_int_equal(from, batch > IOT_RING ? IOT_RING : batch);
		assert_int_equal(next, sent);
		assert_int_equal(missed, expected);
	}
}

/* A packet whose number was given out but which is not there yet is waited for; one that stays away is missed at last. */
static void test_ring_in_flight(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new(64, 256, 16, 0);
	struct iot_packet out[IOT_RING];
	uint64_t next = 0, missed = 0;
	uint32_t number;

	(void)state;
	assert_int_equal(send_udp(t, FRAME_DEVICE, 6666, 0), IOT_COUNTED);
	number = (uint32_t)device_number(t, FRAME_DEVICE);
	slots_device_release(t, number);
	slots_device(t, number)->head = 1; /* claimed, not written: empty memory is not a packet */
	assert_int_equal(slots_ring_read(t, number, &next, out, IOT_RING, &missed), 0);
	assert_int_equal(next, 0);
	slots_device(t, number)->head = 100;
	assert_int_equal(slots_ring_read(t, number, &next, out, IOT_RING, &missed), 0);
	assert_int_equal(missed, 92);
	assert_int_equal(next, 92);
}

static void test_reason_names(void **state)
{
	(void)state;
	assert_null(slots_reason_name(0));
	assert_string_equal(slots_reason_name(IOT_FLOW_QUOTA), "flow_quota");
	assert_null(slots_reason_name(IOT_REASON_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_configure),  cmocka_unit_test(test_claim_and_count), cmocka_unit_test(test_load),
		cmocka_unit_test(test_quota),	   cmocka_unit_test(test_newcomers),	   cmocka_unit_test(test_full),
		cmocka_unit_test(test_gateway),	   cmocka_unit_test(test_reuse),	   cmocka_unit_test(test_generation),
		cmocka_unit_test(test_ring),	   cmocka_unit_test(test_ring_in_flight),  cmocka_unit_test(test_retired_is_not_claimed),
		cmocka_unit_test(test_reason_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
