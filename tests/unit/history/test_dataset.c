/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/history/dataset.h"

#define T0 INT64_C(1700000000)

static struct dataset *make(void)
{
	struct dataset *ds = dataset_new();

	assert_non_null(ds);
	assert_int_equal(dataset_set_span(ds, T0, T0), 0);
	return ds;
}

static struct dataset_flow *udp(struct dataset *ds, uint64_t mac, uint32_t port)
{
	struct dataset_flow *f = dataset_flow(dataset_device(ds, mac), 6, port);

	assert_non_null(f);
	return f;
}

static void devices_and_flows_are_sorted_and_there_once(void **state)
{
	static const uint64_t macs[] = { 5, 1, 9, 5, 3, 1 };
	_cleanup_(dataset_free_p) struct dataset *ds = make();

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(dataset_device(ds, macs[i])->mac, macs[i]);
		udp(ds, macs[i], 6666 - (uint32_t)i);
	}
	assert_int_equal(ds->count, 4);
	for (size_t i = 1; i < ds->count; i++)
		assert_true(ds->devices[i - 1].mac < ds->devices[i].mac);
	assert_string_equal(ds->devices[3].id, "00:00:00:00:00:09");
	assert_int_equal(ds->devices[0].flow_count, 2);
	assert_string_equal(ds->devices[0].flows[0].protocol, "udp/6661");
	assert_null(dataset_find(ds, 4));
	assert_ptr_equal(dataset_find(ds, 9), &ds->devices[3]);
}

static void a_second_said_twice_is_one(void **state)
{
	_cleanup_(dataset_free_p) struct dataset *ds = make();
	struct dataset_flow *f = udp(ds, 1, 53);
	static const uint32_t at[] = { 10, 11, 11, 20, 5, 11, 5 };

	(void)state;
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(dataset_add_second(ds, f, at[i], 1, 60), 0);
	dataset_finish(ds);
	assert_int_equal(f->count, 4);
	assert_int_equal(ds->seconds, 4);
	assert_int_equal(ds->to_s, T0 + 21);
	assert_int_equal(f->seconds[0].at, 5);
	assert_int_equal(f->seconds[0].packets, 2);
	assert_int_equal(f->seconds[2].bytes, 180);
	assert_int_equal(dataset_flow_totals(f).packets, 7);
	assert_int_equal(dataset_flow_totals(f).active_seconds, 4);
}

static void traffic_adds_up(void **state)
{
	static const struct dataset_traffic parts[] = { { 7, 1, 0, 60, 0 }, { 7, 0, 2, 0, 200 }, { 3, 1, 1, 60, 60 }, { 9, UINT32_MAX, 0, 1, 0 },
							{ 9, 5, 0, 1, 0 } };
	_cleanup_(dataset_free_p) struct dataset *ds = make();
	struct dataset_device *d = dataset_device(ds, 1);
	struct dataset_totals sent, received;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(dataset_add_traffic(ds, d, &parts[i]), 0);
	dataset_finish(ds);
	assert_int_equal(d->traffic_count, 3);
	assert_int_equal(d->traffic[1].rx_packets, 2);
	assert_int_equal(d->traffic[2].tx_packets, UINT32_MAX);
	dataset_device_totals(d, &sent, &received);
	assert_int_equal(sent.bytes, 122);
	assert_int_equal(received.packets, 3);
	assert_int_equal(received.active_seconds, 2);
}

static void a_clip_rebases(void **state)
{
	_cleanup_(dataset_free_p) struct dataset *ds = make();
	const struct dataset_function f = { .from_us = (T0 + 50) * US_PER_SECOND, .to_us = (T0 + 500) * US_PER_SECOND, .label = "on" };
	const struct dataset_period p = { 3, 10, 0.9, (T0 + 10) * US_PER_SECOND, (T0 + 90) * US_PER_SECOND, false };
	struct dataset_device *d;

	(void)state;
	for (uint32_t at = 0; at < 1000; at++)
		assert_int_equal(dataset_add_second(ds, udp(ds, 1, 53), at, 1, 60), 0);
	assert_int_equal(dataset_add_second(ds, udp(ds, 1, 99), 5, 1, 60), 0);
	assert_int_equal(dataset_add_period(udp(ds, 1, 53), &p), 0);
	assert_int_equal(dataset_add_function(dataset_device(ds, 1), &f), 0);
	dataset_finish(ds);
	dataset_clip(ds, T0 + 100, T0 + 200);
	d = dataset_find(ds, 1);
	assert_int_equal(ds->seconds, 100);
	assert_int_equal(d->flow_count, 1);
	assert_int_equal(d->flows[0].seconds[0].at, 0);
	assert_int_equal(d->flows[0].count, 100);
	assert_int_equal(d->flows[0].period_count, 0);
	assert_int_equal(d->functions[0].from_us, (T0 + 100) * US_PER_SECOND);
	assert_int_equal(d->functions[0].to_us, (T0 + 200) * US_PER_SECOND);
	assert_true(d->functions[0].open);
	dataset_clip(ds, T0 + 900, T0);
	assert_int_equal(ds->seconds, 0);
	assert_int_equal(ds->from_s, ds->to_s);
}

static bool is_two(void *user, const struct dataset_device *d)
{
	(void)user;
	return d->mac == 2;
}

static void others_are_dropped(void **state)
{
	_cleanup_(dataset_free_p) struct dataset *ds = make();

	(void)state;
	for (uint64_t mac = 1; mac < 5; mac++)
		assert_int_equal(dataset_add_second(ds, udp(ds, mac, 1), 1, 1, 60), 0);
	dataset_keep(ds, is_two, NULL);
	assert_int_equal(ds->count, 1);
	assert_int_equal(ds->seconds, 1);
	assert_int_equal(ds->devices[0].mac, 2);
}

static void sizes_are_bounded(void **state)
{
	_cleanup_(dataset_free_p) struct dataset *ds = make();
	struct dataset_flow *f = udp(ds, 1, 53);
	const struct dataset_function back = { .from_us = 2, .to_us = 1 };
	const struct dataset_period none = { .seconds = NAN }, zero = { .seconds = 0 };

	(void)state;
	assert_int_equal(dataset_add_second(ds, f, UINT32_MAX, 1, 60), -ERANGE);
	assert_int_equal(dataset_add_second(ds, f, 0, UINT64_MAX, 60), 0);
	assert_int_equal(f->seconds[0].packets, UINT32_MAX);
	ds->seconds = DATASET_SECONDS;
	assert_int_equal(dataset_add_second(ds, f, 1, 1, 60), -E2BIG);
	assert_int_equal(dataset_add_function(dataset_device(ds, 1), &back), -EINVAL);
	assert_int_equal(dataset_add_period(f, &none), -EINVAL);
	assert_int_equal(dataset_add_period(f, &zero), -EINVAL);
	assert_int_equal(dataset_set_span(ds, -1, 5), -ERANGE);
	assert_int_equal(dataset_set_span(ds, 5, 4), -ERANGE);
	assert_int_equal(dataset_set_span(ds, 0, INT64_MAX), -ERANGE);
	for (uint64_t mac = 1; mac <= DATASET_DEVICES; mac++)
		assert_non_null(dataset_device(ds, mac));
	assert_null(dataset_device(ds, DATASET_DEVICES + 1));
	assert_non_null(dataset_device(ds, 77));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_and_flows_are_sorted_and_there_once),
		cmocka_unit_test(a_second_said_twice_is_one),
		cmocka_unit_test(traffic_adds_up),
		cmocka_unit_test(a_clip_rebases),
		cmocka_unit_test(others_are_dropped),
		cmocka_unit_test(sizes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
