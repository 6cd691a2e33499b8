// SPDX-License-Identifier: BSD-2-Clause
/* Like none of the model's types, or like several. */

#include "agent/model/ranges.h"
#include "tests/unit/identify/bench.h"

static void test_unknown(void **state)
{
	struct bench *b = *state;
	struct verdict v;
	uint32_t changed = 0;

	for (int i = 0; i < 8; i++)
		changed |= bench_second(b, 0, 1400, 10, &v);
	assert_int_equal(changed, 0); /* not yet: unknown is an answer, too, and takes evidence */
	assert_int_equal(v.kind, VERDICT_NONE);
	for (int i = 0; i < 20; i++)
		changed |= bench_second(b, 0, 1400, 10, &v);
	assert_int_equal(changed, IDENTIFY_TYPE);
	assert_int_equal(v.kind, VERDICT_UNKNOWN);
	assert_string_equal(v.label, "unknown");
	assert_non_null(v.runner_up_label);
	assert_true(v.p > 0.6f);
	for (int i = 0; i < 120; i++)
		bench_second(b, 0, 200, 30, &v);
	assert_int_equal(v.kind, VERDICT_TYPE);
	assert_string_equal(v.label, "cam");
}

/* A model in which cameras ask for names. */
static void open_asking(struct bench *b)
{
	static struct image_range ranges[RANGES_STAGES * FEATURES_MAX];
	const size_t count = features_count(FEATURES_WINDOW), dns = bench_feature(FEATURES_WINDOW, "dns");
	const struct pack_fit fit = { .fit = { .scale = FEATURES_WINDOW, .device = CAM, .stages = 0xff, .tolerance = 0.002f },
				      .ranges = ranges };

	for (size_t i = 0; i < RANGES_STAGES * count; i++)
		ranges[i] = i % count == dns ? ranges_make(logf(11), logf(31), false) : (struct image_range){ .low = IMAGE_RANGE_ANY };
	bench_close(b);
	b->image = (struct buffer){ 0 };
	b->model = bench_model_fits(BENCH_CARD, &fit, 1, &b->image);
	b->identify = bench_identify(b, b->model, EVIDENCE_LIVE);
}

/* A second of what is a camera's to the trees, but asks for nothing. */
static void second_without_names(struct bench *b, uint32_t device, struct verdict *v)
{
	uint32_t end = b->ms + 1000;

	bench_send_to(b, device, 200, 10, 9999);
	b->ms = end;
	bench_update(b, device, v);
}

/* What is like a camera to the trees, but does not ask for names, is none. */
static void test_strange(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	open_asking(b);
	for (int i = 0; i < 60; i++) {
		second_without_names(b, 1, &v);
		assert_true(v.kind == VERDICT_NONE || v.kind == VERDICT_UNKNOWN);
	}
	assert_int_equal(v.kind, VERDICT_UNKNOWN);
	assert_string_equal(v.runner_up_label, "cam");
	for (int i = 0; i < 10; i++)
		bench_second(b, 2, 200, 10, &v);
	assert_string_equal(v.label, "cam");
}

/* What was like one for long remains it, also while it does what none has done; as much of that from the beginning makes it unknown. */
static void test_proven(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	open_asking(b);
	for (int i = 0; i < 200; i++)
		bench_second(b, 2, 200, 10, &v);
	assert_string_equal(v.label, "cam");
	for (int i = 0; i < 100; i++) {
		second_without_names(b, 2, &v);
		assert_string_equal(v.label, "cam");
	}
	for (int i = 0; i < 10; i++)
		bench_second(b, 1, 200, 10, &v);
	assert_string_equal(v.label, "cam");
	for (int i = 0; i < 300; i++)
		second_without_names(b, 1, &v);
	assert_int_equal(v.kind, VERDICT_UNKNOWN);
}

/* A model of types that are often taken for each other. */
static void open_alike(struct bench *b)
{
	static const char card[] = "{\"name\":\"alike\",\"version\":\"1\",\"unknown_threshold\":0.4,\"devices\":["
				   "{\"name\":\"plug\",\"threshold\":0.3,\"functions\":[{\"name\":\"idle\"},{\"name\":\"blink\"},"
				   "{\"name\":\"glow\"}]},{\"name\":\"cam\",\"threshold\":0.3},{\"name\":\"kettle\",\"threshold\":0.3},"
				   "{\"name\":\"kettle2\",\"threshold\":0.3}]}";

	identify_free(b->identify);
	model_close(b->model);
	buffer_free(&b->image);
	b->model = bench_model(card, &b->image);
	b->identify = bench_identify(b, b->model, EVIDENCE_LIVE);
}

/* A minute of what is like all of them. */
static void be_like_all(struct bench *b, struct verdict *v)
{
	open_alike(b);
	for (int i = 0; i < 60; i++)
		bench_second(b, 0, 1400, 10, v);
	assert_int_equal(v->kind, VERDICT_NONE); /* neither unknown nor any one of them */
}

/* Being like several of them is not being like none. */
static void test_alike(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	be_like_all(b, &v);
	for (int i = 0; i < 120; i++)
		bench_second(b, 0, 200, 10, &v);
	assert_string_equal(v.label, "cam");
}

/* Nor is being surely like one of them for a while and surely like another after that. */
static void test_alike_in_turn(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	open_alike(b);
	for (int i = 0; i < 60; i++) {
		bench_second(b, 0, i % 3 ? 50 : 300, 40, &v);
		assert_int_not_equal(v.kind, VERDICT_UNKNOWN);
	}
}

/* Of a capture that is over, the most probable of several is the answer; live, evidence is waited for. */
static void test_in_the_end(void **state)
{
	struct bench *b = *state;
	struct verdict v;

	be_like_all(b, &v);
	identify_total(b->identify, 0, &v);
	assert_int_equal(v.kind, VERDICT_TYPE);
	assert_non_null(v.label);
	assert_true(v.p < 0.5f);
	assert_non_null(v.runner_up_label);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(test_unknown),
		BENCH_TEST(test_strange),
		BENCH_TEST(test_proven),
		BENCH_TEST(test_alike),
		BENCH_TEST(test_alike_in_turn),
		BENCH_TEST(test_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
