// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/source/capture/feed.h"
#include "agent/source/totals.h"
#include "tests/unit/source/capture/files.h"

#define LAMP 0x02005e100001
#define PLUG 0x02005e100002
#define SINK 0x02005e100003
#define GATEWAY 0x02005e000001
#define S INT64_C(1000000)
#define T0 (INT64_C(1700000000) * S)

struct fixture {
	struct iot_table *table;
	struct capture_state state;
	struct device_totals *totals;
};

static int setup(void **state)
{
	const struct slots_options options = CAPTURE_SLOTS_OPTIONS;
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f || slots_new(&f->table, &options) < 0)
		return -1;
	f->totals = calloc(slots_device_slots(f->table), sizeof(*f->totals));
	*state = f;
	return f->totals ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	slots_free(f->table);
	free(f->totals);
	free(f);
	return 0;
}

static bool feed(struct fixture *f, uint64_t to, uint64_t from, uint32_t length, int64_t us)
{
	uint8_t bytes[60];
	struct capture_frame frame = {.data = bytes, .captured = 60, .length = length, .time_us = us, .link = CAPTURE_ETHERNET};

	frame_between(bytes, to, from);
	return capture_feed(f->table, &f->state, &frame);
}

static const struct device_totals *totals_of(struct fixture *f, uint64_t mac)
{
	totals_collect(f->table, f->state.first_us, f->state.time.now_us, f->totals);
	for (uint32_t i = 0; i < slots_device_slots(f->table); i++)
		if (f->totals[i].mac == mac)
			return &f->totals[i];
	return NULL;
}

static void test_sums_and_times(void **state)
{
	struct fixture *f = *state;
	const struct device_totals *t;

	assert_true(feed(f, PLUG, LAMP, 60, T0 + 1234));
	assert_true(feed(f, LAMP, PLUG, 1514, T0 + 5 * S));
	assert_true(feed(f, 0xffffffffffff, LAMP, 100, T0 + 7 * S));
	t = totals_of(f, LAMP);
	assert_int_equal(t->tx_packets, 2);
	assert_int_equal(t->tx_bytes, 160);
	assert_int_equal(t->rx_packets, 1);
	assert_int_equal(t->rx_bytes, 1514);
	assert_int_equal(t->first_us, T0 + 1000); /* whole milliseconds */
	assert_int_equal(t->last_us, T0 + 7 * S);
	t = totals_of(f, PLUG);
	assert_int_equal(t->tx_packets, 1);
	assert_int_equal(t->rx_bytes, 60);
	assert_int_equal(t->last_us, T0 + 5 * S);
}

static void test_only_receives(void **state)
{
	struct fixture *f = *state;
	const struct device_totals *t;

	feed(f, PLUG, LAMP, 60, T0);
	feed(f, SINK, LAMP, 80, T0 + 2 * S);
	feed(f, SINK, LAMP, 80, T0 + 3 * S);
	t = totals_of(f, SINK);
	assert_int_equal(t->tx_packets, 0);
	assert_int_equal(t->rx_packets, 2);
	assert_int_equal(t->first_us, T0 + 2 * S);
	assert_int_equal(t->last_us, T0 + 3 * S);
}

/* 32 bits of milliseconds are 49.7 days. */
static void test_longer_than_a_round_of_the_clock(void **state)
{
	struct fixture *f = *state;
	const struct device_totals *t;

	for (int day = 0; day < 400; day++)
		feed(f, PLUG, LAMP, 60, T0 + day * 86400 * S);
	t = totals_of(f, LAMP);
	assert_int_equal(t->first_us, T0);
	assert_int_equal(t->last_us, T0 + 399 * 86400 * S);
}

static void test_out_of_order(void **state)
{
	struct fixture *f = *state;
	const struct device_totals *t;

	feed(f, PLUG, LAMP, 60, T0 + 20 * S);
	feed(f, PLUG, LAMP, 60, T0);
	t = totals_of(f, LAMP);
	assert_int_equal(t->first_us, T0);
	assert_int_equal(t->last_us, T0 + 20 * S);
}

static void test_gateway_is_no_device(void **state)
{
	struct fixture *f = *state;
	struct capture_skip skips[CAPTURE_SKIPS];

	assert_int_equal(slots_ignore(f->table, GATEWAY), 0);
	assert_true(feed(f, LAMP, GATEWAY, 60, T0));
	assert_false(feed(f, 0xffffffffffff, GATEWAY, 60, T0));
	assert_null(totals_of(f, GATEWAY));
	assert_int_equal(totals_of(f, LAMP)->rx_packets, 1);
	assert_int_equal(capture_skips(f->table, &f->state, skips), 1);
	assert_string_equal(skips[0].reason, "gateway");
	assert_int_equal(skips[0].frames, 1);
}

static void test_skip_reasons(void **state)
{
	struct fixture *f = *state;
	struct capture_frame cooked = {.link = CAPTURE_NO_MAC, .time_us = T0}, radio = {.link = CAPTURE_OTHER, .time_us = T0};
	struct capture_frame shorter = {.data = (const uint8_t *)"\x02", .captured = 1, .length = 60, .time_us = T0};
	struct capture_skip skips[CAPTURE_SKIPS];
	uint64_t sum = 0;
	size_t n;

	assert_false(capture_feed(f->table, &f->state, &cooked));
	assert_false(capture_feed(f->table, &f->state, &radio));
	assert_false(capture_feed(f->table, &f->state, &shorter));
	assert_false(feed(f, 0xffffffffffff, 0, 60, T0));
	assert_true(feed(f, LAMP, 0x01005e000001, 60, T0)); /* from a group, yet received */
	n = capture_skips(f->table, &f->state, skips);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		sum += skips[i].frames;
	assert_int_equal(sum + 1, f->state.frames);
	assert_string_equal(skips[2].reason, "no_mac");
	assert_string_equal(skips[3].reason, "link_type");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sums_and_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_only_receives, setup, teardown),
		cmocka_unit_test_setup_teardown(test_longer_than_a_round_of_the_clock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_out_of_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gateway_is_no_device, setup, teardown),
		cmocka_unit_test_setup_teardown(test_skip_reasons, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
