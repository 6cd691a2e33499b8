/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Autocorrelation of a binary series: R[l] = number of i with samples i and i + l both active, for l = 0 .. lags - 1.
 * It is raw: not normalised and not mean-free.
 */
#ifndef IOTBPF_ANALYSIS_AUTOCORRELATION_H
#define IOTBPF_ANALYSIS_AUTOCORRELATION_H

#include <kiss_fftr.h>
#include <stddef.h>
#include <stdint.h>

/* From ascending positions of the active samples: time grows with the pairs that are less than `lags` apart. */
void autocorrelation_pairs(const uint32_t *positions, size_t count, size_t lags, uint32_t *r);

/* By shift, and, population count over the words: time grows with n * lags / 64, not with the active samples. */
void autocorrelation_popcount(const uint64_t *words, size_t n, size_t lags, uint32_t *r);

/*
 * By two real transforms of this length, a power of two >= n + lags: the power spectrum is even, so the same plan
 * leads back. Time grows with length * log(length). wave has length floats, spectrum length / 2 + 1 bins. Exact for
 * up to 2^17 samples: single precision is off by a few hundredths of a pair.
 */
void autocorrelation_transform(kiss_fftr_cfg plan, size_t length, const uint32_t *positions, size_t count, size_t lags,
			       float *wave, kiss_fft_cpx *spectrum, uint32_t *r);

enum autocorrelation_way { AUTOCORRELATION_PAIRS, AUTOCORRELATION_POPCOUNT, AUTOCORRELATION_TRANSFORM };

/*
 * The cheapest way for `count` active ones of n samples, estimated from what each costs; length: of the transform that
 * could be used, 0: none.
 */
enum autocorrelation_way autocorrelation_cheapest(size_t n, size_t count, size_t lags, size_t length);

/* The cheaper of pairs and popcount. positions are those of words; lags <= n. */
void autocorrelation(const uint64_t *words, size_t n, const uint32_t *positions, size_t count, size_t lags,
		     uint32_t *r);

/* One lag of the series of words: R[lag], 0 for lag >= n. */
uint32_t autocorrelation_at(const uint64_t *words, size_t n, size_t lag);

#endif
