/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/analysis/bursts.h"
#include <iotbpf/protocols.h>

static struct iot_packet packet(uint32_t ms, uint16_t port)
{
	return (struct iot_packet){ .ms = ms, .length = 100, .kind = IOT_LAYER_UDP, .proto = port };
}

static bool add(struct bursts *b, uint32_t ms, uint16_t port, struct burst *ended)
{
	struct iot_packet p = packet(ms, port);

	return bursts_add(b, &p, ended);
}

static void a_silence_ends_a_burst(void **state)
{
	struct bursts b = { 0 };
	struct burst ended;

	(void)state;
	assert_false(add(&b, 1000, 53, &ended));
	assert_false(add(&b, 2999, 53, &ended));
	assert_false(bursts_end(&b, 4998, false, &ended));
	assert_true(add(&b, 4999, 53, &ended));
	assert_int_equal(ended.packets, 2);
	assert_int_equal(ended.first[1].ms, 2999);
	assert_int_equal(ended.digest.begin_ms, 1000);
	assert_int_equal(ended.digest.end_ms, 2999);
	assert_true(bursts_end(&b, 4999 + BURST_SILENCE_MS, false, &ended));
	assert_int_equal(ended.packets, 1);
	assert_false(bursts_end(&b, 100000, true, &ended)); /* nothing is open */
}

static void silence_may_be_chosen(void **state)
{
	struct bursts b = { .silence_ms = 500 };
	struct burst ended;

	(void)state;
	add(&b, UINT32_MAX - 100, 53, &ended); /* across the wrap of the clock */
	assert_false(add(&b, 200, 53, &ended));
	assert_true(add(&b, 700, 53, &ended));
	assert_int_equal(ended.packets, 2);
}

static bool is_ntp(void *user, uint32_t layer, uint32_t proto)
{
	(*(uint32_t *)user)++;
	return layer == IOT_LAYER_UDP && proto == 123;
}

/* A keepalive every second neither fills the silence nor is in the burst. */
static void periodic_flows_are_left_out(void **state)
{
	uint32_t asked = 0;
	struct bursts b = { .periodic = is_ntp, .user = &asked };
	struct burst ended;

	(void)state;
	for (uint32_t s = 0; s < 10; s++) {
		assert_false(add(&b, s * 1000, 123, &ended));
		if (s == 2)
			assert_false(add(&b, s * 1000 + 1, 53, &ended));
	}
	assert_true(add(&b, 10000, 53, &ended));
	assert_int_equal(ended.packets, 1);
	assert_int_equal(asked, 12);
}

static void a_stream_is_told_about_while_it_goes_on(void **state)
{
	struct bursts b = { 0 };
	struct burst ended;
	uint32_t bursts = 0, packets = 0;

	(void)state;
	for (uint32_t ms = 0; ms < 5 * BURST_MAX_MS; ms += 100) {
		if (!add(&b, ms, 5004, &ended))
			continue;
		bursts++;
		packets += ended.packets;
		assert_int_equal(ended.first[0].ms, (bursts - 1) * BURST_MAX_MS);
	}
	assert_int_equal(bursts, 4);
	assert_int_equal(packets, 4 * BURST_MAX_MS / 100);
}

/* A clock that goes back a little is a capture's disorder; one that goes back further began anew. */
static void a_clock_that_goes_back(void **state)
{
	struct bursts b = { 0 };
	struct burst ended;

	(void)state;
	add(&b, 100000, 53, &ended);
	assert_false(add(&b, 99500, 53, &ended));
	assert_int_equal(b.open.packets, 2);
	assert_true(add(&b, 500, 53, &ended));
	assert_int_equal(ended.packets, 2);
	assert_int_equal(ended.digest.gap_sum, 0);
}

/* More packets than are kept one by one, all zero. */
static void counts_go_on_beyond_the_first(void **state)
{
	const struct iot_packet zero = { 0 };
	struct bursts b = { 0 };
	struct burst ended;

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_false(bursts_add(&b, &zero, &ended));
	assert_true(bursts_end(&b, 0, true, &ended));
	assert_int_equal(ended.packets, 1000);
	assert_int_equal(ended.digest.side[IOT_SENT].packets, 1000);
	assert_int_equal(ended.digest.side[IOT_SENT].bytes, 1000 * DIGEST_LENGTH_MIN);
	assert_int_equal(ended.digest.side[IOT_SENT].protocols[WINDOW_OTHER].packets, 1000);
}

static void lengths_and_quantiles(void **state)
{
	struct digest d = { 0 };

	(void)state;
	for (unsigned int length = 0; length < UINT16_MAX; length++) {
		unsigned int bin = digest_length_bin(length);

		assert_true(bin < DIGEST_LENGTHS && length <= digest_length_upto(bin));
		assert_true(bin == 0 || length > digest_length_upto(bin - 1));
	}
	assert_true(digest_quantile(&d.side[0], 50) == 0);
	for (uint16_t i = 0; i < 100; i++) {
		struct iot_packet p = { .length = i < 60 ? 64 : 1514 };

		digest_add(&d, &p);
	}
	assert_true(digest_quantile(&d.side[0], 50) == 69);
	assert_true(digest_quantile(&d.side[0], 75) == 1514);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silence_ends_a_burst),
		cmocka_unit_test(silence_may_be_chosen),
		cmocka_unit_test(periodic_flows_are_left_out),
		cmocka_unit_test(a_stream_is_told_about_while_it_goes_on),
		cmocka_unit_test(a_clock_that_goes_back),
		cmocka_unit_test(counts_go_on_beyond_the_first),
		cmocka_unit_test(lengths_and_quantiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
