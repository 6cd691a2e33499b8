/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Binary series: bit i of a series of n samples is (words[i / 64] >> (i % 64)) & 1, and i = 0 is the oldest sample.
 * A series of n samples has bits_words(n) words; bits past n are ignored, whatever they are.
 */
#ifndef IOTBPF_ANALYSIS_BITS_H
#define IOTBPF_ANALYSIS_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Number of words that hold n samples. */
static inline size_t bits_words(size_t n)
{
	return (n + 63) / 64;
}

static inline bool bits_get(const uint64_t *words, size_t i)
{
	return (words[i / 64] >> (i % 64)) & 1;
}

static inline void bits_set(uint64_t *words, size_t i)
{
	words[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Valid bits of the last word of a series of n samples, n > 0. */
static inline uint64_t bits_tail_mask(size_t n)
{
	return n % 64 ? ((uint64_t)1 << (n % 64)) - 1 : UINT64_MAX;
}

/* Number of active samples. */
size_t bits_count(const uint64_t *words, size_t n);

/* Ascending indices of the active samples, at most max of them; returns how many were written. */
size_t bits_positions(const uint64_t *words, size_t n, uint32_t *positions, size_t max);

/*
 * The onset series: a sample stays active only if the one before it was not (so a burst of several seconds
 * counts once, at its start). onsets has bits_words(n) words and may not be the same array as words. Bits past
 * n are cleared.
 */
void bits_onsets(const uint64_t *words, size_t n, uint64_t *onsets);

/* Samples [from, from + n) of a series, moved to the start of out (bits_words(n) words; bits past n are cleared). */
void bits_slice(const uint64_t *words, size_t from, size_t n, uint64_t *out);

#endif
