/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/json.h"

#define BYTES(s) s, sizeof(s) - 1

static void test_structure(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	struct json j = json_init(&b);

	(void)state;
	json_begin_object(&j);
	json_pair_str(&j, "a", "b");
	json_key(&j, "list");
	json_begin_array(&j);
	json_begin_object(&j);
	json_end_object(&j);
	json_u64(&j, 1);
	json_null(&j);
	json_begin_array(&j);
	json_end_array(&j);
	json_end_array(&j);
	json_pair_bool(&j, "t", true);
	json_pair_bool(&j, "f", false);
	json_pair_time(&j, "when", 0);
	json_pair_mac(&j, "mac", 0x02005e100001);
	json_end_object(&j);
	assert_string_equal(b.data, "{\"a\":\"b\",\"list\":[{},1,null,[]],\"t\":true,\"f\":false,"
				    "\"when\":\"1970-01-01T00:00:00.000000Z\",\"mac\":\"02:00:5e:10:00:01\"}");
}

static void test_integers(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	struct json j = json_init(&b);

	(void)state;
	json_begin_array(&j);
	json_u64(&j, UINT64_MAX);
	json_u64(&j, 9007199254740993);
	json_i64(&j, INT64_MIN);
	json_i64(&j, 0);
	json_end_array(&j);
	assert_string_equal(b.data, "[18446744073709551615,9007199254740993,-9223372036854775808,0]");
}

static void test_doubles(void **state)
{
	static const struct {
		double value;
		int decimals;
		const char *text;
	} cases[] = {
		{ 0, 4, "0" },
		{ 0.1f, 4, "0.1" },
		{ 0.00004, 4, "0" },
		{ -0.00004, 4, "0" },
		{ 0.99996, 4, "1" },
		{ -1.25, 1, "-1.3" },
		{ 0.05, 2, "0.05" },
		{ 10.5, 0, "11" },
		{ 123456789.25, 3, "123456789.25" },
		{ 1e20, 4, "100000000000000000000" },
		{ NAN, 4, "null" },
		{ -INFINITY, 4, "null" },
		{ -3.0007, 3, "-3.001" },
		{ 5, 9, "5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_(buffer_free) struct buffer b = { 0 };
		struct json j = json_init(&b);

		json_double(&j, cases[i].value, cases[i].decimals);
		assert_string_equal(b.data, cases[i].text);
	}
}

static void test_strings(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *out;
	} cases[] = {
		{ BYTES("plain"), "\"plain\"" },
		{ BYTES("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"" },
		{ BYTES("a\0b\x1b\x7f"), "\"a\\u0000b\\u001b\\u007f\"" },
		{ BYTES("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"),
		  "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"" },
		{ BYTES("\xff\xc3"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ BYTES("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ BYTES("\xed\xa0\x80x"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx\"" },
		{ BYTES("\xe2\x82"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ BYTES(""), "\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_(buffer_free) struct buffer b = { 0 };
		struct json j = json_init(&b);

		json_strn(&j, cases[i].in, cases[i].n);
		assert_string_equal(b.data, cases[i].out);
	}
}

static void test_null_string(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	struct json j = json_init(&b);

	(void)state;
	json_str(&j, NULL);
	assert_string_equal(b.data, "null");
}

static void test_full_buffer(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { .limit = 16 };
	struct json j = json_init(&b);

	(void)state;
	json_begin_object(&j);
	json_pair_str(&j, "key", "a value that does not fit");
	json_end_object(&j);
	assert_true(b.failed);
	assert_true(b.len <= 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure),   cmocka_unit_test(test_integers),
		cmocka_unit_test(test_doubles),     cmocka_unit_test(test_strings),
		cmocka_unit_test(test_null_string), cmocka_unit_test(test_full_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
