/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/features/window.h"
#include "tests/unit/features/rows.h"

static float value(const float *row, const char *name)
{
	return row_value(FEATURES_WINDOW, row, name);
}

/* Ten packets: a TCP connection to the Internet, a second a packet. */
static void connection(struct iot_packet *p)
{
	for (int i = 0; i < 10; i++) {
		p[i] = (struct iot_packet){ .ms = 5000 + 1000u * (uint32_t)i,
					    .length = 1000,
					    .window = 4000,
					    .proto = 443,
					    .kind = IOT_LAYER_TCP | IOT_REMOTE_WAN << IOT_KIND_REMOTE_SHIFT,
					    .ttl = 60,
					    .tcp_flags = IOT_TCP_ACK | IOT_TCP_PSH,
					    .traits = IOT_TRAIT_DF };
		if (i % 2)
			p[i].kind |= IOT_KIND_RECEIVED;
	}
	p[0].tcp_flags = IOT_TCP_SYN;
	p[0].length = 54;
	p[0].window = 29200;
	p[0].traits = IOT_TRAIT_DF | IOT_TRAIT_SYN_SACK;
}

static void names(void **state)
{
	(void)state;
	names_are_good(FEATURES_WINDOW, 2, UINT64_C(0x7019a469802658ef));
}

static void a_connection_is_described(void **state)
{
	struct iot_packet p[10];
	float row[FEATURES_MAX];

	(void)state;
	connection(p);
	features_window(p, 10, row);
	assert_near(value(row, "packets"), 10);
	assert_near(value(row, "tls_open"), 1);
	assert_near(value(row, "tls_data"), 9);
	assert_near(value(row, "sent_share"), 0.5f);
	assert_near(value(row, "direction_turns"), 0.9f);
	assert_near(value(row, "length_min"), 60); /* padded */
	assert_near(value(row, "sent_upto79"), 1);
	assert_near(value(row, "sent_upto1049"), 4);
	assert_near(value(row, "sent_mode"), 1000);
	assert_near(value(row, "sent_distinct"), 2);
	assert_near(value(row, "received_distinct"), 1);
	assert_near(value(row, "sent_syn"), 0.2f);
	assert_near(value(row, "received_psh"), 1);
	assert_near(value(row, "ttl_mode"), 64);
	assert_near(value(row, "tcp_window_syn"), 29200);
	assert_near(value(row, "tcp_window_max"), 4000);
	assert_near(value(row, "syn_sack"), 1);
	assert_near(value(row, "syn_wscale"), 0);
	assert_near(value(row, "df_share"), 1);
	assert_near(value(row, "remote_wan"), 1);
	assert_near(value(row, "port_system"), 1);
	assert_near(value(row, "service_port_max"), 443);
	assert_near(value(row, "protocols_distinct"), 1);
	assert_near(value(row, "gap_mean_ms"), 1000);
	assert_near(value(row, "gap_std_ms"), 0);
	assert_near(value(row, "gap_above_1s"), 1);
}

static void what_cannot_be_said_is_missing(void **state)
{
	struct iot_packet p[10];
	float row[FEATURES_MAX];

	(void)state;
	for (int i = 0; i < 10; i++)
		p[i] = (struct iot_packet){ .ms = 0, .length = 42, .proto = IOT_ETH_ARP, .kind = IOT_LAYER_ETH };
	features_window(p, 10, row);
	assert_near(value(row, "arp"), 10);
	assert_true(isnan(value(row, "received_mean")));
	assert_true(isnan(value(row, "tcp_window_syn")) && isnan(value(row, "tcp_window_median")));
	assert_true(isnan(value(row, "ttl_mode")) && isnan(value(row, "df_share")));
	assert_true(isnan(value(row, "port_system")) && isnan(value(row, "service_port_max")));
	assert_near(value(row, "gap_mean_ms"), 0);
	features_forget_times(FEATURES_WINDOW, row);
	assert_true(isnan(value(row, "gap_mean_ms")) && isnan(value(row, "gap_above_1s")));
	assert_near(value(row, "protocols_distinct"), 1);
}

/* The same traffic with the clock of a kernel of 100 ticks a second. */
static void coarse_clocks_give_the_same_vector(void **state)
{
	struct iot_packet fine[30], coarse[30];
	float a[FEATURES_MAX], b[FEATURES_MAX];
	uint32_t ms = 4294967000u; /* and it wraps on the way */

	(void)state;
	for (int i = 0; i < 30; i++) {
		ms += 7u * (uint32_t)i;
		fine[i] = (struct iot_packet){ .ms = ms, .length = 80, .proto = 53, .kind = IOT_LAYER_UDP, .ttl = 64 };
		coarse[i] = fine[i];
		coarse[i].ms = ms >= 4294967000u ? ms - ms % 10 : ms;
	}
	features_window(fine, 20, a);
	features_window(coarse, 20, b);
	for (size_t i = 0; i < features_count(FEATURES_WINDOW); i++)
		assert_true(isnan(a[i]) ? isnan(b[i]) : fabsf(a[i] - b[i]) < 12);
}

static void time_going_back_is_no_gap(void **state)
{
	struct iot_packet p[10];
	float row[FEATURES_MAX];

	(void)state;
	connection(p);
	p[5].ms = 100;
	features_window(p, 10, row);
	assert_true(value(row, "gap_mean_ms") < 3000 && value(row, "gap_mean_ms") >= 0);
}

static void ephemeral_ports_do_not_show(void **state)
{
	struct iot_packet p[10];
	float a[FEATURES_MAX], b[FEATURES_MAX];

	(void)state;
	connection(p);
	for (int i = 0; i < 10; i++)
		p[i].proto = (uint16_t)(40000 + i);
	features_window(p, 10, a);
	for (int i = 0; i < 10; i++)
		p[i].proto = (uint16_t)(61000 - i);
	features_window(p, 10, b);
	for (size_t i = 0; i < features_count(FEATURES_WINDOW); i++)
		assert_true(isnan(a[i]) ? isnan(b[i]) : a[i] == b[i]);
}

static void longer_windows_are_their_last_packets(void **state)
{
	static struct iot_packet p[FEATURES_MAX_WINDOW + 50];
	float row[FEATURES_MAX];

	(void)state;
	for (size_t i = 0; i < FEATURES_MAX_WINDOW + 50; i++)
		p[i] = (struct iot_packet){ .length = (uint16_t)(i < 50 ? 1500 : 100),
					    .kind = IOT_LAYER_UDP,
					    .proto = 53 };
	features_window(p, FEATURES_MAX_WINDOW + 50, row);
	assert_near(value(row, "packets"), FEATURES_MAX_WINDOW);
	assert_near(value(row, "length_max"), 100);
	features_window(p, 0, row);
	assert_true(isnan(row[0]));
}

static void hostile_input(void **state)
{
	static struct iot_packet p[FEATURES_MAX_WINDOW];
	uint64_t random = 5;
	float row[FEATURES_MAX];

	(void)state;
	for (size_t n = 1; n <= FEATURES_MAX_WINDOW; n++) { /* all zero */
		features_window(p, n, row);
		assert_false(row_has_infinity(FEATURES_WINDOW, row));
		assert_near(value(row, "packets"), n);
	}
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < FEATURES_MAX_WINDOW; i++)
			p[i] = row_random_packet(&random);
		features_window(p, (size_t)round + 1, row);
		assert_false(row_has_infinity(FEATURES_WINDOW, row));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(a_connection_is_described),
		cmocka_unit_test(what_cannot_be_said_is_missing),
		cmocka_unit_test(coarse_clocks_give_the_same_vector),
		cmocka_unit_test(time_going_back_is_no_gap),
		cmocka_unit_test(ephemeral_ports_do_not_show),
		cmocka_unit_test(longer_windows_are_their_last_packets),
		cmocka_unit_test(hostile_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
