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

static void test_rfc3339(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000000Z" },
		{ 1795287840123456, "2026-11-21T19:04:00.123456Z" },
		{ 951782399999999, "2000-02-28T23:59:59.999999Z" },
		{ 951782400000000, "2000-02-29T00:00:00.000000Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999999Z" },
		{ INT64_MIN, "0000-01-01T00:00:00.000000Z" },
	};
	char text[TIME_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(time_format_rfc3339(cases[i].us, text), cases[i].text);
}

static void test_local(void **state)
{
	char text[TIME_TEXT_SIZE];

	(void)state;
	assert_int_equal(strlen(time_format_local(1795287840123456, text)), 19);
	time_format_local(INT64_MAX, text);
	time_format_local(INT64_MIN, text);
}

static void test_now(void **state)
{
	int64_t before = time_monotonic_ns();

	(void)state;
	assert_true(time_now_us() > 1577836800 * US_PER_SECOND);
	assert_true(time_monotonic_ns() >= before);
}

static void test_duration_format(void **state)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{ 0, "0 s" },          { 5, "5 s" },          { 2.5, "2.5 s" }, { 59.97, "1 min" },
		{ 60, "1 min" },       { 299, "4 min 59 s" }, { 3600, "1 h" },  { 20700, "5 h 45 min" },
		{ 183600, "2 d 3 h" }, { 86399, "1 d" },      { -1, "?" },      { INFINITY, "?" },
		{ NAN, "?" },
	};
	char text[DURATION_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(duration_format(cases[i].seconds, text), cases[i].text);
}

static void test_duration_parse(void **state)
{
	static const struct {
		const char *text;
		int r;
		int64_t ns;
	} cases[] = {
		{ "5s", 0, 5000000000 },     { "2m", 0, 120000000000 },
		{ "1h", 0, 3600000000000 },  { "1d", 0, 86400000000000 },
		{ "500ms", 0, 500000000 },   { "7", 0, 7000000000 },
		{ "1.5s", 0, 1500000000 },   { "0", 0, 0 },
		{ ".5h", 0, 1800000000000 }, { "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },         { "-5s", -EINVAL, 0 },
		{ "5 s", -EINVAL, 0 },       { "5x", -EINVAL, 0 },
		{ "1e3s", -EINVAL, 0 },      { "5ss", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 },       { "999999999d", -ERANGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 0;

		assert_int_equal(duration_parse(cases[i].text, &ns), cases[i].r);
		assert_int_equal(ns, cases[i].ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_now),
		cmocka_unit_test(test_duration_format),
		cmocka_unit_test(test_duration_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
