/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/analysis/audi.h"
#include "agent/analysis/bits.h"

#define WORDS ((AUDI_SAMPLES + 63) / 64)

static void train(uint64_t words[WORDS], size_t period)
{
	memset(words, 0, WORDS * sizeof(*words));
	for (size_t i = 0; i < AUDI_SAMPLES; i += period)
		bits_set(words, i);
}

static void test_clean_train(void **state)
{
	struct audi *a = audi_new(AUDI_SAMPLES);
	const struct audi_period *p;
	uint64_t words[WORDS];
	size_t count;

	(void)state;
	assert_non_null(a);
	train(words, 60);
	count = audi_periods(a, words, &p);
	assert_true(count >= 1);
	assert_int_equal(p[0].lag, 60);
	assert_int_equal(p[0].success, 3);
	assert_int_equal(p[0].parts, 15);
	assert_true(fabs(p[0].r[0] - 60.0 * 29 / 1800) < 1e-12);
	assert_true(fabs(p[0].rn[0] - p[0].r[0]) < 1e-12);
	assert_true(fabs(p[0].r[1] - 60.0 * 14 / 900) < 1e-12);
	audi_free(a);
}

static void test_nothing(void **state)
{
	struct audi *a = audi_new(AUDI_SAMPLES);
	const struct audi_period *p;
	uint64_t words[WORDS];

	(void)state;
	memset(words, 0, sizeof(words));
	assert_int_equal(audi_periods(a, words, &p), 0);
	bits_set(words, 900);
	assert_int_equal(audi_periods(a, words, &p), 0);
	memset(words, 0xff, sizeof(words));
	assert_int_equal(audi_periods(a, words, &p), 0);
	audi_free(a);
	assert_null(audi_new(0));
	assert_null(audi_new(1802));
	audi_free(NULL);
}

static void test_features(void **state)
{
	struct audi *a = audi_new(AUDI_SAMPLES);
	uint64_t fast[WORDS], slow[WORDS], idle[WORDS] = { 0 };
	const struct audi_flow flows[] = {
		{ fast, 4, 0 }, { slow, 2, 0 }, { idle, 4, 90 },
	};
	float f[AUDI_FEATURES], code[AUDI_FEATURES], stability = 0;

	(void)state;
	train(fast, 20);
	train(slow, 100);
	audi_features(a, flows, 3, 0, f);
	assert_float_equal(f[0], 2, 0);				/* periodic flows */
	assert_float_equal(f[1], 2, 0);				/* of layer <= 4 */
	assert_float_equal(f[4] + f[5], 2, 0);
	assert_float_equal(f[6], 1, 0);				/* static source port: the fast one */
	assert_float_equal(f[7], 45.0 / 1800, 1e-6);		/* changes a second, mean of 0 and 90 */
	assert_true(f[9] >= 2);
	assert_true(f[12] >= 1 && f[14] >= 1);			/* 20 s, 100 s */
	for (size_t i = 16; i < 20; i++)
		stability += f[i];
	assert_true(stability >= 2);
	audi_features(a, flows, 3, AUDI_CODE_LAYER | AUDI_CODE_PORTS | AUDI_CODE_STABILITY, code);
	assert_float_equal(code[1], 4, 0);			/* highest layer */
	assert_float_equal(code[7], 45, 1e-6);
	assert_float_equal(code[16] + code[17] + code[18] + code[19], 2, 0);	/* one a flow */
	audi_features(a, NULL, 0, 0, f);
	for (size_t i = 0; i < AUDI_FEATURES; i++)
		assert_float_equal(f[i], 0, 0);
	audi_free(a);
}

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < AUDI_FEATURES; i++) {
		assert_non_null(audi_feature_name(i));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(audi_feature_name(i), audi_feature_name(j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_train),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
