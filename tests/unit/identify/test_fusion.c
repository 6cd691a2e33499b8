// SPDX-License-Identifier: BSD-2-Clause

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agent/identify/fusion.h"

enum { CLASSES = 3 };
#define SCALES (1u << FEATURES_WINDOW | 1u << FEATURES_BURST | 1u << FEATURES_SESSION)

static const float ONES[FEATURES_SCALES] = { 1, 1, 1, 1, 1 };
static const float A[CLASSES] = { 0.7f, 0.2f, 0.1f }, B[CLASSES] = { 0.1f, 0.8f, 0.1f };

static void near(float a, float b)
{
	if (fabsf(a - b) > 1e-5f)
		fail_msg("%g is not %g", (double)a, (double)b);
}

static void set_up(struct fusion *f, float *room, float fade)
{
	assert_int_equal(fusion_place(f, SCALES, CLASSES, room, fade), 3 * CLASSES);
}

static void test_nothing_says_nothing(void **state)
{
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES] = { 9, 9, 9 };

	(void)state;
	set_up(&f, room, 0.9f);
	assert_false(fusion_result(&f, ONES, 1, CLASSES, p));
	near(p[0], 9);
	near(fusion_likeness(&f, ONES, 0), 0);
	assert_int_equal(fusion_decider(&f, ONES, 0, 1), FUSION_NONE);
	fusion_add(&f, FEATURES_RHYTHM, A, CLASSES, 1); /* not kept */
	assert_false(fusion_result(&f, ONES, 1, CLASSES, p));
	fusion_add(&f, FEATURES_WINDOW, A, CLASSES, 1);
	assert_false(fusion_result(&f, (const float[FEATURES_SCALES]){ 0 }, 1, CLASSES, p));
}

static void test_one_row_is_its_answer(void **state)
{
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES];

	(void)state;
	set_up(&f, room, 0.9f);
	fusion_add(&f, FEATURES_WINDOW, A, CLASSES, 1);
	assert_true(fusion_result(&f, ONES, 1, CLASSES, p));
	for (int c = 0; c < CLASSES; c++)
		near(p[c], A[c]);
	near(fusion_likeness(&f, ONES, 0), 0.7f);
}

/* Where nothing says how well rows fit, they do; a session is worth as much as some windows, and less and less as more of them come. */
static void test_fit(void **state)
{
	const float odd[CLASSES] = { 0.01f, 1, 1 }, like[CLASSES] = { 1, 1, 1 };
	struct fusion f;
	float room[4 * CLASSES], before = 0.01f;

	(void)state;
	fusion_place(&f, fusion_fit_scales(), CLASSES, room, 1);
	near(fusion_fit(&f, FUSION_SESSION_WINDOWS, 0), 1);
	fusion_replace(&f, FEATURES_SESSION, odd, CLASSES);
	near(fusion_fit(&f, FUSION_SESSION_WINDOWS, 0), 0.01f);
	near(fusion_fit(&f, FUSION_SESSION_WINDOWS, 1), 1);
	for (int windows = 1; windows <= 20; windows++) {
		fusion_add(&f, FEATURES_WINDOW, like, CLASSES, 1);
		assert_true(fusion_fit(&f, FUSION_SESSION_WINDOWS, 0) > before);
		before = fusion_fit(&f, FUSION_SESSION_WINDOWS, 0);
		if (windows == FUSION_SESSION_WINDOWS)
			near(before, 0.1f);
	}
	for (int windows = 0; windows < 20; windows++)
		fusion_add(&f, FEATURES_WINDOW, odd, CLASSES, 1);
	assert_true(fusion_fit(&f, FUSION_SESSION_WINDOWS, 0) < 0.11f);
}

/* One row is believed as it is, ten rows are divided by the temperature, and more of the same say little more. */
static void test_temperature_grows_with_rows(void **state)
{
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES];

	(void)state;
	set_up(&f, room, 1);
	for (int rows = 1; rows <= 1000; rows++) {
		fusion_add(&f, FEATURES_WINDOW, A, CLASSES, 1);
		assert_true(fusion_result(&f, ONES, 4, CLASSES, p));
		if (rows == 1)
			near(logf(p[0] / p[1]), logf(3.5f));
		if (rows == 10)
			near(logf(p[0] / p[1]), 10 / 4.0f * logf(3.5f));
	}
	assert_true(logf(p[0] / p[1]) < 3.01f * logf(3.5f));
	assert_true(fusion_result(&f, ONES, 0.01f, CLASSES, p));
	assert_true(p[0] > 0.999f);
}

/* Ten rows of a tenth weigh what one row does: overlapping windows count once. */
static void test_shares_add_up(void **state)
{
	struct fusion whole, parts;
	float room[2][3 * CLASSES], p[2][CLASSES];

	(void)state;
	set_up(&whole, room[0], 1);
	set_up(&parts, room[1], 1);
	fusion_add(&whole, FEATURES_WINDOW, A, CLASSES, 1);
	for (int i = 0; i < 10; i++)
		fusion_add(&parts, FEATURES_WINDOW, A, CLASSES, 0.1f);
	near(fusion_weight(&whole), fusion_weight(&parts));
	fusion_result(&whole, ONES, 1, CLASSES, p[0]);
	fusion_result(&parts, ONES, 1, CLASSES, p[1]);
	for (int c = 0; c < CLASSES; c++)
		near(p[0][c], p[1][c]);
}

static void test_old_evidence_fades(void **state)
{
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES];

	(void)state;
	set_up(&f, room, 0.5f);
	for (int i = 0; i < 100; i++)
		fusion_add(&f, FEATURES_WINDOW, A, CLASSES, 1);
	near(fusion_weight(&f), 2); /* 1 / (1 - 0.5) */
	near(fusion_likeness(&f, ONES, 0), 0.7f);
	for (int i = 0; i < 3; i++)
		fusion_add(&f, FEATURES_WINDOW, B, CLASSES, 1);
	fusion_result(&f, ONES, 1, CLASSES, p);
	assert_true(p[1] > p[0]);
	fusion_fade(&f, FEATURES_WINDOW, CLASSES, 1);
	near(fusion_weight(&f), 1);
	fusion_clear(&f, CLASSES);
	assert_false(fusion_result(&f, ONES, 1, CLASSES, p));
}

static void test_latest_replaces(void **state)
{
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES];

	(void)state;
	set_up(&f, room, 0.9f);
	fusion_replace(&f, FEATURES_SESSION, A, CLASSES);
	fusion_replace(&f, FEATURES_SESSION, B, CLASSES);
	fusion_result(&f, ONES, 1, CLASSES, p);
	for (int c = 0; c < CLASSES; c++)
		near(p[c], B[c]);
	near(fusion_weight(&f), 1);
	fusion_forget(&f, FEATURES_SESSION, CLASSES);
	assert_false(fusion_result(&f, ONES, 1, CLASSES, p));
}

static void test_scales_weigh(void **state)
{
	const float weights[FEATURES_SCALES] = { [FEATURES_WINDOW] = 1, [FEATURES_BURST] = 0.5f, [FEATURES_SESSION] = 2 };
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES];

	(void)state;
	set_up(&f, room, 0.9f);
	fusion_add(&f, FEATURES_WINDOW, A, CLASSES, 1);
	fusion_add(&f, FEATURES_BURST, B, CLASSES, 1);
	fusion_result(&f, weights, 1, CLASSES, p);
	near(p[0] / p[1], 3.5f * sqrtf(1 / 8.0f));
	near(fusion_likeness(&f, weights, 0), expf((logf(0.7f) + 0.5f * logf(0.1f)) / 1.5f));
	assert_int_equal(fusion_decider(&f, weights, 0, 1), FEATURES_WINDOW);
	assert_int_equal(fusion_decider(&f, weights, 1, 0), FEATURES_BURST);
	fusion_replace(&f, FEATURES_SESSION, B, CLASSES);
	assert_int_equal(fusion_decider(&f, weights, 1, FUSION_NONE), FEATURES_BURST); /* 0.5 log .8 is the largest */
	assert_int_equal(fusion_decider(&f, weights, 1, 0), FEATURES_SESSION);
}

/* A class that one row thinks impossible can still win; NaN or zero never spreads. */
static void test_floor(void **state)
{
	const float never[CLASSES] = { 0, 1, 0 };
	struct fusion f;
	float room[3 * CLASSES], p[CLASSES];

	(void)state;
	set_up(&f, room, 1);
	fusion_add(&f, FEATURES_WINDOW, never, CLASSES, 1);
	for (int i = 0; i < 9; i++)
		fusion_add(&f, FEATURES_WINDOW, A, CLASSES, 1);
	fusion_result(&f, ONES, 1, CLASSES, p);
	assert_true(p[0] > p[1] && p[0] > 0.5f);
	for (int c = 0; c < CLASSES; c++)
		assert_true(isfinite(p[c]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_says_nothing), cmocka_unit_test(test_fit),
		cmocka_unit_test(test_one_row_is_its_answer),
		cmocka_unit_test(test_shares_add_up),	     cmocka_unit_test(test_old_evidence_fades),
		cmocka_unit_test(test_latest_replaces),	     cmocka_unit_test(test_scales_weigh),
		cmocka_unit_test(test_floor),		     cmocka_unit_test(test_temperature_grows_with_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
