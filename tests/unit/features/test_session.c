/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/features/session.h"
#include "tests/unit/features/rows.h"

static float value(const float *row, const char *name)
{
	return row_value(FEATURES_SESSION, row, name);
}

static void names(void **state)
{
	(void)state;
	names_are_good(FEATURES_SESSION, 2, UINT64_C(0x74f5beafb228dae5));
}

static void add(struct session *s, uint32_t ms, uint8_t kind, uint16_t proto, uint16_t length)
{
	struct iot_packet p = { .ms = ms, .kind = kind, .proto = proto, .length = length };

	session_add(s, &p);
}

/* The clock wraps on the way. */
static void order_and_gaps_of_protocols(void **state)
{
	static struct session s;
	const uint32_t begin = UINT32_MAX - 995; /* a multiple of 10, and 1,000 ms before the wrap, less 4 */
	float row[FEATURES_MAX];

	(void)state;
	s = (struct session){ 0 };
	add(&s, begin, IOT_LAYER_UDP, 67, 350);
	add(&s, begin + 20, IOT_LAYER_UDP | IOT_KIND_RECEIVED, 67, 342);
	add(&s, begin + 500, IOT_LAYER_ETH, IOT_ETH_ARP, 42);
	add(&s, begin + 650, IOT_LAYER_ETH, IOT_ETH_ARP, 42);
	add(&s, begin + 1650, IOT_LAYER_ETH, IOT_ETH_ARP, 42);
	add(&s, begin + 1700, IOT_LAYER_ETH, IOT_ETH_ARP, 42);
	features_session(&s, true, row);
	assert_near(value(row, "ended"), 1);
	assert_near(value(row, "sent_upto79"), 4);
	assert_near(value(row, "received_upto349"), 1);
	assert_near(value(row, "order_dhcp"), 1);
	assert_near(value(row, "order_arp"), 2);
	assert_true(isnan(value(row, "order_dns")) && isnan(value(row, "dns_first_ms")));
	assert_near(value(row, "dhcp_first_ms"), 0);
	assert_true(isnan(value(row, "dhcp_gap1_ms")));
	assert_near(value(row, "arp_first_ms"), 500);
	assert_near(value(row, "arp_gap1_ms"), 150);
	assert_near(value(row, "arp_gap2_ms"), 1000);
	assert_near(value(row, "arp_gap_mean_ms"), 400);
	assert_near(value(row, "arp_gap_min_ms"), 50);
	assert_near(value(row, "first1"), 60);
	assert_true(isnan(value(row, "first5")));
	assert_near(value(row, "dhcp_received_bytes"), 342);
	assert_near(value(row, "arp_sent_bytes"), 240);
	assert_near(value(row, "duration_s"), 1.7);
	features_forget_times(FEATURES_SESSION, row);
	assert_true(isnan(value(row, "arp_gap1_ms")) && isnan(value(row, "duration_s")) && isnan(value(row, "other_gap_min_ms")));
	assert_near(value(row, "order_arp"), 2);
	assert_near(value(row, "sent_share"), 5 / 6.);
}

static void hostile_input(void **state)
{
	static struct session s;
	uint64_t random = 99;
	float row[FEATURES_MAX], later[FEATURES_MAX];

	(void)state;
	s = (struct session){ 0 };
	features_session(&s, false, row);
	assert_true(isnan(value(row, "ended")) && isnan(value(row, "sent_packets")) && isnan(value(row, "first0")));
	add(&s, 0, 0, 0, 0);
	features_session(&s, false, row);
	assert_near(value(row, "ended"), 0);
	assert_near(value(row, "sent_packets"), 1);
	/* A clock that runs back has gaps of nothing. */
	add(&s, UINT32_MAX - 5000, IOT_LAYER_ETH, IOT_ETH_ARP, 42);
	add(&s, UINT32_MAX - 9000, IOT_LAYER_ETH, IOT_ETH_ARP, 42);
	features_session(&s, false, row);
	assert_near(value(row, "arp_gap1_ms"), 0);
	assert_near(value(row, "duration_s"), 0);
	for (uint32_t i = 0; i < SESSION_PACKETS; i++) {
		struct iot_packet p = row_random_packet(&random);

		session_add(&s, &p);
	}
	features_session(&s, false, row);
	assert_false(row_has_infinity(FEATURES_SESSION, row));
	add(&s, 1, 0, 0, 1000); /* beyond the bound */
	features_session(&s, false, later);
	assert_memory_equal(row, later, features_count(FEATURES_SESSION) * sizeof(float));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(order_and_gaps_of_protocols),
		cmocka_unit_test(hostile_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
