// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define S INT64_C(1000000)
#define T0 (INT64_C(1700000000) * S)

static struct timeline started(void)
{
	struct timeline line = {0};

	timeline_stamp(&line, T0);
	return line;
}

static void test_keeps_ordinary_stamps(void **state)
{
	struct timeline line = started();

	(void)state;
	assert_int_equal(timeline_stamp(&line, T0 + 5), T0 + 5);
	assert_int_equal(timeline_stamp(&line, T0 + TIMELINE_AHEAD), T0 + TIMELINE_AHEAD);
	assert_int_equal(line.now_us, T0 + TIMELINE_AHEAD);
	assert_int_equal(line.held + line.steps, 0);
}

static void test_keeps_stamps_a_little_behind(void **state)
{
	struct timeline line = started();

	(void)state;
	timeline_stamp(&line, T0 + 100 * S);
	assert_int_equal(timeline_stamp(&line, T0 + 69 * S), T0 + 69 * S);
	assert_int_equal(line.now_us, T0 + 100 * S);
	assert_int_equal(timeline_stamp(&line, T0 + 69 * S - 1), T0 + 100 * S);
	assert_int_equal(line.held, 1);
}

static void test_ignores_single_outliers(void **state)
{
	static const int64_t wild[] = {0, -1, INT64_MIN / 2, INT64_MAX / 2, T0 + 100000 * S, T0 - 100 * S};
	struct timeline line = started();

	(void)state;
	for (int i = 0; i < 60; i++) {
		int64_t now = T0 + i * S;

		assert_int_equal(timeline_stamp(&line, now), now);
		assert_int_equal(timeline_stamp(&line, wild[i % 6]), now);
	}
	assert_int_equal(line.held, 60);
	assert_int_equal(line.steps, 0);
}

static void test_second_frame_confirms_a_gap(void **state)
{
	struct timeline line = started();
	int64_t later = T0 + 30 * TIMELINE_AHEAD;

	(void)state;
	assert_int_equal(timeline_stamp(&line, later), T0);
	assert_int_equal(timeline_stamp(&line, later + S), later + S);
	assert_int_equal(line.steps, 1);
}

static void test_set_back_clock_is_shifted(void **state)
{
	struct timeline line = started();
	int64_t back = T0 - 7200 * S;

	(void)state;
	for (int i = 0; i < TIMELINE_CONFIRM - 1; i++)
		assert_int_equal(timeline_stamp(&line, back + i * S), T0);
	assert_int_equal(timeline_stamp(&line, back + 100 * S), T0);
	assert_int_equal(timeline_stamp(&line, back + 103 * S), T0 + 3 * S);
	assert_int_equal(line.now_us, T0 + 3 * S);
	assert_int_equal(line.steps, 1);
}

static void test_two_clocks_do_not_run_away(void **state)
{
	struct timeline line = started();

	(void)state;
	for (int i = 0; i < 1000; i++) {
		timeline_stamp(&line, T0 + i * S);
		timeline_stamp(&line, T0 + (i - 60) * S);
	}
	assert_int_equal(line.now_us, T0 + 999 * S);
}

static void test_next_file(void **state)
{
	struct timeline line = started();

	(void)state;
	timeline_next_file(&line);
	assert_int_equal(timeline_stamp(&line, T0 + 400 * TIMELINE_AHEAD), T0 + 400 * TIMELINE_AHEAD);
	timeline_next_file(&line);
	assert_int_equal(timeline_stamp(&line, T0), line.now_us);
	assert_int_equal(timeline_stamp(&line, T0 + 9), T0 + 400 * TIMELINE_AHEAD + 9);
	timeline_next_file(&line);
	assert_int_equal(timeline_stamp(&line, T0 + 401 * TIMELINE_AHEAD), T0 + 401 * TIMELINE_AHEAD);
}

/* Whatever comes, a stamp fits the table, never goes far behind the clock, and the clock never goes back. */
static void test_invariants_on_noise(void **state)
{
	struct timeline line = {0};
	uint64_t x = 88172645463325252u;
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		int64_t recorded = (int64_t)(x >> (x & 31)), next = timeline_next(&line, recorded);
		int64_t stamp = timeline_stamp(&line, recorded);

		assert_int_equal(next, line.now_us);
		assert_true(stamp >= 0 && stamp / S <= UINT32_MAX);
		assert_true(line.now_us >= last && stamp <= line.now_us && line.now_us - stamp <= TIMELINE_BEHIND);
		last = line.now_us;
		if ((x & 0xfff) == 0)
			timeline_next_file(&line);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_ordinary_stamps),	    cmocka_unit_test(test_keeps_stamps_a_little_behind),
		cmocka_unit_test(test_ignores_single_outliers),	    cmocka_unit_test(test_second_frame_confirms_a_gap),
		cmocka_unit_test(test_set_back_clock_is_shifted),   cmocka_unit_test(test_two_clocks_do_not_run_away),
		cmocka_unit_test(test_next_file),		    cmocka_unit_test(test_invariants_on_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
