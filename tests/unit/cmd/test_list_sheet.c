/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "agent/cmd/list_sheet.h"

static const struct sheet_column COLUMNS[] = {
	{ "name", "NAME", TABLE_LEFT, false },	 { "bytes", "BYTES", TABLE_RIGHT, false }, { "p", "SURE", TABLE_RIGHT, false },
	{ "time", NULL, TABLE_LEFT, false },	 { NULL, "NOTE", TABLE_LEFT, false },	   { "every", "EVERY", TABLE_RIGHT, false },
	{ "odd", NULL, TABLE_LEFT, false },
};

static void fill(struct sheet *s, enum sheet_form form)
{
	assert_int_equal(sheet_begin(s, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), form), 0);
	sheet_text(s, "a \"lamp\", or\x1b[2J so\n");
	sheet_bytes(s, UINT64_MAX);
	sheet_share(s, 0.93456);
	sheet_time(s, INT64_C(1795287840123456));
	sheet_text(s, "now");
	sheet_seconds(s, 20700);
	sheet_bool(s, true);
	sheet_text(s, "");
	sheet_bytes(s, 1500);
	sheet_share(s, (double)NAN);
	sheet_time(s, 0);
	sheet_text(s, NULL);
	sheet_seconds(s, (double)NAN);
	sheet_bool(s, false);
}

static void test_csv(void **state)
{
	struct sheet s;

	(void)state;
	fill(&s, SHEET_CSV);
	assert_string_equal(s.text.data, "name,bytes,p,time,every,odd\n"
					 "\"a \"\"lamp\"\", or?[2J so?\",18446744073709551615,0.9346,2026-11-21T19:04:00.123456Z,20700,true\n"
					 ",1500,,,,false\n");
	sheet_free(&s);
}

static void test_json(void **state)
{
	struct sheet s;

	(void)state;
	fill(&s, SHEET_JSON);
	assert_string_equal(s.text.data, "{\"name\":\"a \\\"lamp\\\", or\\u001b[2J so\\n\",\"bytes\":18446744073709551615,\"p\":0.9346,"
					 "\"time\":\"2026-11-21T19:04:00.123456Z\",\"every\":20700,\"odd\":true}\n"
					 "{\"bytes\":1500,\"odd\":false}\n");
	sheet_free(&s);
}

static void test_table(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct sheet s;

	(void)state;
	fill(&s, SHEET_TABLE);
	assert_int_equal(table_render(s.table, 0, &out), 0);
	assert_string_equal(out.data, "NAME                    BYTES  SURE  NOTE       EVERY\n"
				      "a \"lamp\", or?[2J so?  18.4 EB  93 %  now   5 h 45 min\n"
				      "                       1.5 kB\n");
	sheet_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
