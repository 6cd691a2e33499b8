/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"

/*
 * Measured costs in units of one pair (x86-64 without the popcnt instruction, gcc -O2): one word of one lag, and one
 * step, length * log2(length) of them, of the two transforms.
 */
#define WORD_COST 6.5
#define STEP_COST 2.5

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

void autocorrelation_transform(kiss_fftr_cfg plan, size_t length, const uint32_t *positions, size_t count, size_t lags,
			       float *wave, kiss_fft_cpx *spectrum, uint32_t *r)
{
	const float scale = 1 / (float)length;

	memset(wave, 0, length * sizeof(*wave));
	for (size_t i = 0; i < count; i++)
		wave[positions[i]] = 1;
	kiss_fftr(plan, wave, spectrum);
	for (size_t i = 0; i <= length / 2; i++)
		wave[i] = spectrum[i].r * spectrum[i].r + spectrum[i].i * spectrum[i].i;
	for (size_t i = 1; i < length / 2; i++)
		wave[length - i] = wave[i];
	kiss_fftr(plan, wave, spectrum);
	for (size_t lag = 0; lag < lags; lag++)
		r[lag] = (uint32_t)lrintf(scale * spectrum[lag].r);
}

enum autocorrelation_way autocorrelation_cheapest(size_t n, size_t count, size_t lags, size_t length)
{
	const double near = lags < n ? (double)lags / (double)n : 0.5;
	const double pairs = (double)count * (double)count * near;
	const double popcount = WORD_COST * (double)bits_words(n) * (double)lags;
	const double transform = length ? STEP_COST * (double)length * log2((double)length) : INFINITY;

	if (pairs <= popcount && pairs <= transform)
		return AUTOCORRELATION_PAIRS;
	return popcount <= transform ? AUTOCORRELATION_POPCOUNT : AUTOCORRELATION_TRANSFORM;
}

void autocorrelation(const uint64_t *words, size_t n, const uint32_t *positions, size_t count, size_t lags,
		     uint32_t *r)
{
	if (autocorrelation_cheapest(n, count, lags, 0) == AUTOCORRELATION_PAIRS)
		autocorrelation_pairs(positions, count, lags, r);
	else
		autocorrelation_popcount(words, n, lags, r);
}
