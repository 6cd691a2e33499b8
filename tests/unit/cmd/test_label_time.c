/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "agent/cmd/label_time.h"

#define SECOND INT64_C(1000000)
#define NOW (INT64_C(1763751900) * SECOND) /* 2025-11-21T19:05:00Z */

static int64_t parse(const char *text)
{
	int64_t us = -1;

	return label_time_parse(text, NOW, &us) == 0 ? us - NOW : INT64_MIN;
}

/* In a zone without summer time, two hours east. */
static void zone(const char *tz)
{
	setenv("TZ", tz, 1);
	tzset();
}

static void times_of_people(void **state)
{
	(void)state;
	zone("XYZ-2");
	assert_int_equal(parse("now"), 0);
	assert_int_equal(parse("-90s"), -90 * SECOND);
	assert_int_equal(parse("-2m"), -120 * SECOND);
	assert_int_equal(parse("21:04"), -60 * SECOND);
	assert_int_equal(parse("21:04:30"), -30 * SECOND);
	assert_int_equal(parse("21:06"), 60 * SECOND - 86400 * SECOND);
	assert_int_equal(parse("2025-11-21 21:04"), -60 * SECOND);
	assert_int_equal(parse("2025-11-21 21:04:30"), -30 * SECOND);
	assert_int_equal(parse("2025-11-21T21:04:30"), -30 * SECOND);
}

static void times_of_machines(void **state)
{
	(void)state;
	zone("XYZ-2");
	assert_int_equal(parse("2025-11-21T19:04:00Z"), -60 * SECOND);
	assert_int_equal(parse("2025-11-21T19:04:00.25Z"), -60 * SECOND + SECOND / 4);
	assert_int_equal(parse("2025-11-21T20:04:00+01:00"), -60 * SECOND);
	assert_int_equal(parse("2025-11-21T14:34:00-04:30"), -60 * SECOND);
	assert_int_equal(parse("2025-11-21T19:04:00.123456Z"), -60 * SECOND + 123456);
}

static void what_is_no_time(void **state)
{
	static const char *const wrong[] = { "",	    "soon",	      "-",		   "-5x",		   "25:00",
					     "12",	    "12:61",	      "12:30x",		   "2025-11-21",	   "2025-13-21 10:00",
					     "2025-11-21 ", "2025-11-21T1", "2025-11-21T10:00:00+1", "2025-11-21T10:00:00Zx", "2025-11-21 10:00:00Z" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(parse(wrong[i]), INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_of_people),
		cmocka_unit_test(times_of_machines),
		cmocka_unit_test(what_is_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
