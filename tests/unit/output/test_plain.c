/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/output/plain.h"

static void test_append(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	plain_append(&b, NULL);
	plain_append(&b, "a\n\x1b[m\x7f\xff\xc2\x9b"
			 "1\xe2\x80\xaez \xc3\xbc");
	assert_string_equal(b.data, "a??[m???1?z \xc3\xbc");
}

static void test_fit(void **state)
{
	static const char text[] = "a\xc3\xbc\xe4\xb8\xad"
				   "b"; /* widths 1, 1, 2, 1 */
	static const struct {
		size_t columns, bytes, width;
	} cases[] = { { 0, 0, 0 }, { 1, 1, 1 }, { 2, 3, 2 }, { 3, 3, 2 }, { 4, 6, 4 }, { 9, 7, 5 } };

	(void)state;
	assert_int_equal(plain_width(text, strlen(text)), 5);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t width;

		assert_int_equal(plain_fit(text, strlen(text), cases[i].columns, &width), cases[i].bytes);
		assert_int_equal(width, cases[i].width);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
