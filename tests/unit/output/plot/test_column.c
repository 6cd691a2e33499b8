// SPDX-License-Identifier: BSD-2-Clause

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sodium.h>

#include "agent/base/cleanup.h"
#include "agent/output/plot/axis.h"
#include "agent/output/plot/column.h"

/* The other way, as data.js does it. */
static size_t unpack(const char *text, uint64_t *values, size_t max)
{
	uint8_t bytes[4096];
	size_t size, n = 0;

	assert_int_equal(sodium_base642bin(bytes, sizeof(bytes), text, strlen(text), NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL), 0);
	for (size_t at = 0; at < size;) {
		uint64_t words[2] = { 0 };

		for (int w = 0; w < 1 + (int)(words[0] & 1); w++)
			for (unsigned shift = 0;; shift += 7) {
				words[w] |= (uint64_t)(bytes[at] & 127) << shift;
				if (!(bytes[at++] & 128))
					break;
			}
		for (uint64_t i = 0; i <= words[1]; i++) {
			assert_true(n < max);
			values[n++] = words[0] >> 1;
		}
	}
	return n;
}

static void test_column(void **state)
{
	static const uint64_t values[] = { 0, 0, 0, 1, 3, 3, 127, 128, 1u << 31, UINT64_C(1) << 40, COLUMN_MAX, UINT64_MAX, 5, 5, 5, 5, 5 };
	size_t n = sizeof(values) / sizeof(values[0]);
	_cleanup_(column_free) struct column column = { 0 };
	_cleanup_(buffer_free) struct buffer out = { 0 };
	uint64_t got[64];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < n; i++)
			column_value(&column, values[i]);
		buffer_reset(&out);
		column_end(&column, &out);
		assert_int_equal(unpack(out.data, got, 64), n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(got[i], values[i] > COLUMN_MAX ? COLUMN_MAX : values[i]);
	}
	buffer_reset(&out);
	column_end(&column, &out);
	assert_int_equal(out.len, 0);
	assert_false(out.failed);
}

/* A beacon of a day takes a few bytes. */
static void test_small(void **state)
{
	_cleanup_(column_free) struct column column = { 0 };
	_cleanup_(buffer_free) struct buffer out = { 0 };

	(void)state;
	for (int i = 0; i < 86400; i++)
		column_value(&column, 3);
	column_end(&column, &out);
	assert_in_range(out.len, 4, 8);
}

static void test_axis(void **state)
{
	char label[AXIS_LABEL];

	(void)state;
	assert_int_equal(axis_step(300, 10), 30);
	assert_int_equal(axis_step(86400, 12), 7200);
	assert_int_equal(axis_step(INT64_C(400000000000), 5), 31536000);
	assert_int_equal(axis_first(1767225601, 3600), 1767229200);
	assert_int_equal(axis_first(1767225600, 3600), 1767225600);
	assert_string_equal(axis_label(1767225630, 30, label), "00:00:30");
	assert_string_equal(axis_label(1767229200, 3600, label), "01:00");
	assert_string_equal(axis_label(1767225600, 3600, label), "01 Jan");
	assert_true(axis_top(0) == 1 && axis_top(1) == 1 && axis_top(3) == 5 && axis_top(61) == 100 && axis_top(1000) == 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_column), cmocka_unit_test(test_small), cmocka_unit_test(test_axis) };

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
