/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/history/history.h"

#define T0 100000u

struct fixture {
	struct iot_table *table;
	struct history *history;
	unsigned int news, active, flows, flows_released, devices_released;
};

static void on_new(void *user, uint32_t number)
{
	(void)number;
	((struct fixture *)user)->news++;
}

static void on_active(void *user, uint32_t number)
{
	(void)number;
	((struct fixture *)user)->active++;
}

static void on_flow(void *user, uint32_t number)
{
	(void)number;
	((struct fixture *)user)->flows++;
}

static void on_flow_released(void *user, uint32_t number)
{
	(void)number;
	((struct fixture *)user)->flows_released++;
}

static void on_device_released(void *user, uint32_t number)
{
	(void)number;
	((struct fixture *)user)->devices_released++;
}

static struct history_listener listener(struct fixture *f)
{
	return (struct history_listener){ on_new, on_active, on_flow, on_flow_released, on_device_released, f };
}

static void set_up(struct fixture *f)
{
	const struct slots_options options = { 64, 256, 32, 0, 1 };

	memset(f, 0, sizeof(*f));
	assert_int_equal(slots_new(&f->table, &options), 0);
	f->table->config.claim_received = 0;
	f->history = history_new(f->table);
	assert_non_null(f->history);
}

static void tear_down(struct fixture *f)
{
	history_free(f->history);
	slots_free(f->table);
}

/* A broadcast of 60 bytes with this source and EtherType. */
static void send_frame(struct fixture *f, uint8_t device, uint16_t type, uint32_t second)
{
	const struct iot_clock now = { .second = second, .ms = second * 1000 };
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, device, (uint8_t)(type >> 8), (uint8_t)type };

	iot_frame_captured(f->table, frame, sizeof(frame), sizeof(frame), now);
}

static void pass(struct fixture *f, uint32_t now)
{
	const struct history_listener l = listener(f);

	history_pass(f->history, now, &l);
}

static void age(struct fixture *f, uint32_t now, const struct history_ages *ages)
{
	const struct history_listener l = listener(f);

	history_age(f->history, now, ages, &l);
}

static void test_pass_tells_once(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	send_frame(&f, 1, 0x9001, T0);
	send_frame(&f, 1, 0x9002, T0);
	send_frame(&f, 2, 0x9001, T0);
	pass(&f, T0);
	assert_int_equal(f.news, 2);
	assert_int_equal(f.active, 2);
	assert_int_equal(f.flows, 3);
	pass(&f, T0 + 1);
	assert_int_equal(f.active + f.flows, 5);
	send_frame(&f, 1, 0x9001, T0 + 1);
	pass(&f, T0 + 1);
	assert_int_equal(f.active + f.flows, 7);
	assert_int_equal(f.history->devices_used, 2);
	assert_int_equal(f.history->flows_used, 3);
	tear_down(&f);
}

/* A flow that is claimed and marked while a pass goes on is in no list yet, but its word is read. */
static void test_begins_during_a_pass(void **state)
{
	struct fixture f;
	uint64_t claims;

	(void)state;
	set_up(&f);
	send_frame(&f, 1, 0x9001, T0);
	pass(&f, T0);
	claims = f.table->counters->claims;
	for (uint16_t type = 0x9002; type < 0x9042; type++)
		send_frame(&f, (uint8_t)(1 + type % 8), type, T0);
	f.table->counters->claims = claims;
	pass(&f, T0);
	assert_int_equal(f.flows, 1);
	f.table->counters->claims = claims + 1;
	pass(&f, T0);
	assert_int_equal(f.flows, 65);
	tear_down(&f);
}

static void look(struct fixture *f, uint32_t now)
{
	const struct history_listener l = listener(f);

	history_look(f->history, now, &l);
}

/* Between passes new devices are told, once, and nothing else is taken up. */
static void test_look(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	send_frame(&f, 1, 0x9001, T0);
	look(&f, T0);
	look(&f, T0);
	assert_int_equal(f.news, 1);
	assert_int_equal(f.active + f.flows, 0);
	send_frame(&f, 2, 0x9001, T0);
	look(&f, T0);
	assert_int_equal(f.news, 2);
	pass(&f, T0);
	assert_int_equal(f.news, 2);
	assert_int_equal(f.active + f.flows, 4);
	tear_down(&f);
}

/* Activity of the last 32 seconds is taken up by one late pass. */
static void test_late_pass(void **state)
{
	struct fixture f;
	uint32_t number;

	(void)state;
	set_up(&f);
	for (uint32_t t = 0; t < 30; t += 3)
		send_frame(&f, 1, 0x9001, T0 + t);
	pass(&f, T0 + 31);
	number = f.history->flow_list[0];
	assert_int_equal(f.history->flows[number].active_seconds, 10);
	assert_int_equal(f.history->flows[number].series->first, T0);
	tear_down(&f);
}

static void test_ring_losses_are_counted(void **state)
{
	struct iot_packet packets[IOT_RING];
	struct fixture f;
	uint32_t number;

	(void)state;
	set_up(&f);
	for (uint32_t i = 0; i < IOT_RING + 44; i++)
		send_frame(&f, 1, 0x9001, T0);
	pass(&f, T0);
	number = f.history->device_list[0];
	assert_int_equal(history_packets(f.history, number, packets, IOT_RING), IOT_RING);
	assert_int_equal(f.history->missed_packets, 44);
	assert_int_equal(history_packets(f.history, number, packets, IOT_RING), 0);
	tear_down(&f);
}

/* Strangers go soon, acquaintances stay; a freed slot serves a newcomer and nothing is counted for the wrong device. */
static void test_ageing(void **state)
{
	const struct history_ages ages = { 1000, 1000, 60 };
	struct fixture f;

	(void)state;
	set_up(&f);
	send_frame(&f, 1, 0x9001, T0);
	for (uint32_t i = 0; i < 10; i++)
		send_frame(&f, 2, 0x9001, T0 + i);
	pass(&f, T0 + 10);
	age(&f, T0 + 30, &ages);
	pass(&f, T0 + 30);
	assert_int_equal(f.history->devices_used, 2);
	age(&f, T0 + 100, &ages);
	pass(&f, T0 + 100);
	age(&f, T0 + 101, &ages);
	pass(&f, T0 + 101);
	assert_int_equal(f.devices_released, 1);
	assert_int_equal(f.flows_released, 1);
	assert_int_equal(f.history->devices_used, 1);
	assert_int_equal(f.history->gone_tx_packets, 1);
	send_frame(&f, 1, 0x9001, T0 + 102);
	pass(&f, T0 + 102);
	assert_int_equal(f.history->devices_used, 2);
	assert_int_equal(f.history->flows_used, 2);
	tear_down(&f);
}

/* An old flow goes alone: its counts stay with the device and the quota is free again. */
static void test_old_flow(void **state)
{
	const struct history_ages ages = { 1000, 100000, 100000 };
	struct fixture f;
	uint32_t device;

	(void)state;
	set_up(&f);
	send_frame(&f, 1, 0x9001, T0);
	send_frame(&f, 1, 0x9002, T0 + 1500);
	pass(&f, T0 + 1500);
	device = f.history->device_list[0];
	assert_int_equal(slots_device(f.table, device)->flows, 2);
	for (uint32_t i = 0; i < 2; i++) {
		age(&f, T0 + 1600 + i, &ages);
		pass(&f, T0 + 1600 + i);
	}
	assert_int_equal(f.history->flows_used, 1);
	assert_int_equal(slots_device(f.table, device)->flows, 1);
	assert_int_equal(f.history->devices[device].tx_packets, 1);
	assert_int_equal(f.history->devices[device].tx_bytes, 60);
	tear_down(&f);
}

/* Given back while it sends: flows first, then the device, in two steps; with its next frame it is a new one, and the other stays. */
static void test_retire(void **state)
{
	const struct history_ages ages = { 1000, 1000, 1000 };
	struct fixture f;

	(void)state;
	set_up(&f);
	for (uint32_t t = 0; t < 8; t++) {
		send_frame(&f, 1, (uint16_t)(0x9001 + t % 2), T0 + t);
		send_frame(&f, 2, 0x9001, T0 + t);
		age(&f, T0 + t, &ages);
		pass(&f, T0 + t);
		if (t == 4)
			history_retire(f.history, 0x020000000001);
		assert_int_equal(history_retires(f.history, 0x020000000001), t == 4);
		assert_int_equal(f.devices_released, t > 4);
		assert_int_equal(f.flows_released, t > 4 ? 2 : 0);
	}
	assert_int_equal(f.news, 3);
	assert_int_equal(f.history->devices_used, 2);
	assert_int_equal(f.history->flows_used, 3);
	history_retire(f.history, 0x020000000077);
	assert_false(history_retires(f.history, 0x020000000077));
	tear_down(&f);
}

static void test_gateway_is_no_device(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	assert_int_equal(slots_ignore(f.table, 0x020000000001), 0);
	send_frame(&f, 1, 0x9001, T0);
	send_frame(&f, 2, 0x9001, T0);
	pass(&f, T0);
	assert_int_equal(f.history->devices_used, 1);
	assert_int_equal(f.table->counters->reason[IOT_SKIP_GATEWAY], 1);
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pass_tells_once),
		cmocka_unit_test(test_begins_during_a_pass),
		cmocka_unit_test(test_look), cmocka_unit_test(test_late_pass),
		cmocka_unit_test(test_ring_losses_are_counted), cmocka_unit_test(test_ageing),
		cmocka_unit_test(test_old_flow), cmocka_unit_test(test_retire),
		cmocka_unit_test(test_gateway_is_no_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
