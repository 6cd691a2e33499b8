/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Autocorrelation of a binary series: R[l] = number of i with samples i and i + l both active, for l = 0 .. lags - 1.
 * It is raw: not normalised and not mean-free.
 */
#ifndef IOTBPF_ANALYSIS_AUTOCORRELATION_H
#define IOTBPF_ANALYSIS_AUTOCORRELATION_H

#include <stddef.h>
#include <stdint.h>

/* From ascending positions of the active samples: time grows with the pairs that are less than `lags` apart. */
void autocorrelation_pairs(const uint32_t *positions, size_t count, size_t lags, uint32_t *r);

/* By shift, and, population count over the words: time grows with n * lags / 64, not with the active samples. */
void autocorrelation_popcount(const uint64_t *words, size_t n, size_t lags, uint32_t *r);

/* The cheaper of the two. positions are those of words; lags <= n. */
void autocorrelation(const uint64_t *words, size_t n, const uint32_t *positions, size_t count, size_t lags,
		     uint32_t *r);

/* One lag of the series of words: R[lag], 0 for lag >= n. */
uint32_t autocorrelation_at(const uint64_t *words, size_t n, size_t lag);

#endif
