// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agent/screen/columns.h"
#include "agent/screen/filter.h"
#include "agent/screen/format.h"
#include "agent/screen/sort.h"
#include "agent/screen/strip.h"

static int total(const struct columns_layout *l)
{
	int sum = -1;

	for (int i = 0; i < COLUMN_COUNT; i++)
		sum += l->width[i] ? l->width[i] + 1 : 0;
	return sum;
}

static void test_fit(void **state)
{
	const struct scene_device device = { .name = "lamp", .addresses = { "192.0.2.1" }, .address_count = 1,
					     .type = { .label = "A long type name", .p = 0.9 } };
	struct columns_need need = { { 0 } };
	struct columns_layout l;

	(void)state;
	for (int width = 0; width < 400; width++) {
		columns_fit(COLUMNS_ALL, width, NULL, &l);
		assert_true(total(&l) <= width || total(&l) == -1);
		assert_true(l.width[COLUMN_ACTIVITY] % 5 == 0 && l.width[COLUMN_ACTIVITY] != 20 && l.width[COLUMN_ACTIVITY] != 25);
	}
	columns_fit(COLUMNS_ALL, 80, NULL, &l);
	assert_int_equal(total(&l), 80);
	assert_true(l.width[COLUMN_NAME] && l.width[COLUMN_TYPE] && l.width[COLUMN_FUNCTION] && l.width[COLUMN_SINCE] && l.width[COLUMN_PERIOD]);
	assert_true(l.width[COLUMN_TX_BYTES] && l.width[COLUMN_RX_BYTES] && l.width[COLUMN_ACTIVITY] && !l.width[COLUMN_VENDOR]);
	columns_fit(COLUMNS_ALL, 200, NULL, &l);
	for (int i = 0; i < COLUMN_COUNT; i++)
		assert_true(l.width[i] > 0);
	columns_measure(&device, &need);
	columns_fit(COLUMNS_ALL, 200, &need, &l);
	assert_true(l.width[COLUMN_VENDOR] == 0 && l.width[COLUMN_TYPE] == 21 && l.width[COLUMN_ADDRESS] == 15);
	columns_fit(1u << COLUMN_NAME, 80, NULL, &l);
	assert_int_equal(total(&l), 28);
}

static void test_sort(void **state)
{
	struct scene_device a = { .mac = 1, .name = "b", .rate.tx_bytes = 5, .period.seconds = 3, .function = { .label = "idle" } };
	struct scene_device b = { .mac = 2, .name = "a", .rate.tx_bytes = 9, .function = { .label = "dim", .start_us = 5 } };
	struct scene_device none = { .mac = 3 };

	(void)state;
	assert_true(sort_compare(COLUMN_NAME, false, &b, &a) < 0);
	assert_true(sort_compare(COLUMN_NAME, true, &b, &a) > 0);
	assert_true(sort_compare(COLUMN_NAME, false, &a, &none) < 0);
	assert_true(sort_compare(COLUMN_TX_BYTES, false, &b, &a) < 0);
	assert_true(sort_compare(COLUMN_PERIOD, false, &a, &b) < 0);
	assert_true(sort_compare(COLUMN_FUNCTION, false, &b, &a) < 0);
	assert_true(sort_compare(COLUMN_FUNCTION, false, &a, &none) < 0);
	for (int i = 0; i < COLUMN_COUNT; i++) {
		assert_int_equal(sort_compare((enum column)i, false, &a, &a), 0);
		assert_true(sort_compare((enum column)i, false, &a, &b) * sort_compare((enum column)i, false, &b, &a) < 0);
	}
}

static void test_filter(void **state)
{
	struct scene_device d = { .mac = 0x020000000001, .name = "Desk lamp", .vendor = "Acme", .in_iface = "p1", .addresses = { "192.0.2.1" },
				  .address_count = 1, .type = { .label = "Tuya bulb" }, .function = { .label = "idle" } };

	(void)state;
	assert_true(filter_matches("", &d));
	assert_true(filter_matches("  DESK   bulb ", &d));
	assert_true(filter_matches("type:bulb ip:192 mac:02:00 port:p1 vendor:acme name:lamp now:idle", &d));
	assert_false(filter_matches("type:lamp", &d));
	assert_false(filter_matches("bulb !idle", &d));
	assert_true(filter_matches("!camera !", &d));
	assert_true(filter_hides_idle(&d));
	d.strip = 1;
	assert_false(filter_hides_idle(&d));
}

static void test_strip(void **state)
{
	char text[128];

	(void)state;
	assert_true(strip_parse("800000000000001") == (UINT64_C(1) << 59 | 1));
	assert_true(strip_parse("FFFFFFFFFFFFFFF") == (UINT64_C(1) << 60) - 1);
	assert_true(strip_parse("fff") == 0 && strip_parse("80000000000000x") == 0 && strip_parse("8000000000000010") == 0);
	assert_int_equal(strip_cell(UINT64_C(1) << 59, 0, 30, true), 0x2847);
	assert_int_equal(strip_cell(1, 29, 30, true), 0x28b8);
	assert_int_equal(strip_cell(1, 14, 15, true), 0x28a0);
	assert_int_equal(strip_cell(1, 9, 10, true), 0x28a0);
	assert_int_equal(strip_cell(7, 9, 10, true), 0x28b8);
	strip_text(UINT64_C(0xf00000000000001), 30, false, text, sizeof(text));
	assert_string_equal(text, "||...........................:");
	strip_text(0, 30, true, text, sizeof(text));
	assert_int_equal(strlen(text), 90);
}

static void test_format(void **state)
{
	char t[FORMAT_SIZE];

	(void)state;
	assert_string_equal(format_count(0, t), "0");
	assert_string_equal(format_count(999, t), "999");
	assert_string_equal(format_count(999.6, t), "1.0k");
	assert_string_equal(format_count(9960, t), "10k");
	assert_string_equal(format_count(1234567, t), "1.2M");
	assert_string_equal(format_count(1e18, t), "1000P");
	assert_string_equal(format_age(-5, t), "0s");
	assert_string_equal(format_age(99.9, t), "99s");
	assert_string_equal(format_age(100, t), "1m");
	assert_string_equal(format_age(7200, t), "2h");
	assert_string_equal(format_age(86400 * 3, t), "3d");
	assert_string_equal(format_period(3.02, t), "3s");
	assert_string_equal(format_period(2.5, t), "2.5s");
	assert_string_equal(format_period(120, t), "2m");
	assert_string_equal(format_period(150.4, t), "2m30s");
	assert_string_equal(format_period(20700, t), "5h45m");
	assert_string_equal(format_period(0, t), "");
	assert_string_equal(format_period(1e18, t), "9999d");
	assert_string_equal(format_chance(40, t), "p<1e-9");
	assert_string_equal(format_chance(9.2, t), "p 1e-04");
	assert_string_equal(format_chance(0, t), "p 1.000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fit),   cmocka_unit_test(test_sort),  cmocka_unit_test(test_filter),
		cmocka_unit_test(test_strip), cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
