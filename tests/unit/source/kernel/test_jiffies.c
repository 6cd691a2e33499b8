/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/jiffies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/clock.h"

static void snaps_to_usual_rates(void **state)
{
	(void)state;
	assert_int_equal(jiffies_snap(249.2), 250);
	assert_int_equal(jiffies_snap(252.7), 250);
	assert_int_equal(jiffies_snap(255.1), 256);
	assert_int_equal(jiffies_snap(101.0), 100);
	assert_int_equal(jiffies_snap(991.0), 1000);
	assert_int_equal(jiffies_snap(1020.0), 1024);
	assert_int_equal(jiffies_snap(299.0), 300);
	assert_int_equal(jiffies_snap(400.4), 400); /* unusual, kept */
	assert_int_equal(jiffies_snap(0.2), 0);
}

/* Against two seconds of CLOCK_MONOTONIC, one tick of error at each end. */
static void rate_is_right(void **state)
{
	struct jiffies j = JIFFIES_CLOSED;
	const struct timespec pause = { .tv_sec = 2 };
	uint64_t first, last;
	int64_t from, to;

	(void)state;
	if (jiffies_open(&j) < 0)
		skip();
	assert_int_equal(jiffies_calibrate(&j), 0);
	assert_int_equal(jiffies_read(&j, &first), 0);
	from = time_monotonic_ns();
	nanosleep(&pause, NULL);
	assert_int_equal(jiffies_read(&j, &last), 0);
	to = time_monotonic_ns();
	print_message("# %u Hz, %llu ticks in %lld ns\n", j.hz, (unsigned long long)(last - first),
		      (long long)(to - from));
	assert_in_range(last - first + 3 - (uint64_t)((to - from) * j.hz / NS_PER_SECOND), 0, 6);
	jiffies_close(&j);
	assert_int_equal(j.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(snaps_to_usual_rates),
		cmocka_unit_test(rate_is_right),
	};

	return cmocka_run_group_tests_name("source/kernel/jiffies", tests, NULL, NULL);
}
