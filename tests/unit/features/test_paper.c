/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/features/paper.h"
#include "tests/unit/features/rows.h"

static void names(void **state)
{
	(void)state;
	names_are_good(FEATURES_PAPER, 1, UINT64_C(0xdbd080a5f6529441));
	assert_int_equal(features_count(FEATURES_PAPER), 6 + 21 + PAPER_PORTS + PAPER_ADDRESSES);
}

static void scales_have_names(void **state)
{
	(void)state;
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		assert_int_equal(features_scale_parse(features_scale_name(scale)), scale);
		for (int other = 0; other < scale; other++)
			assert_true(features_hash(scale) != features_hash(other));
	}
	assert_int_equal(features_scale_parse("minute"), -EINVAL);
	assert_null(features_scale_name(FEATURES_SCALES));
}

/* Each packet has one address, and one port where its protocol has ports. */
static void packets_are_counted_once(void **state)
{
	struct iot_packet p[30];
	uint32_t remote[30];
	float row[FEATURES_MAX], ports = 0, addresses = 0;
	size_t first_port = 27, first_address = first_port + PAPER_PORTS;

	(void)state;
	for (uint32_t i = 0; i < 30; i++) {
		p[i] = (struct iot_packet){ .length = 100, .kind = i < 10 ? IOT_LAYER_ETH : IOT_LAYER_TCP, .proto = 443 };
		remote[i] = i * 7919;
	}
	features_paper(p, 30, remote, row);
	for (size_t i = 0; i < PAPER_PORTS; i++)
		ports += row[first_port + i];
	for (size_t i = 0; i < PAPER_ADDRESSES; i++)
		addresses += row[first_address + i];
	assert_near(ports, 20);
	assert_near(addresses, 30);
	assert_near(row_value(FEATURES_PAPER, row, "length_mean"), 100);
	assert_near(row_value(FEATURES_PAPER, row, "tls_data"), 20);
	features_paper(p, 0, remote, row);
	for (size_t i = 0; i < features_count(FEATURES_PAPER); i++)
		assert_near(row[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(scales_have_names),
		cmocka_unit_test(packets_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
