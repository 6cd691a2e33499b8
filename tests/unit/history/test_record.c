/* SPDX-License-Identifier: BSD-2-Clause */
/* To which second a packet is given, when passes come as they do live: a little after each second, late, or in the middle of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/history/record.h"
#include "tests/lib/frames.h"

#define LENGTH 100

struct fixture {
	struct iot_table *table;
	struct history *history;
	struct record *record;
	struct dataset *ds;
	int64_t now_us; /* for what ends */
};

static int set_up(void **state)
{
	const struct slots_options slots = { .devices = 64, .flows = 256, .device_flows = 4 };
	struct record_options options = { .live = true };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_int_equal(slots_new(&f->table, &slots), 0);
	assert_int_equal(slots_ignore(f->table, FRAME_SERVER), 0);
	f->history = history_new(f->table);
	options.table = f->table;
	options.history = f->history;
	assert_int_equal(record_new(&f->record, &options), 0);
	f->ds = dataset_new();
	assert_int_equal(dataset_set_span(f->ds, 0, 0), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	dataset_free(f->ds);
	record_free(f->record);
	history_free(f->history);
	slots_free(f->table);
	free(f);
	return 0;
}

static void on_flow(void *user, uint32_t n)
{
	record_flow_active(((struct fixture *)user)->record, n);
}

static void on_flow_released(void *user, uint32_t n)
{
	record_flow_released(((struct fixture *)user)->record, n);
}

static void on_device(void *user, uint32_t n)
{
	record_device_active(((struct fixture *)user)->record, n);
}

static void on_device_released(void *user, uint32_t n)
{
	record_device_released(((struct fixture *)user)->record, n, ((struct fixture *)user)->now_us);
}

static struct iot_clock clock_at(double second)
{
	return (struct iot_clock){ (uint32_t)second, (uint32_t)(second * 1000) };
}

static void pass(struct fixture *f, double second)
{
	const struct history_listener l = { .flow_active = on_flow,
					    .flow_released = on_flow_released,
					    .device_active = on_device,
					    .device_released = on_device_released,
					    .user = f };
	static const struct history_ages ages = HISTORY_AGES_DEFAULT;

	history_age(f->history, (uint32_t)second, &ages, &l);
	history_pass(f->history, (uint32_t)second, &l);
	record_pass(f->record, clock_at(second));
}

static void send(struct fixture *f, double second, uint64_t from, uint32_t port, uint32_t packets)
{
	static struct frame frame;

	frame_make_udp(&frame, FRAME_SERVER, from, 40000, port, LENGTH - 42);
	for (uint32_t i = 0; i < packets; i++)
		iot_frame_captured(f->table, frame.data, frame.length, LENGTH, clock_at(second));
}

/* The seconds of the device's only flow. */
static const struct dataset_flow *moved(struct fixture *f)
{
	const struct dataset_device *d;

	assert_int_equal(record_move_open(f->record, f->ds, 0, f->now_us), 0);
	dataset_finish(f->ds);
	d = dataset_find(f->ds, FRAME_DEVICE);
	assert_non_null(d);
	assert_int_equal(d->flow_count, 1);
	return &d->flows[0];
}

static void is_second(const struct dataset_flow *flow, size_t i, uint32_t at, uint32_t packets)
{
	assert_true(i < flow->count);
	assert_int_equal(flow->seconds[i].at, at);
	assert_int_equal(flow->seconds[i].packets, packets);
	assert_int_equal(flow->seconds[i].bytes, packets * LENGTH);
}

static void a_pass_after_each_second_is_exact(void **state)
{
	struct fixture *f = *state;
	const struct dataset_flow *flow;

	pass(f, 100.02);
	send(f, 100.5, FRAME_DEVICE, 53, 3);
	pass(f, 101.02);
	send(f, 101.9, FRAME_DEVICE, 53, 2);
	send(f, 102.01, FRAME_DEVICE, 53, 1); /* before the pass, and more after it */
	pass(f, 102.02);
	send(f, 102.5, FRAME_DEVICE, 53, 4);
	pass(f, 103.02);
	pass(f, 104.02);
	flow = moved(f);
	assert_int_equal(flow->count, 3);
	is_second(flow, 0, 100, 3);
	is_second(flow, 1, 101, 2);
	is_second(flow, 2, 102, 5);
}

/* More of a second whose bit was seen already, and then nothing: no bit says that there was more. */
static void what_follows_a_pass_is_not_forgotten(void **state)
{
	struct fixture *f = *state;
	const struct dataset_flow *flow;

	pass(f, 100.02);
	send(f, 101.01, FRAME_DEVICE, 53, 1);
	pass(f, 101.02);
	send(f, 101.8, FRAME_DEVICE, 53, 6);
	for (uint32_t s = 102; s < 106; s++)
		pass(f, s + 0.02);
	flow = moved(f);
	assert_int_equal(flow->count, 1);
	is_second(flow, 0, 101, 7);
}

static void a_late_pass_knows_the_seconds(void **state)
{
	struct fixture *f = *state;
	const struct dataset_flow *flow;

	pass(f, 100.02);
	for (uint32_t s = 101; s < 120; s += 3)
		send(f, s + 0.5, FRAME_DEVICE, 53, 1);
	pass(f, 121.5);
	flow = moved(f);
	assert_int_equal(flow->count, 7);
	for (uint32_t i = 0; i < 7; i++)
		is_second(flow, i, 101 + 3 * i, 1);
}

static void sums_are_exact_however_passes_come(void **state)
{
	struct fixture *f = *state;
	const struct dataset_flow *flow;
	uint64_t chance = 5, packets = 0;
	double now = 100;

	for (int i = 0; i < 3000; i++) {
		uint32_t n;

		chance = chance * 6364136223846793005u + 1442695040888963407u;
		n = (uint32_t)(chance >> 40) % 4;
		send(f, now, FRAME_DEVICE, 53, n);
		packets += n;
		now += (double)((chance >> 33) % 1000) / 300;
		if (chance >> 60)
			pass(f, now);
	}
	pass(f, now);
	flow = moved(f);
	assert_int_equal(dataset_flow_totals(flow).packets, packets);
	assert_int_equal(dataset_flow_totals(flow).bytes, packets * LENGTH);
}

/* Four flows have slots; what the others send is the device's. */
static void what_has_no_slot_is_the_devices(void **state)
{
	struct fixture *f = *state;
	struct dataset_totals sent;

	pass(f, 100.02);
	for (uint32_t port = 1; port <= 9; port++)
		send(f, 100.5, FRAME_DEVICE, port, 2);
	pass(f, 101.02);
	assert_int_equal(record_move(f->record, f->ds, 0), 0);
	dataset_finish(f->ds);
	dataset_device_totals(dataset_find(f->ds, FRAME_DEVICE), &sent, NULL);
	assert_int_equal(dataset_find(f->ds, FRAME_DEVICE)->flow_count, 4);
	assert_int_equal(sent.packets, 18);
	assert_int_equal(sent.active_seconds, 1);
}

static void strangers_are_not_kept(void **state)
{
	struct fixture *f = *state;

	pass(f, 100.02);
	send(f, 100.5, FRAME_DEVICE, 53, 1);
	for (uint64_t i = 1; i < 20; i++)
		send(f, 100.5, FRAME_DEVICE + 0x1000 + i, 53, 1 + (i == 7) * 9);
	for (uint32_t s = 101; s < 200; s++) {
		send(f, s + 0.5, FRAME_DEVICE, 53, 1);
		pass(f, s + 1.02);
	}
	assert_int_equal(record_counts(f->record).strangers, 18);
	assert_int_equal(record_move(f->record, f->ds, 0), 0);
	assert_int_equal(f->ds->count, 2);
	assert_non_null(dataset_find(f->ds, FRAME_DEVICE + 0x1007));
}

/* A day of silence: the slots are given back, what they held is not lost, and a new device in the same slot is another. */
static void slots_that_are_given_back(void **state)
{
	struct fixture *f = *state;
	struct dataset_totals sent;

	for (uint32_t round = 0; round < 3; round++) {
		double now = 100 + 100000.0 * round;

		pass(f, now + 0.02);
		send(f, now + 0.5, FRAME_DEVICE + 16 * round, 53, 10);
		pass(f, now + 1.02);
		record_function_begin(f->record, f->history->device_list[0], "on", 0.5f, false, (int64_t)(now * 1e6));
		f->now_us = (int64_t)((now + 90000) * 1e6);
		for (uint32_t s = 0; s < 4; s++)
			pass(f, now + 90000.02 + s);
		assert_int_equal(f->history->devices_used, 0);
	}
	assert_int_equal(record_move(f->record, f->ds, 0), 0);
	dataset_finish(f->ds);
	assert_int_equal(f->ds->count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		dataset_device_totals(&f->ds->devices[i], &sent, NULL);
		assert_int_equal(sent.packets, 10);
		assert_int_equal(f->ds->devices[i].function_count, 1);
		assert_int_equal(f->ds->devices[i].functions[0].to_us - f->ds->devices[i].functions[0].from_us, 90000 * INT64_C(1000000));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pass_after_each_second_is_exact),
		TEST(what_follows_a_pass_is_not_forgotten),
		TEST(a_late_pass_knows_the_seconds),
		TEST(sums_are_exact_however_passes_come),
		TEST(what_has_no_slot_is_the_devices),
		TEST(strangers_are_not_kept),
		TEST(slots_that_are_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
