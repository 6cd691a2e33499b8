/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "agent/base/mac.h"

static void test_parse(void **state)
{
	static const char *const good[] = { "02:00:5e:10:aB:01", "02-00-5E-10-AB-01", "02005e10ab01" };
	static const char *const bad[] = { "",
					   "02",
					   "02:00:5e:10:ab",
					   "02:00:5e:10:ab:01:",
					   "02:00:5e:10:ab:0",
					   "02:00-5e:10:ab:01",
					   "0200:5e:10:ab:01",
					   "02:00:5e:10:ab:0g",
					   "02005e10ab011",
					   " 02005e10ab01",
					   "02:00:5e:10:ab:011",
					   "02005e10ab0" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint64_t mac = 0;

		assert_int_equal(mac_parse(good[i], &mac), 0);
		assert_true(mac == 0x02005e10ab01);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t mac = 7;

		assert_int_equal(mac_parse(bad[i], &mac), -EINVAL);
		assert_true(mac == 7);
	}
}

static void test_format(void **state)
{
	char text[MAC_TEXT_SIZE];
	char id[MAC_ID_SIZE];

	(void)state;
	assert_string_equal(mac_format(0x02005e10ab01, text), "02:00:5e:10:ab:01");
	assert_string_equal(mac_format(MAC_BROADCAST, text), "ff:ff:ff:ff:ff:ff");
	assert_string_equal(mac_format_id(0x02005e10ab01, id), "02005e10ab01");
}

static void test_bytes_and_bits(void **state)
{
	static const uint8_t wire[6] = { 0x02, 0x00, 0x5e, 0x10, 0xab, 0x01 };
	uint8_t back[6];
	uint64_t mac = mac_from_bytes(wire);

	(void)state;
	assert_true(mac == 0x02005e10ab01);
	mac_to_bytes(mac, back);
	assert_memory_equal(back, wire, 6);
	assert_true(mac_is_local(mac));
	assert_false(mac_is_multicast(mac));
	assert_true(mac_is_multicast(MAC_BROADCAST));
	assert_false(mac_is_local(0x000c29000001));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_bytes_and_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
