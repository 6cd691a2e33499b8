// SPDX-License-Identifier: BSD-2-Clause
/* Types, families and functions over time: what is told, and when. */

#include "tests/unit/identify/bench.h"

static void test_type_settles(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	assert_int_equal(bench_update(b, 1, &v), 0);
	bench_send(b, 1, 200, 4);
	assert_int_equal(bench_update(b, 1, &v), 0);
	assert_int_equal(v.kind, VERDICT_NONE);
	bench_send(b, 1, 200, 16);
	assert_int_equal(bench_update(b, 1, &v), IDENTIFY_TYPE);
	assert_int_equal(v.kind, VERDICT_TYPE);
	assert_int_equal(v.type, CAM);
	assert_string_equal(v.label, "cam");
	assert_true(v.p > 0.9f && v.runner_up_label && v.runner_up_p < 0.1f);
	assert_int_equal(v.decided_by, FEATURES_WINDOW);
	assert_int_equal(v.packets, 20);
	assert_true(v.windows >= 1);
	assert_int_equal(bench_update(b, 1, &v), 0);
	assert_int_equal(v.type, CAM);
}

/* A device that says only a little is decided in its first lull. */
static void test_few_packets(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	bench_send(b, 1, 200, 6);
	b->ms += EVIDENCE_LULL_MS;
	bench_update(b, 1, &v);
	assert_int_equal(v.kind, VERDICT_NONE); /* six packets are no sure answer, */
	bench_send(b, 1, 200, 2);
	b->ms += EVIDENCE_LULL_MS;
	assert_int_equal(bench_update(b, 1, &v), IDENTIFY_TYPE); /* two that agree are */
	assert_int_equal(v.type, CAM);
}

/* Odd windows do not change a settled type; lasting evidence does, and every change makes the next one harder. */
static void test_type_does_not_flap(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t changes = 0, seconds = 0;

	for (int i = 0; i < 20; i++)
		bench_second(b, 0, 200, 30, &v);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(bench_second(b, 0, 60, 30, &v), 0);
		for (int k = 0; k < 9; k++)
			assert_int_equal(bench_second(b, 0, 200, 30, &v), 0);
	}
	assert_int_equal(v.type, CAM);
	for (; v.type != PLUG && seconds < 600; seconds++)
		changes += bench_second(b, 0, 60, 30, &v) & IDENTIFY_TYPE;
	assert_int_equal(v.type, PLUG);
	assert_in_range(seconds, 10, 300);
	for (int i = 0; i < 600; i++) /* half a minute this, half a minute that */
		changes += bench_second(b, 0, i / 30 % 2 ? 60 : 200, 30, &v) & IDENTIFY_TYPE;
	assert_in_range(changes, 1, 4);
}

static void test_family(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	bench_send(b, 0, 700, 30);
	assert_int_equal(bench_update(b, 0, &v), IDENTIFY_TYPE);
	assert_int_equal(v.kind, VERDICT_FAMILY);
	assert_string_equal(v.label, "kettles");
	assert_true(v.p > 0.9f);
	assert_true(v.runner_up == PLUG || v.runner_up == CAM);
	for (int i = 0; i < 60; i++)
		assert_int_equal(bench_second(b, 0, 700, 30, &v), 0);
	assert_string_equal(v.label, "kettles");
}

static void settle_plug(struct bench *b, struct verdict *v)
{
	for (int i = 0; i < 6; i++)
		assert_int_equal(bench_second(b, 0, 70, 30, v) & ~(uint32_t)IDENTIFY_TYPE, 0);
	assert_int_equal(v->type, PLUG);
	assert_null(v->function_label);
}

/* What comes next begins an episode. */
static void rest_plug(struct bench *b, struct verdict *v)
{
	settle_plug(b, v);
	b->ms += 7000;
	bench_update(b, 0, v);
}

/* Begins within 3 s of its first packets, ends within 5 s of its last. */
static void test_function_in_time(void **state)
{
	struct bench *b = *state;
	struct verdict v, before;
	uint32_t first, last, changed = 0, at = 0;

	rest_plug(b, &v);
	first = b->ms;
	while (!(changed & IDENTIFY_FUNCTION_START) && b->ms - first < 10000)
		changed |= bench_second(b, 0, 85, 10, &v);
	assert_int_equal(changed, IDENTIFY_FUNCTION_START);
	assert_in_range(b->ms - first, 0, 3000);
	assert_string_equal(v.function_label, "blink");
	assert_in_range(v.begin_ms - first, 0, 20);
	assert_true(fabsf(v.product - v.p * v.p_function) < 1e-6f && v.product > 0.9f);
	assert_non_null(v.function_runner_up);
	assert_true(v.function_decided_by == FEATURES_WINDOW || v.function_decided_by == FEATURES_BURST);
	bench_send(b, 0, 85, 7);
	last = b->ms;
	for (b->ms += 300; !at && b->ms - last < 20000; b->ms += 1000) {
		if (identify_update(b->identify, 0, b->ms, &v, &before) == IDENTIFY_FUNCTION_STOP)
			at = b->ms;
	}
	assert_in_range(at - last, EVIDENCE_IDLE_MS - EVIDENCE_PASS_MS, EVIDENCE_IDLE_MS);
	assert_string_equal(before.function_label, "blink");
	assert_null(v.function_label);
}

/* Four packets and nothing more: the burst names it, once it is over. */
static void test_short_function(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t changed = 0;

	rest_plug(b, &v);
	for (int i = 0; i < 3; i++)
		changed |= bench_second(b, 0, 95, i ? 0 : 4, &v);
	assert_int_equal(changed, IDENTIFY_FUNCTION_START);
	assert_string_equal(v.function_label, "glow");
	assert_int_equal(v.function_decided_by, FEATURES_BURST);
}

static void test_function_follows_function(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t changed = 0;

	settle_plug(b, &v);
	for (int i = 0; i < 4; i++)
		changed |= bench_second(b, 0, 85, 30, &v);
	assert_string_equal(v.function_label, "blink");
	changed = 0;
	for (int i = 0; i < 8; i++)
		changed |= bench_second(b, 0, 95, 30, &v);
	assert_int_equal(changed, IDENTIFY_FUNCTION_STOP | IDENTIFY_FUNCTION_START);
	assert_string_equal(v.function_label, "glow");
	changed = 0;
	for (int i = 0; i < 8; i++)
		changed |= bench_second(b, 0, 76, 30, &v); /* "idle" is a function of the model, and none of the device */
	assert_int_equal(changed, IDENTIFY_FUNCTION_STOP);
}

/*
 * A function that ran for long; a pause, shorter than the rest that ends it and not without what a period foretold; another function, of few
 * packets.
 */
static void test_function_after_a_pause(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t changed = 0;

	settle_plug(b, &v);
	b->foretold_port = 1883;
	for (int i = 0; i < 12; i++)
		bench_second(b, 0, 85, 30, &v);
	assert_string_equal(v.function_label, "blink");
	for (int i = 0; i < 3; i++) {
		bench_send_to(b, 0, 95, 1, 1883);
		changed |= bench_second(b, 0, 0, 0, &v);
	}
	assert_int_equal(changed, 0);
	for (int i = 0; i < 2; i++)
		changed |= bench_second(b, 0, 95, 6, &v);
	assert_int_equal(changed, IDENTIFY_FUNCTION_STOP | IDENTIFY_FUNCTION_START);
	assert_string_equal(v.function_label, "glow");
	assert_in_range(b->ms - v.begin_ms, 0, 2000);
}

/* Other traffic every three seconds does not keep a function going; the function after a pause does. */
static void test_other_traffic(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t last;

	rest_plug(b, &v);
	for (int i = 0; i < 3; i++)
		bench_second(b, 0, 85, 10, &v);
	for (int i = 0; i < 12; i++)
		bench_second(b, 0, 85, i % 4 ? 0 : 6, &v);
	assert_string_equal(v.function_label, "blink");
	bench_send(b, 0, 85, 6);
	last = b->ms;
	while (v.function_label && b->ms - last < 20000) {
		b->ms += 2000;
		bench_second(b, 0, 76, 4, &v);
	}
	assert_in_range(b->ms - last, 3000, 6000);
}

/* Small frames are no data: acknowledgements and keepalives leave a device idle (Koike et al. 4.1). */
static void test_idle_by_length(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	settle_plug(b, &v);
	for (int i = 0; i < 3; i++)
		bench_second(b, 0, 85, 30, &v);
	assert_non_null(v.function_label);
	for (int i = 0; i < 5; i++)
		bench_second(b, 0, EVIDENCE_DATA_LENGTH - 1, 1, &v);
	assert_null(v.function_label);
}

/* What a period foretold is no function, though it carries data. */
static void test_expected_packets(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t changed = 0;

	settle_plug(b, &v);
	b->foretold_port = 1883;
	for (int i = 0; i < 10; i++) {
		b->ms += 9000;
		bench_send_to(b, 0, 95, 10, 1883);
		for (int k = 0; k < 3; k++) {
			b->ms += 800;
			changed |= bench_update(b, 0, &v);
		}
	}
	assert_int_equal(changed, 0);
	bench_send_to(b, 0, 95, 10, 8883);
	b->ms += 800;
	assert_int_equal(bench_update(b, 0, &v), IDENTIFY_FUNCTION_START);
}

static void test_total(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	identify_free(b->identify);
	b->identify = bench_identify(b, b->model, EVIDENCE_THOROUGH);
	identify_total(b->identify, 2, &v);
	assert_int_equal(v.kind, VERDICT_NONE);
	bench_send(b, 2, 95, 45);
	b->ms += 20000;
	bench_send(b, 2, 95, 45);
	identify_total(b->identify, 2, &v);
	assert_int_equal(v.type, PLUG);
	assert_string_equal(v.function_label, "glow");
	identify_forget(b->identify, 2);
	identify_total(b->identify, 2, &v);
	assert_int_equal(v.kind, VERDICT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_type_settles),
		BENCH_TEST(test_few_packets),
		BENCH_TEST(test_type_does_not_flap),
		BENCH_TEST(test_family),
		BENCH_TEST(test_function_in_time),
		BENCH_TEST(test_short_function),
		BENCH_TEST(test_function_follows_function),
		BENCH_TEST(test_function_after_a_pause),
		BENCH_TEST(test_other_traffic),
		BENCH_TEST(test_idle_by_length),
		BENCH_TEST(test_expected_packets),
		BENCH_TEST(test_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
