/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"

/* Measured cost of one word of one lag in units of one pair (x86-64 without the popcnt instruction, gcc -O2). */
#define WORD_COST 3.5

void autocorrelation_pairs(const uint32_t *positions, size_t count, size_t lags, uint32_t *r)
{
	memset(r, 0, lags * sizeof(*r));
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i; j < count && positions[j] - positions[i] < lags; j++)
			r[positions[j] - positions[i]]++;
	}
}

uint32_t autocorrelation_at(const uint64_t *words, size_t n, size_t lag)
{
	const size_t skip = lag / 64, shift = lag % 64;
	uint32_t sum = 0;

	if (lag >= n)
		return 0;
	for (size_t w = 0; w + skip < bits_words(n); w++) {
		uint64_t later = words[w + skip];

		if (w + skip + 1 == bits_words(n))
			later &= bits_tail_mask(n);
		later >>= shift;
		if (shift && w + skip + 1 < bits_words(n)) {
			uint64_t next = words[w + skip + 1];

			if (w + skip + 2 == bits_words(n))
				next &= bits_tail_mask(n);
			later |= next << (64 - shift);
		}
		sum += (uint32_t)__builtin_popcountll(words[w] & later);
	}
	return sum;
}

void autocorrelation_popcount(const uint64_t *words, size_t n, size_t lags, uint32_t *r)
{
	for (size_t lag = 0; lag < lags; lag++)
		r[lag] = autocorrelation_at(words, n, lag);
}

void autocorrelation(const uint64_t *words, size_t n, const uint32_t *positions, size_t count, size_t lags,
		     uint32_t *r)
{
	const double near = lags < n ? (double)lags / (double)n : 0.5;
	const double pairs = (double)count * (double)count * near;

	if (pairs <= WORD_COST * (double)bits_words(n) * (double)lags)
		autocorrelation_pairs(positions, count, lags, r);
	else
		autocorrelation_popcount(words, n, lags, r);
}
