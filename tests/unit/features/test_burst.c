/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/features/burst.h"
#include "tests/unit/features/rows.h"

static float value(const float *row, const char *name)
{
	return row_value(FEATURES_BURST, row, name);
}

static void describe(const struct iot_packet *packets, size_t n, float *row)
{
	struct bursts bursts = { .silence_ms = INT32_MAX };
	struct burst burst = { 0 };

	for (size_t i = 0; i < n; i++)
		bursts_add(&bursts, &packets[i], &burst);
	bursts_end(&bursts, 0, true, &burst);
	features_burst(&burst, row);
}

static void names(void **state)
{
	(void)state;
	names_are_good(FEATURES_BURST, 1, UINT64_C(0x353bfb742e6130cd));
}

static void a_request_and_its_answer(void **state)
{
	struct iot_packet p[4] = {
		{ .ms = 1000, .length = 42, .kind = IOT_LAYER_UDP | IOT_REMOTE_LAN << IOT_KIND_REMOTE_SHIFT, .proto = 53, .ttl = 60 },
		{ .ms = 1020, .length = 150, .kind = IOT_LAYER_UDP | IOT_KIND_RECEIVED, .proto = 53, .ttl = 64 },
		{ .ms = 1400, .length = 74, .kind = IOT_LAYER_TCP | IOT_REMOTE_WAN << IOT_KIND_REMOTE_SHIFT, .proto = 443, .ttl = 64,
		  .window = 29200, .tcp_flags = IOT_TCP_SYN, .traits = IOT_TRAIT_DF | IOT_TRAIT_SYN_SACK },
		{ .ms = 1600, .length = 1514, .kind = IOT_LAYER_TCP | IOT_REMOTE_WAN << IOT_KIND_REMOTE_SHIFT, .proto = 443, .ttl = 64,
		  .window = 500, .tcp_flags = IOT_TCP_ACK | IOT_TCP_PSH, .traits = IOT_TRAIT_DF },
	};
	float row[FEATURES_MAX];

	(void)state;
	describe(p, 4, row);
	assert_near(value(row, "first0"), 60);
	assert_near(value(row, "first1"), -150);
	assert_near(value(row, "first3"), 1514);
	assert_true(isnan(value(row, "first4")));
	assert_near(value(row, "sent_packets"), 3);
	assert_near(value(row, "sent_bytes"), 60 + 74 + 1514);
	assert_near(value(row, "received_packets"), 1);
	assert_near(value(row, "dns_sent_bytes"), 60);
	assert_near(value(row, "dns_received_max"), 150);
	assert_near(value(row, "tls_open_sent_mean"), 74);
	assert_near(value(row, "sent_upto79"), 2);
	assert_near(value(row, "sent_above1499"), 1);
	assert_near(value(row, "received_upto159"), 1);
	assert_near(value(row, "received_upto179"), 0);
	assert_near(value(row, "syn_window"), 29200);
	assert_near(value(row, "tcp_window_max"), 500);
	assert_near(value(row, "ttl_mode"), 64);
	assert_near(value(row, "df_share"), 2 / 3.);
	assert_near(value(row, "remote_wan"), .5);
	assert_near(value(row, "duration_s"), .6);
	assert_near(value(row, "gap_max_ms"), 380);
	assert_near(value(row, "direction_turns"), .5);
	features_forget_times(FEATURES_BURST, row);
	assert_true(isnan(value(row, "duration_s")) && isnan(value(row, "gap_from_60s")) && isnan(value(row, "bytes_per_s")));
	assert_near(value(row, "sent_packets"), 3);
}

/* Every length falls into the bin that is named after it. */
static void bins_hold_their_lengths(void **state)
{
	(void)state;
	for (unsigned int length = 0; length <= UINT16_MAX; length += length < 1600 ? 1 : 977) {
		struct iot_packet p = { .length = (uint16_t)length };
		unsigned int upto = length <= 79 ? 79 : length <= 299 ? length / 20 * 20 + 19 : length / 50 * 50 + 49;
		char name[32];
		float row[FEATURES_MAX];

		snprintf(name, sizeof(name), length < 1500 ? "sent_upto%u" : "sent_above1499", upto);
		describe(&p, 1, row);
		assert_near(value(row, name), 1);
	}
}

static void hostile_input(void **state)
{
	static struct iot_packet p[3000];
	uint64_t random = 7;
	float row[FEATURES_MAX];

	(void)state;
	describe(p, 0, row);
	assert_true(isnan(value(row, "sent_packets")) && isnan(value(row, "first0")));
	describe(p, 1, row); /* all zero */
	assert_false(row_has_infinity(FEATURES_BURST, row));
	assert_near(value(row, "sent_mean"), 60);
	assert_true(isnan(value(row, "gap_mean_ms")));
	for (size_t i = 0; i < 3000; i++)
		p[i] = row_random_packet(&random);
	describe(p, 3000, row);
	assert_false(row_has_infinity(FEATURES_BURST, row));
}

static void small_bursts_say_little(void **state)
{
	(void)state;
	assert_near(features_burst_share(0), 0);
	assert_near(features_burst_share(3), .09);
	assert_near(features_burst_share(10), 1);
	assert_near(features_burst_share(UINT32_MAX), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(a_request_and_its_answer),
		cmocka_unit_test(bins_hold_their_lengths),
		cmocka_unit_test(small_bursts_say_little),
		cmocka_unit_test(hostile_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
