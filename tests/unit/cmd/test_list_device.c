/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "agent/cmd/list_device.h"

static const struct known_device DEVICES[] = {
	{ "02:00:5e:10:00:01", "kitchen", "plug", { "192.0.2.7", "2001:db8::7" }, 2 },
	{ "02:00:5e:10:00:02", "kitchen-lamp", "lamp", { "192.0.2.70" }, 1 },
	{ "a4:cf:12:00:00:03", "", "camera", { NULL }, 0 },
	{ "a4:cf:12:00:00:04", NULL, "lamp", { NULL }, 0 },
	{ "beef:not-an-address", "face", NULL, { NULL }, 0 },
};

static void check(const char *text, int expected)
{
	size_t found = 99;
	int e = device_find(DEVICES, sizeof(DEVICES) / sizeof(DEVICES[0]), text, &found);

	if (expected < 0)
		assert_int_equal(e, expected);
	else
		assert_int_equal(e < 0 ? e : (int)found, expected);
}

static void test_whole(void **state)
{
	(void)state;
	check("kitchen", 0);
	check("KITCHEN", 0);
	check("192.0.2.7", 0);
	check("2001:db8::7", 0);
	check("02:00:5e:10:00:02", 1);
	check("02005e100002", 1);
	check("02-00-5E-10-00-02", 1);
	check("camera", 2);
	check("face", 4);
}

static void test_beginnings(void **state)
{
	(void)state;
	check("kitchen-", 1);
	check("2001:", 0);
	check("192.0.2.70", 1);
	check("cam", 2);
	check("a4:cf:12:00:00:03", 2);
	check("plu", 0);
}

static void test_refused(void **state)
{
	(void)state;
	check("", -ENOENT);
	check("garden", -ENOENT);
	check("02:00:5e:10:00:01:02", -ENOENT);
	check("kitch", -ENOTUNIQ);
	check("192.0.2", -ENOTUNIQ);
	check("a4cf", -ENOTUNIQ);
	check("lamp", -ENOTUNIQ);
	assert_int_equal(device_exit_code(-ENOENT), 66);
	assert_int_equal(device_exit_code(-ENOTUNIQ), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
