/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/history/archive.h"
#include "tests/lib/scratch.h"
#include "tests/lib/traffic.h"

#define OFFSET INT64_C(1700000000) /* seconds since 1970 of second 0 of the table's clock */
#define BEGIN UINT32_C(36000)
#define EVERY UINT32_C(300)

static const struct archive_limits unlimited;

static int64_t us_of(uint32_t second)
{
	return (OFFSET + second) * US_PER_SECOND;
}

static void open_archive(const char *path, struct store *s, struct archive *a, const struct archive_limits *limits, uint32_t now)
{
	assert_int_equal(store_open(s, path, false), 0);
	assert_int_equal(archive_open(a, s, limits, us_of(now)), 0);
}

/* From @from to @to, written every few minutes. */
static void live_through(struct traffic *t, struct archive *a, uint32_t from, uint32_t to, uint32_t every)
{
	for (uint32_t second = from; second < to; second++) {
		traffic_second(t, second);
		if ((second + 1 - from) % every == 0)
			assert_int_equal(archive_write(a, t->record, OFFSET, us_of(second + 1)), 0);
	}
	assert_int_equal(archive_write(a, t->record, OFFSET, us_of(to)), 0);
}

/* Seconds of a dataset as those of the table's clock. */
static struct dataset *load(struct store *s, uint32_t from, uint32_t to, uint64_t mac)
{
	struct dataset *ds;

	assert_int_equal(archive_load(s, OFFSET + from, OFFSET + to, mac, &ds), 0);
	ds->from_s -= OFFSET;
	ds->to_s -= OFFSET;
	return ds;
}

static void check(const struct traffic *t, struct store *s, uint32_t from, uint32_t to)
{
	_cleanup_(dataset_free_p) struct dataset *ds = load(s, from, to, 0);

	assert_int_equal(ds->damaged, 0);
	traffic_check(t, ds, from, to);
}

static void what_is_written_comes_back(void **state)
{
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 17, 0);
	open_archive(*state, &s, &a, &unlimited, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 7200, EVERY);
	check(&t, &s, BEGIN, BEGIN + 7200);
	check(&t, &s, BEGIN + 1000, BEGIN + 1001);
	check(&t, &s, BEGIN + 1234, BEGIN + 4321);
	assert_int_equal(record_counts(t.record).entries, 0);
	assert_int_equal(record_counts(t.record).lost_entries, 0);
	store_close(&s);
	traffic_free(&t);
}

static int add_packets(void *user, const struct archive_device *d)
{
	*(uint64_t *)user += d->tx_packets;
	return 0;
}

static void one_device_and_all_totals(void **state)
{
	struct dataset_totals sent;
	struct dataset *ds;
	uint64_t packets = 0, sum = 0;
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 4, 0);
	open_archive(*state, &s, &a, &unlimited, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 3600, EVERY);
	ds = load(&s, BEGIN, BEGIN + 3600, traffic_mac(2));
	assert_int_equal(ds->count, 1);
	assert_int_equal(ds->devices[0].mac, traffic_mac(2));
	assert_true(ds->devices[0].first_us >= us_of(BEGIN) && ds->devices[0].last_us <= us_of(BEGIN + 3600));
	dataset_free(ds);
	ds = load(&s, BEGIN, BEGIN + 3600, 0);
	for (size_t i = 0; i < ds->count; i++) {
		dataset_device_totals(&ds->devices[i], &sent, NULL);
		sum += sent.packets;
	}
	dataset_free(ds);
	assert_int_equal(archive_devices(&s, add_packets, &packets), 0);
	assert_int_equal(packets, sum);
	store_close(&s);
	traffic_free(&t);
}

/* One writing that holds more than fits one blob, and series longer than a run. */
static void many_hours_at_once(void **state)
{
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 33, (size_t)16 << 20);
	open_archive(*state, &s, &a, &unlimited, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 20000, 20000);
	check(&t, &s, BEGIN, BEGIN + 20000);
	store_close(&s);
	traffic_free(&t);
}

static void memory_is_bounded(void **state)
{
	struct record_counts counts;
	struct traffic t;

	(void)state;
	traffic_init(&t, 17, 65536);
	for (uint32_t second = BEGIN; second < BEGIN + 20000; second++)
		traffic_second(&t, second);
	counts = record_counts(t.record);
	assert_true(record_is_full(t.record));
	assert_true(counts.bytes <= 65536);
	assert_true(counts.lost_entries > 0);
	traffic_free(&t);
}

struct functions {
	struct dataset_function list[8];
	size_t count;
};

static int add_function(void *user, uint64_t mac, const struct dataset_function *function)
{
	struct functions *f = user;

	assert_int_equal(mac, traffic_mac(0));
	assert_true(f->count < 8);
	f->list[f->count++] = *function;
	return 0;
}

static struct functions functions_since(struct store *s, uint32_t second)
{
	struct functions f = { .count = 0 };

	assert_int_equal(archive_functions(s, 0, us_of(second), us_of(BEGIN + 5000), add_function, &f), 0);
	return f;
}

/* The number of the slot of device 0. */
static uint32_t slot(const struct traffic *t)
{
	for (uint32_t i = 0; i < t->history->device_slots; i++) {
		if (t->history->devices[i].mac == traffic_mac(0))
			return i;
	}
	fail();
	return 0;
}

static void functions_begin_and_end(void **state)
{
	struct functions f;
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 1, 0);
	open_archive(*state, &s, &a, &unlimited, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 100, EVERY);
	record_type(t.record, slot(&t), "plug", 0.75f, false);
	record_function_begin(t.record, slot(&t), "on", 0.5f, false, us_of(BEGIN + 50));
	assert_int_equal(archive_write(&a, t.record, OFFSET, us_of(BEGIN + 100)), 0);
	f = functions_since(&s, BEGIN);
	assert_int_equal(f.count, 1);
	assert_true(f.list[0].open);
	assert_int_equal(f.list[0].to_us, us_of(BEGIN + 5000));
	record_function_end(t.record, slot(&t), us_of(BEGIN + 120));
	record_function_begin(t.record, slot(&t), "off", NAN, true, us_of(BEGIN + 130));
	assert_int_equal(archive_write(&a, t.record, OFFSET, us_of(BEGIN + 200)), 0);
	f = functions_since(&s, BEGIN);
	assert_int_equal(f.count, 2);
	assert_string_equal(f.list[0].label, "on");
	assert_int_equal(f.list[0].to_us, us_of(BEGIN + 120));
	assert_false(f.list[0].open);
	assert_true(f.list[1].owner && isnan(f.list[1].p));
	assert_int_equal(functions_since(&s, BEGIN + 125).count, 1);
	store_close(&s);
	/* Killed: what went on ends with the last second that was written. */
	open_archive(*state, &s, &a, &unlimited, BEGIN + 4000);
	f = functions_since(&s, BEGIN);
	assert_int_equal(f.count, 2);
	assert_false(f.list[1].open);
	assert_int_equal(f.list[1].to_us, f.list[1].from_us);
	store_close(&s);
	traffic_free(&t);
}

static void periods_and_types_come_back(void **state)
{
	const struct dataset_period found = { .seconds = 3, .log_p = 9, .support = 0.9, .from_us = us_of(BEGIN + 20) };
	const struct dataset_period lost = { .seconds = 3.01, .log_p = 19, .support = 0.95, .from_us = us_of(BEGIN + 80) };
	const struct dataset_flow *flow = NULL;
	struct dataset *ds;
	struct traffic t;
	struct archive a;
	struct store s;
	uint32_t number;

	traffic_init(&t, 1, 0);
	open_archive(*state, &s, &a, &unlimited, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 100, EVERY);
	number = t.history->flow_list[0];
	record_type(t.record, slot(&t), "plug", 0.75f, false);
	record_period(t.record, number, &found, true);
	record_period(t.record, number, &lost, false);
	record_period(t.record, number, &found, true);
	assert_int_equal(archive_write(&a, t.record, OFFSET, us_of(BEGIN + 100)), 0);
	assert_int_equal(archive_load(&s, 0, INT64_MAX, 0, &ds), 0);
	assert_string_equal(ds->devices[0].label, "plug");
	assert_float_equal(ds->devices[0].label_p, 0.75, 1e-6);
	for (size_t i = 0; i < ds->devices[0].flow_count; i++) {
		if (ds->devices[0].flows[i].proto == iot_key_proto(t.history->flows[number].key))
			flow = &ds->devices[0].flows[i];
	}
	assert_non_null(flow);
	assert_int_equal(flow->period_count, 2);
	assert_float_equal(flow->periods[1].seconds, 3.01, 1e-9);
	assert_int_equal(flow->periods[1].to_us, us_of(BEGIN + 80));
	assert_true(flow->periods[0].open);
	dataset_free(ds);
	store_close(&s);
	traffic_free(&t);
}

static void the_oldest_goes_first(void **state)
{
	const struct archive_limits small = { .bytes = 40000 };
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 17, 0);
	open_archive(*state, &s, &a, &small, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 14400, EVERY);
	assert_true(a.capped > 0 && a.bytes <= small.bytes);
	assert_true(a.oldest_s > OFFSET + BEGIN && a.oldest_s < OFFSET + BEGIN + 14400 - EVERY);
	check(&t, &s, (uint32_t)(a.oldest_s - OFFSET), BEGIN + 14400);
	store_close(&s);
	traffic_free(&t);
}

static void what_is_old_goes(void **state)
{
	const struct archive_limits hour = { .keep_s = 3600 };
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 4, 0);
	open_archive(*state, &s, &a, &hour, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 14400, EVERY);
	assert_true(a.expired > 0);
	assert_true(a.oldest_s >= OFFSET + BEGIN + 14400 - 2 * 3600 - EVERY);
	check(&t, &s, (uint32_t)(a.oldest_s - OFFSET), BEGIN + 14400);
	store_close(&s);
	traffic_free(&t);
}

static void damage_costs_one_piece(void **state)
{
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, 4, 0);
	open_archive(*state, &s, &a, &unlimited, BEGIN);
	live_through(&t, &a, BEGIN, BEGIN + 3 * EVERY, EVERY);
	assert_int_equal(sqlite3_exec(s.db,
				      "UPDATE activity SET data = CAST(substr(data, 1, 40) || x'00' || substr(data, 42) AS BLOB) WHERE id = 2;"
				      "UPDATE activity SET data = CAST(x'63' || substr(data, 2) AS BLOB) WHERE id = 1",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	ds = load(&s, BEGIN, BEGIN + 3 * EVERY, 0);
	assert_int_equal(ds->damaged, 2);
	dataset_free(ds);
	ds = load(&s, BEGIN + 2 * EVERY, BEGIN + 3 * EVERY, 0);
	traffic_check(&t, ds, BEGIN + 2 * EVERY, BEGIN + 3 * EVERY);
	store_close(&s);
	traffic_free(&t);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_set_up, scratch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_comes_back),
		TEST(one_device_and_all_totals),
		TEST(many_hours_at_once),
		TEST(memory_is_bounded),
		TEST(functions_begin_and_end),
		TEST(periods_and_types_come_back),
		TEST(the_oldest_goes_first),
		TEST(what_is_old_goes),
		TEST(damage_costs_one_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
