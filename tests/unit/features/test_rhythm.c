/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/analysis/bits.h"
#include "agent/features/rhythm.h"
#include "tests/unit/features/rows.h"

#define WORDS ((AUDI_SAMPLES + 63) / 64)

static float value(const float *row, const char *name)
{
	return row_value(FEATURES_RHYTHM, row, name);
}

static void names(void **state)
{
	(void)state;
	names_are_good(FEATURES_RHYTHM, 1, UINT64_C(0x9fa68c7e99193926));
}

static int setup(void **state)
{
	*state = audi_new(AUDI_SAMPLES);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	audi_free(*state);
	return 0;
}

static void train(uint64_t *words, uint32_t from, uint32_t period)
{
	memset(words, 0, WORDS * sizeof(*words));
	for (uint32_t i = from; i < AUDI_SAMPLES; i += period)
		bits_set(words, i);
}

static void classes_and_periods(void **state)
{
	uint64_t arp[WORDS], ntp[WORDS], mqtt[WORDS], tls[WORDS];
	struct rhythm_flow flows[] = {
		{ .layer = IOT_LAYER_ETH, .proto = IOT_ETH_ARP, .words = arp, .has_period = true, .period_s = 60, .support = .9 },
		{ .layer = IOT_LAYER_UDP, .proto = 123, .words = ntp },
		{ .layer = IOT_LAYER_TCP, .proto = 1883, .words = mqtt, .has_period = true, .period_s = 30, .support = 1 },
		{ .layer = IOT_LAYER_TCP, .proto = 8883, .words = tls, .has_period = true, .period_s = 20, .support = .5 },
	};
	float row[FEATURES_MAX];

	train(arp, 0, 60);
	train(ntp, 1000, 10000);
	train(mqtt, 0, 30);
	train(tls, 15, 30);
	features_rhythm(*state, flows, 4, AUDI_SAMPLES, row);
	assert_near(value(row, "flows"), 4);
	assert_near(value(row, "arp_active"), 30. / AUDI_SAMPLES);
	assert_near(value(row, "arp_period_s"), 60);
	assert_near(value(row, "arp_gap_median_s"), 60);
	assert_near(value(row, "arp_gap_cv"), 0);
	assert_near(value(row, "ntp_active"), 1. / AUDI_SAMPLES);
	assert_true(isnan(value(row, "ntp_period_s")) && isnan(value(row, "ntp_gap_median_s")));
	assert_near(value(row, "mqtt_gap_median_s"), 15); /* two flows of one class */
	assert_near(value(row, "mqtt_period_s"), 30);	  /* of the better support */
	assert_near(value(row, "mqtt_support"), 1);
	assert_near(value(row, "dns_active"), 0);
	assert_true(value(row, "periodic_flows") >= 3);
	assert_false(row_has_infinity(FEATURES_RHYTHM, row));
}

static void missing_before_there_is_enough(void **state)
{
	uint64_t words[WORDS];
	struct rhythm_flow flow = { .layer = IOT_LAYER_ETH, .proto = IOT_ETH_ARP, .words = words };
	float row[FEATURES_MAX];

	train(words, 1500, 10);
	features_rhythm(*state, &flow, 1, RHYTHM_MIN_SECONDS - 1, row);
	assert_true(row_is_missing(FEATURES_RHYTHM, row));
	features_rhythm(*state, &flow, 1, RHYTHM_MIN_SECONDS, row);
	assert_near(value(row, "arp_active"), 30. / RHYTHM_MIN_SECONDS);
	assert_true(isnan(value(row, "periodic_flows")));
	features_rhythm(*state, &flow, 1, RHYTHM_FULL_SECONDS, row);
	assert_false(isnan(value(row, "periodic_flows")));
	features_rhythm(*state, NULL, 0, AUDI_SAMPLES, row); /* silent: that says something, too */
	assert_near(value(row, "flows"), 0);
	assert_near(value(row, "arp_active"), 0);
}

/* More flows than a device may hold, layers that do not exist, series that are always active. */
static void hostile_input(void **state)
{
	static struct rhythm_flow flows[IOT_DEVICE_FLOWS + 10];
	uint64_t words[WORDS];
	float row[FEATURES_MAX];

	memset(words, 0xff, sizeof(words));
	for (uint32_t i = 0; i < IOT_DEVICE_FLOWS + 10; i++)
		flows[i] = (struct rhythm_flow){ .layer = i, .proto = i * 40503, .words = words, .port_changes = UINT32_MAX };
	features_rhythm(*state, flows, IOT_DEVICE_FLOWS + 10, UINT32_MAX, row);
	assert_false(row_has_infinity(FEATURES_RHYTHM, row));
	assert_near(value(row, "other_active"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(classes_and_periods),
		cmocka_unit_test(missing_before_there_is_enough),
		cmocka_unit_test(hostile_input),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
