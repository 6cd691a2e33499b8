/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/history/labels_collect.h"
#include "tests/lib/scratch.h"

#define SECOND INT64_C(1000000)
#define EPOCH_US (INT64_C(1700000000) * SECOND) /* of millisecond 0 */
#define MAC 0x020000000001u
#define DEVICE 3u

struct fixture {
	char directory[SCRATCH_SIZE];
	struct store store;
	struct collect *collect;
	uint32_t ms; /* the present */
};

static int64_t wall_us(void *user, uint32_t ms)
{
	(void)user;
	return EPOCH_US + (int64_t)ms * 1000;
}

static int64_t device_of(void *user, uint64_t mac)
{
	(void)user;
	return mac == MAC ? (int64_t)DEVICE : -ENOENT;
}

static struct collect_now now(const struct fixture *f)
{
	return (struct collect_now){ { f->ms / 1000, f->ms }, wall_us(NULL, f->ms) };
}

static void start(struct fixture *f)
{
	const struct collect_world world = { wall_us, device_of, NULL };

	assert_int_equal(collect_new(&f->collect, &f->store, 16, &world, now(f)), 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	scratch_make(f->directory);
	assert_int_equal(store_open(&f->store, f->directory, false), 0);
	f->ms = 1000000;
	start(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	collect_free(f->collect);
	store_close(&f->store);
	scratch_remove(f->directory);
	free(f);
	return 0;
}

/* Time goes by, with a packet every `every_ms`. */
static void pass(struct fixture *f, uint32_t seconds, uint32_t every_ms)
{
	for (uint32_t end = f->ms + seconds * 1000; f->ms != end; f->ms++) {
		struct iot_packet p = { .ms = f->ms, .length = 100 };

		if (every_ms && f->ms % every_ms == 0)
			collect_packets(f->collect, DEVICE, MAC, &p, 1, now(f).clock);
		if (f->ms % 1000 == 0)
			assert_int_equal(collect_tick(f->collect, now(f)), 0);
	}
}

static struct label function(const char *name, int64_t from_us, int64_t to_us)
{
	struct label l = { .mac = MAC, .from_us = from_us, .to_us = to_us };

	snprintf(l.function, sizeof(l.function), "%s", name);
	return l;
}

static uint64_t packets_of(struct fixture *f, int64_t id)
{
	struct label l;

	assert_int_equal(labels_get(&f->store, id, &l), 0);
	return l.packets;
}

static void the_last_seconds_are_labelled(void **state)
{
	struct fixture *f = *state;
	struct label l;

	pass(f, 60, 100);
	l = function("on", now(f).us - 20 * SECOND, now(f).us);
	assert_int_equal(collect_add_function(f->collect, &l, now(f)), 0);
	assert_false(l.open);
	assert_int_equal(l.packets, 200);
	assert_int_equal(packets_of(f, l.id), 200);
}

static void a_label_from_now_on_ends_by_itself(void **state)
{
	struct fixture *f = *state;
	struct label l;

	pass(f, 10, 100);
	l = function("on", now(f).us, now(f).us + 5 * SECOND);
	assert_int_equal(collect_add_function(f->collect, &l, now(f)), 0);
	assert_true(l.open);
	assert_string_equal(collect_function(f->collect, MAC), "on");
	pass(f, 5, 100);
	assert_int_equal(packets_of(f, l.id), 0);
	pass(f, 5, 100);
	assert_null(collect_function(f->collect, MAC));
	assert_int_equal(packets_of(f, l.id), 51);
	assert_int_equal(collect_open(f->collect), 0);
}

static void a_label_may_begin_in_the_past_and_end_in_the_future(void **state)
{
	struct fixture *f = *state;
	struct label l;

	pass(f, 10, 100);
	l = function("on", now(f).us - 2 * SECOND, now(f).us + 2 * SECOND);
	assert_int_equal(collect_add_function(f->collect, &l, now(f)), 0);
	pass(f, 10, 100);
	assert_int_equal(packets_of(f, l.id), 41);
}

static void bad_times_are_refused(void **state)
{
	struct fixture *f = *state;
	int64_t us;

	pass(f, 10, 100);
	us = now(f).us;
	const struct {
		struct label label;
		int result;
		const char *says;
	} cases[] = {
		{ function("on", us, us), -ERANGE, "not after" },
		{ function("on", us, us - SECOND), -ERANGE, "not after" },
		{ function("on", us + SECOND, us + 2 * SECOND), -ERANGE, "future" },
		{ function("on", us - 601 * SECOND, us), -ERANGE, "more than 600 s ago" },
		{ function("on", us, us + 3601 * SECOND), -ERANGE, "longer than" },
		{ function("on", us - 100 * SECOND, us - 50 * SECOND), -ENODATA, "no packet" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct label l = cases[i].label;

		assert_int_equal(collect_add_function(f->collect, &l, now(f)), cases[i].result);
		assert_non_null(strstr(f->store.why, cases[i].says));
	}
	struct label stranger = function("on", us - SECOND, us);

	stranger.mac = 77;
	assert_int_equal(collect_add_function(f->collect, &stranger, now(f)), -ENODEV);
}

static void memory_of_a_long_label_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct label l, got;

	pass(f, 1, 100);
	l = function("stream", now(f).us, now(f).us + 60 * SECOND);
	assert_int_equal(collect_add_function(f->collect, &l, now(f)), 0);
	pass(f, 65, 1);
	assert_int_equal(labels_get(&f->store, l.id, &got), 0);
	assert_int_equal(got.packets, LABEL_FUNCTION_PACKETS);
}

/* A label says no more than the packets that are still there. */
static void what_room_lost_is_not_labelled(void **state)
{
	struct fixture *f = *state;
	struct label l;

	pass(f, 20, 1);
	l = function("on", now(f).us - 10 * SECOND, now(f).us);
	assert_int_equal(collect_add_function(f->collect, &l, now(f)), 0);
	assert_true(l.from_us > now(f).us - 5 * SECOND);
	assert_true(l.packets <= RECENT_PACKETS && l.packets >= RECENT_PACKETS - 2);
}

static void a_type_gives_samples(void **state)
{
	struct fixture *f = *state;
	struct label l = { .mac = MAC, .type = "plug" }, got;
	char previous[LABEL_NAME_MAX + 1];

	pass(f, 30, 100);
	assert_int_equal(collect_set_type(f->collect, &l, now(f), previous), 0);
	assert_int_equal(l.packets, 300);
	assert_string_equal(collect_type(f->collect, MAC), "plug");
	pass(f, 3500, 1000);
	assert_int_equal(labels_get(&f->store, l.id, &got), 0);
	assert_int_equal(got.samples, 1);
	pass(f, 200, 1000);
	assert_int_equal(labels_get(&f->store, l.id, &got), 0);
	assert_int_equal(got.samples, 2);
	assert_true(got.packets - 300 >= 590 && got.packets - 300 <= 601);
}

static void a_type_without_packets_waits_for_them(void **state)
{
	struct fixture *f = *state;
	struct label l = { .mac = MAC, .type = "plug" };
	char previous[LABEL_NAME_MAX + 1];

	assert_int_equal(collect_set_type(f->collect, &l, now(f), previous), 0);
	assert_int_equal(l.packets, 0);
	pass(f, 100, 0);
	assert_int_equal(packets_of(f, l.id), 0);
	pass(f, 100, 1000);
	assert_true(packets_of(f, l.id) >= LABEL_SAMPLE_PACKETS / 100);
}

static void labels_outlive_a_restart(void **state)
{
	struct fixture *f = *state;
	struct label type = { .mac = MAC, .type = "plug" }, l;
	char previous[LABEL_NAME_MAX + 1];
	uint64_t mac;

	pass(f, 10, 100);
	assert_int_equal(collect_set_type(f->collect, &type, now(f), previous), 0);
	l = function("on", now(f).us, now(f).us + 100 * SECOND);
	assert_int_equal(collect_add_function(f->collect, &l, now(f)), 0);
	pass(f, 10, 100);
	assert_int_equal(collect_end(f->collect, now(f)), 0);
	collect_free(f->collect);
	start(f);
	assert_string_equal(collect_type(f->collect, MAC), "plug");
	assert_int_equal(collect_named(f->collect, "Plug", &mac), 0);
	assert_int_equal(mac, MAC);
	assert_int_equal(packets_of(f, l.id), 100);
	assert_int_equal(labels_get(&f->store, l.id, &l), 0);
	assert_int_equal(l.to_us, now(f).us);
	assert_int_equal(collect_remove(f->collect, type.id, &l), 0);
	assert_null(collect_type(f->collect, MAC));
	assert_int_equal(collect_named(f->collect, "plug", &mac), -ENOENT);
}

static void a_name_of_two_devices_names_none(void **state)
{
	struct fixture *f = *state;
	struct label one = { .mac = MAC, .type = "plug" }, two = { .mac = MAC + 1, .type = "plug" };
	char previous[LABEL_NAME_MAX + 1];
	uint64_t mac;

	assert_int_equal(collect_set_type(f->collect, &one, now(f), previous), 0);
	assert_int_equal(collect_set_type(f->collect, &two, now(f), previous), 0);
	assert_int_equal(collect_named(f->collect, "plug", &mac), -ENOTUNIQ);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_last_seconds_are_labelled),
		TEST(a_label_from_now_on_ends_by_itself),
		TEST(a_label_may_begin_in_the_past_and_end_in_the_future),
		TEST(bad_times_are_refused),
		TEST(memory_of_a_long_label_is_bounded),
		TEST(what_room_lost_is_not_labelled),
		TEST(a_type_gives_samples),
		TEST(a_type_without_packets_waits_for_them),
		TEST(labels_outlive_a_restart),
		TEST(a_name_of_two_devices_names_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
