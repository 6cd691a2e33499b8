/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/analysis/track.h"

#define T0 500000u

struct told {
	unsigned int found, lost;
	double seconds;
	uint32_t at; /* second of the first finding */
	uint32_t now;
};

static void on_period(void *user, const struct tracked_period *p, bool found)
{
	struct told *t = user;

	if (!found) {
		t->lost++;
		return;
	}
	if (!t->found++)
		t->at = t->now;
	t->seconds = p->seconds;
}

/* One second of a flow's life: active or not, then what a pass does. */
static void second(struct tracker *tracker, struct track *track, struct series *s, struct told *told, uint32_t now, bool active)
{
	told->now = now;
	if (active) {
		series_mark(s, now, 1);
		track_update(tracker, track, s, now, false, on_period, told);
	}
	if (s->marks)
		track_expire(track, s, now, on_period, told);
}

static void test_found_within_six_cycles_and_lost(void **state)
{
	static const uint32_t periods[] = { 3, 5, 15, 30, 60, 120, 300 };
	struct tracker *tracker = tracker_new(TRACK_PROMPT);

	(void)state;
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		uint32_t p = periods[i];
		struct series *s = series_new();
		struct track track = { 0 };
		struct told told = { 0 };

		for (uint32_t t = 0; t <= 12 * p; t++)
			second(tracker, &track, s, &told, T0 + t, t % p == 0);
		assert_int_equal(told.found, 1);
		assert_true(fabs(told.seconds - p) < 0.5);
		if (told.at > T0 + 6 * p)
			fail_msg("period %u s found after %u s", p, told.at - T0);
		for (uint32_t t = 12 * p + 1; t <= 20 * p; t++)
			second(tracker, &track, s, &told, T0 + t, false);
		assert_int_equal(told.lost, 1);
		free(s);
	}
	tracker_free(tracker);
}

/* A train that comes in bursts is told once, not with every burst. */
static void test_bursts_do_not_flap(void **state)
{
	struct tracker *tracker = tracker_new(TRACK_PROMPT);
	struct series *s = series_new();
	struct track track = { 0 };
	struct told told = { 0 };

	(void)state;
	for (uint32_t t = 0; t < 4 * 3600; t++)
		second(tracker, &track, s, &told, T0 + t, t % 5 == 0 && t % 300 < 60);
	assert_true(told.found <= 3);
	free(s);
	tracker_free(tracker);
}

static void test_random_traffic_has_none(void **state)
{
	struct tracker *tracker = tracker_new(TRACK_PROMPT);
	unsigned int found = 0;

	(void)state;
	srand(11);
	for (int flow = 0; flow < 60; flow++) {
		struct series *s = series_new();
		struct track track = { 0 };
		struct told told = { 0 };
		int rate = 10 + flow * 5;

		for (uint32_t t = 0; t < 1800; t++)
			second(tracker, &track, s, &told, T0 + t, rand() % rate == 0);
		found += told.found;
		free(s);
	}
	print_message("false periods in 60 random flows of 1800 s: %u\n", found);
	assert_true(found <= 2);
	tracker_free(tracker);
}

/* A lease renewed every 5 h 45 min shows after a few days, at the coarsest resolution. */
static void test_hours(void **state)
{
	struct tracker *tracker = tracker_new(TRACK_PROMPT);
	struct series *s = series_new();
	struct track track = { 0 };
	struct told told = { 0 };
	const uint32_t p = 5 * 3600 + 45 * 60;

	(void)state;
	for (uint32_t t = 0; t < 7 * 86400; t++)
		second(tracker, &track, s, &told, T0 + t, t % p == 0);
	assert_int_equal(told.found, 1);
	assert_true(fabs(told.seconds - p) < 60);
	free(s);
	tracker_free(tracker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found_within_six_cycles_and_lost),
		cmocka_unit_test(test_bursts_do_not_flap),
		cmocka_unit_test(test_random_traffic_has_none),
		cmocka_unit_test(test_hours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
