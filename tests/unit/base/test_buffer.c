/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/base/cleanup.h"

static void test_grows(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	assert_int_equal(buffer_append(&b, "", 0), 0);
	assert_string_equal(b.data, "");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buffer_printf(&b, "%03d,", i), 0);
	assert_int_equal(b.len, 4000);
	assert_memory_equal(b.data + 3996, "999,", 5);
	assert_int_equal(buffer_append_char(&b, 'x', 3), 0);
	assert_string_equal(b.data + 4000, "xxx");
}

static void test_limit_is_sticky(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { .limit = 10 };

	(void)state;
	assert_int_equal(buffer_append_str(&b, "12345678"), 0);
	assert_int_equal(buffer_append_str(&b, "abc"), -EMSGSIZE);
	assert_true(b.failed);
	assert_true(buffer_append_str(&b, "a") < 0);
	assert_string_equal(b.data, "12345678");
	buffer_reset(&b);
	assert_int_equal(buffer_append_str(&b, "1234567890"), 0);
	assert_int_equal(buffer_append_char(&b, 'x', SIZE_MAX), -EMSGSIZE);
}

static void test_reset_keeps_memory(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	char *before;

	(void)state;
	buffer_append_char(&b, 'x', 1000);
	before = b.data;
	buffer_reset(&b);
	assert_int_equal(b.len, 0);
	assert_string_equal(b.data, "");
	buffer_append_char(&b, 'y', 1000);
	assert_ptr_equal(b.data, before);
}

static void test_write(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { .limit = 4 };
	char back[8] = "";
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(buffer_write(&b, ends[1]), 0);
	buffer_append_str(&b, "abcd");
	assert_int_equal(buffer_write(&b, ends[1]), 0);
	assert_int_equal(read(ends[0], back, sizeof(back)), 4);
	assert_string_equal(back, "abcd");
	assert_int_equal(buffer_write(&b, ends[0]), -EBADF);
	buffer_append_str(&b, "e");
	assert_int_equal(buffer_write(&b, ends[1]), -ENOMEM);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_limit_is_sticky),
		cmocka_unit_test(test_reset_keeps_memory),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
