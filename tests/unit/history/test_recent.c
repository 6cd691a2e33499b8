/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/history/recent.h"

static struct iot_clock at(uint64_t ms)
{
	return (struct iot_clock){ (uint32_t)(ms / 1000), (uint32_t)ms };
}

static void add(struct recent *r, uint32_t device, uint64_t from_ms, uint32_t n, uint32_t step_ms)
{
	for (uint32_t i = 0; i < n; i++) {
		struct iot_packet p = { .ms = (uint32_t)(from_ms + (uint64_t)i * step_ms), .length = (uint16_t)i };

		recent_add(r, device, &p, 1, at(from_ms + (uint64_t)i * step_ms));
	}
}

static void keeps_the_last_ones_in_order(void **state)
{
	_cleanup_(recent_free_p) struct recent *r = recent_new(4, RECENT_BYTES);
	static struct iot_packet out[RECENT_PACKETS];

	(void)state;
	add(r, 1, 1000000, 5000, 10);
	assert_int_equal(recent_copy(r, 1, at(1050000), out, RECENT_PACKETS), RECENT_PACKETS);
	for (uint32_t i = 0; i < RECENT_PACKETS; i++)
		assert_int_equal(out[i].length, 5000 - RECENT_PACKETS + i);
	assert_int_equal(recent_copy(r, 1, at(1050000), out, 10), 10);
	assert_int_equal(out[9].length, 4999);
	assert_int_equal(recent_copy(r, 0, at(1050000), out, 10), 0);
}

static void forgets_what_is_old(void **state)
{
	_cleanup_(recent_free_p) struct recent *r = recent_new(4, RECENT_BYTES);
	static struct iot_packet out[RECENT_PACKETS];

	(void)state;
	add(r, 1, 1000000, 1000, 1000);
	assert_int_equal(recent_copy(r, 1, at(1999000), out, RECENT_PACKETS), RECENT_SECONDS + 1);
	assert_int_equal(recent_copy(r, 1, at(1999000 + 300000), out, RECENT_PACKETS), RECENT_SECONDS + 1 - 300);
	assert_int_equal(recent_copy(r, 1, at(1999000 + 700000), out, RECENT_PACKETS), 0);
}

/* iot_packet.ms comes round after 49.7 days: a packet of then must not look like one of now. */
static void is_not_taken_in_by_a_clock_that_comes_round(void **state)
{
	_cleanup_(recent_free_p) struct recent *r = recent_new(4, RECENT_BYTES);
	static struct iot_packet out[RECENT_PACKETS];
	const uint64_t round = UINT64_C(1) << 32;

	(void)state;
	add(r, 1, 1000000, 100, 10);
	assert_int_equal(recent_copy(r, 1, at(round + 1001000), out, RECENT_PACKETS), 0);
	add(r, 1, round + 1001000, 5, 10);
	assert_int_equal(recent_copy(r, 1, at(round + 1002000), out, RECENT_PACKETS), 5);
	/* And across the moment itself. */
	add(r, 2, round - 500, 100, 10);
	assert_int_equal(recent_copy(r, 2, at(round + 600), out, RECENT_PACKETS), 100);
}

static void is_bounded_in_all(void **state)
{
	const size_t limit = 64 * 1024;
	_cleanup_(recent_free_p) struct recent *r = recent_new(64, limit);
	static struct iot_packet out[RECENT_PACKETS];

	(void)state;
	for (uint32_t device = 0; device < 64; device++)
		add(r, device, 1000000, 3000, 10);
	assert_true(recent_bytes(r) <= limit + 63 * 1024);
	for (uint32_t device = 0; device < 64; device++)
		assert_true(recent_copy(r, device, at(1030000), out, RECENT_PACKETS) >= 64);
	for (uint32_t device = 0; device < 64; device++)
		recent_forget(r, device);
	assert_int_equal(recent_bytes(r), 0);
	add(r, 63, 1000000, 3000, 10);
	assert_int_equal(recent_copy(r, 63, at(1030000), out, RECENT_PACKETS), 3000);
}

static void gives_back_what_is_silent(void **state)
{
	_cleanup_(recent_free_p) struct recent *r = recent_new(4, RECENT_BYTES);
	static struct iot_packet out[RECENT_PACKETS];

	(void)state;
	add(r, 1, 1000000, 100, 10);
	add(r, 2, 1500000, 100, 10);
	for (int i = 0; i < 4; i++)
		recent_trim(r, at(1700000));
	assert_int_equal(recent_bytes(r), 128 * sizeof(struct iot_packet));
	assert_int_equal(recent_copy(r, 2, at(1700000), out, RECENT_PACKETS), 100);
}

static void says_what_it_lost(void **state)
{
	_cleanup_(recent_free_p) struct recent *r = recent_new(4, RECENT_BYTES);

	(void)state;
	add(r, 1, 1000000, RECENT_PACKETS, 10);
	assert_int_equal(recent_lost_ms(r, 1, at(1041000)), UINT32_MAX);
	add(r, 1, 1041000, 1, 10);
	assert_int_equal(recent_lost_ms(r, 1, at(1041000)), 41000);
	assert_int_equal(recent_lost_ms(r, 1, at(1041000 + 700000)), UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_last_ones_in_order),
		cmocka_unit_test(forgets_what_is_old),
		cmocka_unit_test(is_not_taken_in_by_a_clock_that_comes_round),
		cmocka_unit_test(is_bounded_in_all),
		cmocka_unit_test(gives_back_what_is_silent),
		cmocka_unit_test(says_what_it_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
