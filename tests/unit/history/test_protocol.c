/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/types.h>

#include "agent/history/protocol.h"
#include <iotbpf/abi.h>
#include <iotbpf/protocols.h>

static void test_names(void **state)
{
	static const struct {
		uint32_t layer, proto;
		const char *name;
	} rows[] = {
		{ IOT_LAYER_UDP, 6666, "udp/6666" },	  { IOT_LAYER_TCP, 65535, "tcp/65535" },
		{ IOT_LAYER_ETH, 0x0806, "arp" },	  { IOT_LAYER_ETH, 0x88b5, "eth/0x88b5" },
		{ IOT_LAYER_IP, 1, "icmp" },		  { IOT_LAYER_IP, 47, "ip/47" },
		{ IOT_LAYER_IP, 17, "udp-fragment" },	  { IOT_LAYER_LLC, 0x4242, "stp" },
		{ IOT_LAYER_LLC, 0xf0f0, "llc/0xf0f0" }, { IOT_LAYER_PPP, 0xc021, "ppp/0xc021" },
		{ 250, 7, "none/7" },
	};
	char name[PROTOCOL_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t key = iot_flow_key(rows[i].layer, rows[i].proto, 5, 7);

		assert_string_equal(protocol_format(rows[i].layer, rows[i].proto, name), rows[i].name);
		assert_string_equal(protocol_of_key(key, name), rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
