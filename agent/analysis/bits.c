/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/analysis/bits.h"

size_t bits_count(const uint64_t *words, size_t n)
{
	size_t count = 0;

	if (!n)
		return 0;
	for (size_t w = 0; w + 1 < bits_words(n); w++)
		count += (size_t)__builtin_popcountll(words[w]);
	return count + (size_t)__builtin_popcountll(words[bits_words(n) - 1] & bits_tail_mask(n));
}

size_t bits_positions(const uint64_t *words, size_t n, uint32_t *positions, size_t max)
{
	const size_t count = bits_words(n);
	size_t found = 0;

	for (size_t w = 0; w < count; w++) {
		uint64_t word = words[w];

		if (w + 1 == count)
			word &= bits_tail_mask(n);
		for (; word && found < max; word &= word - 1)
			positions[found++] = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(word));
	}
	return found;
}

void bits_onsets(const uint64_t *words, size_t n, uint64_t *onsets)
{
	uint64_t carry = 0;

	for (size_t w = 0; w < bits_words(n); w++) {
		const uint64_t word = words[w];

		onsets[w] = word & ~(word << 1 | carry);
		carry = word >> 63;
	}
	if (n)
		onsets[bits_words(n) - 1] &= bits_tail_mask(n);
}

void bits_slice(const uint64_t *words, size_t from, size_t n, uint64_t *out)
{
	const size_t shift = from % 64, last = (from + n - 1) / 64;

	for (size_t w = 0; w < bits_words(n); w++) {
		const size_t low = from / 64 + w;

		out[w] = words[low] >> shift;
		if (shift && low < last)
			out[w] |= words[low + 1] << (64 - shift);
	}
	if (n)
		out[bits_words(n) - 1] &= bits_tail_mask(n);
}
