/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"

#define N 300

static void pattern(uint64_t words[5], uint64_t seed, unsigned sparse)
{
	for (size_t w = 0; w < 5; w++)
		words[w] = 0;
	for (size_t i = 0; i < N; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		if ((seed >> 33) % sparse == 0)
			bits_set(words, i);
	}
	words[N / 64] |= ~bits_tail_mask(N);	/* what lies past the end must not matter */
}

static void test_count_and_positions(void **state)
{
	uint64_t words[5];
	uint32_t at[N];
	size_t count = 0;

	(void)state;
	pattern(words, 1, 5);
	for (size_t i = 0; i < N; i++)
		count += bits_get(words, i);
	assert_int_equal(bits_count(words, N), count);
	assert_int_equal(bits_positions(words, N, at, N), count);
	for (size_t i = 0; i < count; i++) {
		assert_true(bits_get(words, at[i]));
		assert_true(!i || at[i] > at[i - 1]);
	}
	assert_int_equal(bits_positions(words, N, at, 3), 3);
	assert_int_equal(bits_count(words, 0), 0);
	assert_int_equal(bits_positions(words, 0, at, N), 0);
}

static void test_onsets(void **state)
{
	uint64_t words[5], onsets[5];

	(void)state;
	for (unsigned sparse = 1; sparse < 5; sparse++) {
		pattern(words, sparse, sparse);
		bits_onsets(words, N, onsets);
		for (size_t i = 0; i < N; i++)
			assert_int_equal(bits_get(onsets, i), bits_get(words, i) && !(i && bits_get(words, i - 1)));
		assert_int_equal(onsets[N / 64] & ~bits_tail_mask(N), 0);
	}
}

static void test_slice(void **state)
{
	uint64_t words[5], out[5];

	(void)state;
	pattern(words, 9, 2);
	for (size_t from = 0; from < 130; from += 7) {
		for (size_t n = 1; from + n <= N; n += 31) {
			bits_slice(words, from, n, out);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(bits_get(out, i), bits_get(words, from + i));
			assert_int_equal(out[bits_words(n) - 1] & ~bits_tail_mask(n), 0);
		}
	}
}

static void test_autocorrelation(void **state)
{
	uint64_t words[5];
	uint32_t at[N], r[N], pairs[N], popcount[N], either[N];

	(void)state;
	for (unsigned sparse = 1; sparse < 20; sparse += 6) {
		size_t count;

		pattern(words, sparse, sparse);
		for (size_t lag = 0; lag < N; lag++) {
			r[lag] = 0;
			for (size_t i = 0; i + lag < N; i++)
				r[lag] += bits_get(words, i) && bits_get(words, i + lag);
		}
		count = bits_positions(words, N, at, N);
		autocorrelation_pairs(at, count, N, pairs);
		autocorrelation_popcount(words, N, N, popcount);
		autocorrelation(words, N, at, count, N, either);
		assert_memory_equal(r, pairs, sizeof(r));
		assert_memory_equal(r, popcount, sizeof(r));
		assert_memory_equal(r, either, sizeof(r));
		assert_int_equal(autocorrelation_at(words, N, N), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count_and_positions),
		cmocka_unit_test(test_onsets),
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_autocorrelation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
