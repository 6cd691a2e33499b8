/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/output/event.h"

static void test_names(void **state)
{
	const struct event lost = { .type = EVENT_PERIOD, .period = { .action = PERIOD_LOST } };
	const struct event gone = { .type = EVENT_DEVICE, .device = { .action = DEVICE_GONE } };
	const struct event stop = { .type = EVENT_FUNCTION, .function = { .action = FUNCTION_STOP } };
	const struct event stats = { .type = EVENT_STATS };

	(void)state;
	assert_string_equal(event_type_names[EVENT_FLOW], "flow");
	assert_null(event_type_names[EVENT_TYPES]);
	assert_string_equal(event_action_name(&lost), "lost");
	assert_string_equal(event_action_name(&gone), "gone");
	assert_string_equal(event_action_name(&stop), "stop");
	assert_string_equal(event_action_name(&stats), "");
	assert_int_equal(EVENTS_DEFAULT, 0x1bf);
}

static void test_transport(void **state)
{
	static const struct {
		const char *protocol, *proto;
		int port;
	} cases[] = {
		{ "udp/6666", "UDP", 6666 },
		{ "tcp/443", "TCP", 443 },
		{ "TCP/8883", "TCP", 8883 },
		{ "icmp", "ICMP", -1 },
		{ "icmp6", "IPv6-ICMP", -1 },
		{ "igmp", "IGMP", -1 },
		{ "udp/", "UDP", -1 },
		{ "udp/70000", "UDP", -1 },
		{ "udp/12x", "UDP", -1 },
		{ "arp", NULL, -1 },
		{ "", NULL, -1 },
		{ "udpx/1", NULL, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct event_transport t = event_transport(cases[i].protocol);

		if (cases[i].proto)
			assert_string_equal(t.proto, cases[i].proto);
		else
			assert_null(t.proto);
		assert_int_equal(t.port, cases[i].port);
	}
}

static void test_flow_id(void **state)
{
	uint64_t id = event_flow_id(0x02005e100001, "udp/6666");

	(void)state;
	assert_true(id == event_flow_id(0x02005e100001, "udp/6666"));
	assert_true(id != event_flow_id(0x02005e100002, "udp/6666"));
	assert_true(id != event_flow_id(0x02005e100001, "udp/6667"));
	for (uint64_t mac = 0; mac < 1000; mac++)
		assert_true(event_flow_id(mac, "arp") <= 0x7ffffffffffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_transport),
		cmocka_unit_test(test_flow_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
