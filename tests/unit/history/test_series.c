/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/history/series.h"

#define T0 1000003u /* no multiple of 10 or 60 */

static bool bit(const uint64_t *words, size_t i)
{
	return words[i / 64] >> (i % 64) & 1;
}

static size_t count(const uint64_t *words, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += bit(words, i);
	return sum;
}

static void test_marks_become_bits(void **state)
{
	struct series *s = series_new();
	uint64_t words[SERIES_WORDS_MAX];
	uint32_t start;
	size_t n;

	(void)state;
	assert_int_equal(series_mark(s, T0, 1), 1);
	assert_int_equal(series_mark(s, T0 + 5, 1 | 1 << 2 | 1 << 5), 2);
	n = series_window(s, SERIES_FINE, T0 + 9, 3600, words, &start);
	assert_int_equal(n, 10);
	assert_int_equal(start, T0);
	assert_int_equal(count(words, n), 3);
	assert_true(bit(words, 0) && bit(words, 3) && bit(words, 5));
	assert_int_equal(s->marks, 3);
	free(s);
}

/* The same word read again, or a late bit of it, changes nothing that is there. */
static void test_marks_repeat(void **state)
{
	struct series *s = series_new();

	(void)state;
	assert_int_equal(series_mark(s, T0, 0xffffffff), 32);
	assert_int_equal(series_mark(s, T0, 0xffffffff), 0);
	assert_int_equal(s->first, T0 - 31);
	assert_int_equal(series_mark(s, T0 - 40, 1), 1);
	assert_int_equal(s->first, T0 - 40);
	assert_int_equal(s->last, T0);
	free(s);
}

/* Against a plain array over several laps of the finest ring, with gaps longer than it. */
static void test_laps(void **state)
{
	struct series *s = series_new();
	const uint32_t span = 5 * 3648;
	uint8_t *plain = calloc(span + 8000, 1);
	uint64_t words[SERIES_WORDS_MAX];
	uint32_t t = 0, start;

	(void)state;
	srand(7);
	while (t < span) {
		size_t n;

		plain[t] = 1;
		series_mark(s, T0 + t, 1);
		n = series_window(s, SERIES_FINE, T0 + t, 3600, words, &start);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(bit(words, i), plain[start - T0 + i]);
		t += rand() % 50 ? (uint32_t)rand() % 9 + 1 : (uint32_t)rand() % 5000;
	}
	free(plain);
	free(s);
}

static void test_coarser_resolutions(void **state)
{
	struct series *s = series_new();
	uint64_t words[SERIES_WORDS_MAX];
	uint32_t start;
	size_t n;

	(void)state;
	for (uint32_t hours = 0; hours < 100; hours += 5)
		series_mark(s, T0 + hours * 3600, 1);
	n = series_window(s, SERIES_COARSE, T0 + 99 * 3600, SERIES_COARSE_WORDS * 64, words, &start);
	assert_int_equal(start, T0 / 60 * 60);
	assert_int_equal(count(words, n), 20);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(bit(words, i), i % 300 == 0);
	n = series_window(s, SERIES_MEDIUM, T0 + 99 * 3600, SERIES_MEDIUM_WORDS * 64, words, &start);
	assert_int_equal(n, SERIES_MEDIUM_WORDS * 64);
	assert_int_equal(count(words, n), 4);
	free(s);
}

static void test_window_is_bounded(void **state)
{
	struct series *s = series_new();
	uint64_t words[SERIES_WORDS_MAX];
	uint32_t start;

	(void)state;
	series_mark(s, T0, 1);
	assert_int_equal(series_window(s, SERIES_FINE, T0 + 100000, 600, words, &start), 600);
	assert_int_equal(start, T0 + 100000 - 599);
	assert_int_equal(count(words, 600), 0);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_become_bits), cmocka_unit_test(test_marks_repeat),
		cmocka_unit_test(test_laps),		  cmocka_unit_test(test_coarser_resolutions),
		cmocka_unit_test(test_window_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
