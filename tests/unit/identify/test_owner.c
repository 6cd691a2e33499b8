// SPDX-License-Identifier: BSD-2-Clause
/* The owner's word, and what outlives a model. */

#include "tests/unit/identify/bench.h"

static void test_beats_the_model(void **state)
{
	struct bench b;
	struct verdict v, before;

	(void)state;
	bench_open(&b);
	for (int i = 0; i < 3; i++)
		bench_second(&b, 0, 200, 30, &v);
	assert_string_equal(v.label, "cam");
	assert_int_equal(identify_set_owner(b.identify, 0, "Mr. Tea", NULL), 0);
	assert_int_equal(identify_update(b.identify, 0, b.ms, &v, &before), IDENTIFY_TYPE);
	assert_int_equal(v.kind, VERDICT_OWNER);
	assert_string_equal(v.label, "Mr. Tea");
	assert_string_equal(before.label, "cam");
	assert_string_equal(v.runner_up_label, "cam");
	assert_int_equal(v.type, IDENTIFY_NONE);
	for (int i = 0; i < 300; i++)
		assert_int_equal(bench_second(&b, 0, 60, 30, &v), 0);
	assert_string_equal(v.label, "Mr. Tea");
	identify_set_owner(b.identify, 0, "Mrs. Tea", NULL);
	assert_int_equal(identify_update(b.identify, 0, b.ms, &v, &before), IDENTIFY_TYPE);
	assert_string_equal(v.label, "Mrs. Tea");
	assert_string_equal(before.label, "Mr. Tea");
	identify_set_owner(b.identify, 0, NULL, NULL);
	assert_int_equal(identify_update(b.identify, 0, b.ms, &v, &before), IDENTIFY_TYPE);
	assert_string_equal(before.label, "Mrs. Tea");
	assert_string_equal(v.label, "plug");
	bench_close(&b);
}

/* A type that the model knows: its functions are told, as certainly as the owner is. */
static void test_functions_of_a_known_type(void **state)
{
	struct bench b;
	struct verdict v;
	uint32_t changed = 0;

	(void)state;
	bench_open(&b);
	assert_int_equal(identify_set_owner(b.identify, 0, "plug", NULL), 0);
	assert_int_equal(bench_update(&b, 0, &v), IDENTIFY_TYPE);
	for (int i = 0; i < 3; i++)
		changed |= bench_second(&b, 0, 200, 30, &v); /* looks like a camera */
	assert_int_equal(changed, IDENTIFY_FUNCTION_START);
	assert_string_equal(v.function_label, "glow");
	assert_true(fabsf(v.product - v.p_function) < 1e-6f);
	bench_close(&b);
}

static void test_function(void **state)
{
	struct bench b;
	struct verdict v, before;

	(void)state;
	bench_open(&b);
	identify_set_owner(b.identify, 3, "plug", NULL);
	bench_update(&b, 3, &v);
	identify_set_owner(b.identify, 3, "plug", "charging a car");
	assert_int_equal(bench_update(&b, 3, &v), IDENTIFY_FUNCTION_START);
	assert_string_equal(v.function_label, "charging a car");
	assert_true(v.function_by_owner && v.begin_ms == b.ms);
	for (int i = 0; i < 12; i++)
		assert_int_equal(bench_second(&b, 3, 95, 30, &v), 0);
	identify_set_owner(b.identify, 3, "plug", NULL);
	assert_int_equal(identify_update(b.identify, 3, b.ms, &v, &before), IDENTIFY_FUNCTION_STOP | IDENTIFY_FUNCTION_START);
	assert_string_equal(before.function_label, "charging a car");
	assert_string_equal(v.function_label, "glow");
	bench_close(&b);
}

static void test_without_a_model(void **state)
{
	char longest[IDENTIFY_NAME], longer[IDENTIFY_NAME + 1];
	struct bench b = { 0 };
	struct verdict v;

	(void)state;
	memset(longest, 'a', sizeof(longest));
	memset(longer, 'a', sizeof(longer));
	longest[sizeof(longest) - 1] = longer[sizeof(longer) - 1] = 0;
	b.identify = bench_identify(&b, NULL, EVIDENCE_LIVE);
	bench_send(&b, 0, 200, 50);
	assert_int_equal(bench_update(&b, 0, &v), 0);
	assert_int_equal(identify_set_owner(b.identify, 0, NULL, NULL), 0);
	assert_int_equal(identify_set_owner(b.identify, 0, "", NULL), -EINVAL);
	assert_int_equal(identify_set_owner(b.identify, 0, longer, NULL), -EINVAL);
	assert_int_equal(identify_set_owner(b.identify, 0, "plug", longer), -EINVAL);
	assert_int_equal(bench_update(&b, 0, &v), 0);
	assert_int_equal(identify_set_owner(b.identify, 0, longest, longest), 0);
	assert_int_equal(bench_update(&b, 0, &v), IDENTIFY_TYPE | IDENTIFY_FUNCTION_START);
	assert_string_equal(v.label, longest);
	identify_total(b.identify, 0, &v);
	assert_string_equal(v.label, longest);
	identify_free(b.identify);
}

/* A new model goes on from what was told: nothing is told twice, and nothing is taken back before there is evidence. */
static void test_adopt(void **state)
{
	struct bench b;
	struct verdict v;
	struct identify *next;

	(void)state;
	bench_open(&b);
	identify_set_owner(b.identify, 2, "Mr. Tea", NULL);
	for (int i = 0; i < 3; i++) {
		bench_second(&b, 0, 200, 30, &v);
		bench_second(&b, 1, 700, 30, &v);
		bench_second(&b, 2, 60, 30, &v);
	}
	next = bench_identify(&b, b.model, EVIDENCE_LIVE);
	assert_int_equal(identify_adopt(next, b.identify), 0);
	identify_free(b.identify);
	b.identify = next;
	assert_int_equal(bench_update(&b, 0, &v), 0);
	assert_string_equal(v.label, "cam");
	assert_int_equal(bench_update(&b, 1, &v), 0);
	assert_string_equal(v.label, "kettles");
	assert_int_equal(bench_update(&b, 2, &v), 0);
	assert_string_equal(v.label, "Mr. Tea");
	for (int i = 0; i < 300; i++)
		bench_second(&b, 0, 60, 30, &v);
	assert_string_equal(v.label, "plug");
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_beats_the_model), cmocka_unit_test(test_functions_of_a_known_type),
		cmocka_unit_test(test_function),	cmocka_unit_test(test_without_a_model),
		cmocka_unit_test(test_adopt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
