/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/output/export_text.h"
#include "agent/output/export_token.h"
#include "tests/lib/scratch.h"

/* Salts, tokens and numbers of an export. */

static void test_random_salts(void **state)
{
	struct export_salt a, b;

	(void)state;
	assert_int_equal(export_salt_random(&a), 0);
	assert_int_equal(export_salt_random(&b), 0);
	assert_memory_not_equal(a.bytes, b.bytes, sizeof(a.bytes));
}

/* A salt is made once, and the same afterwards. */
static void test_salt_file(void **state)
{
	struct export_salt a, b;
	struct stat st;
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/salt", (const char *)*state);
	assert_int_equal(export_salt_file(path, &a), 0);
	assert_int_equal(export_salt_file(path, &b), 0);
	assert_memory_equal(a.bytes, b.bytes, sizeof(a.bytes));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	file = fopen(path, "w");
	fputs("0123\n", file);
	fclose(file);
	assert_int_equal(export_salt_file(path, &b), -EBADMSG);
}

static void test_tokens(void **state)
{
	const struct export_salt salt = { { 1, 2, 3 } };
	char one[EXPORT_TOKEN_SIZE], two[EXPORT_TOKEN_SIZE];

	(void)state;
	assert_string_equal(export_token(&salt, "device", "abc", 3, one), export_token(&salt, "device", "abc", 3, two));
	assert_int_equal(strlen(one), strlen("device-") + 16);
	assert_string_not_equal(one + 7, export_token(&salt, "type", "abc", 3, two) + 5);
	assert_string_not_equal(one, export_token(&salt, "device", "abd", 3, two));
}

static void test_numbers(void **state)
{
	static const struct {
		double value;
		bool single;
		const char *text;
	} cases[] = {
		{ 0.9f, true, "0.9" }, { 60, false, "60" }, { 0.1, false, "0.1" }, { 1.0 / 3, false, "0.3333333333333333" },
		{ 20700.125, false, "20700.125" }, { -0.5, false, "-0.5" }, { 1e300, false, "1e+300" }, { 3.4028235e38f, true, "3.4028235e+38" },
	};
	struct buffer out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buffer_reset(&out);
		export_text_number(&out, cases[i].value, cases[i].single);
		assert_string_equal(out.data, cases[i].text);
	}
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_salts),
		cmocka_unit_test_setup_teardown(test_salt_file, scratch_set_up, scratch_tear_down),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
