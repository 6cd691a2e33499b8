/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const uint32_t rates[] = { 24, 100, 250, 256, 300, 1000, 1024, 1200 };

#define RATES (sizeof(rates) / sizeof(rates[0]))
#define DAY 86400ULL

/* A second starts with the tick that starts it, at any rate and after a week; by then the rounding is at most 0.2 s
 * fast. */
static void seconds_start_with_their_tick(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATES; i++) {
		struct iot_config c = { 0 };
		uint64_t boot = (1ULL << 32) - 300 * rates[i]; /* where jiffies begin */

		clock_configure(&c, boot, rates[i]);
		assert_int_equal(clock_at(&c, boot).second, CLOCK_FIRST_SECOND);
		assert_in_range(clock_at(&c, boot).ms, CLOCK_FIRST_SECOND * 1000, CLOCK_FIRST_SECOND * 1000 + 1);
		for (uint64_t s = 1; s < 7 * DAY; s += 997) {
			uint64_t tick = boot + s * rates[i];

			assert_int_equal(clock_at(&c, tick).second, CLOCK_FIRST_SECOND + s);
			assert_int_equal(clock_at(&c, tick - (s < 1000 ? 1 : rates[i] / 5)).second,
					 CLOCK_FIRST_SECOND + s - 1);
		}
	}
}

static void milliseconds_wrap_and_are_undone(void **state)
{
	struct iot_config c = { 0 };
	const int64_t wall = 1763750000000000;
	uint64_t later = 60 * DAY * 250; /* past 49.7 days the ring's 32 bits have wrapped */
	struct clock_anchor anchor;

	(void)state;
	clock_configure(&c, 1000, 250);
	anchor = clock_anchor_at(&c, 1000 + later, wall);
	assert_true(clock_wall_of_ms(&anchor, clock_at(&c, 1000 + later).ms) == wall);
	assert_true(clock_wall_of_ms(&anchor, clock_at(&c, 1000 + later - 250).ms) == wall - 1000000);
	assert_true(clock_wall_of_ms(&anchor, clock_at(&c, 1000 + later + 25).ms) == wall + 100000);
	assert_true(clock_wall_of_second(&anchor, clock_at(&c, 1000 + later - 2500).second) == wall - 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds_start_with_their_tick),
		cmocka_unit_test(milliseconds_wrap_and_are_undone),
	};

	return cmocka_run_group_tests_name("source/kernel/clock", tests, NULL, NULL);
}
