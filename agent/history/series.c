// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/series.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t STEP[SERIES_RESOLUTIONS] = {1, 10, 60};
static const uint32_t WORDS[SERIES_RESOLUTIONS] = {SERIES_FINE_WORDS, SERIES_MEDIUM_WORDS, SERIES_COARSE_WORDS};

struct series *series_new(void)
{
	return calloc(1, sizeof(struct series));
}

uint32_t series_step(enum series_resolution resolution)
{
	return STEP[resolution];
}

static uint64_t *ring_of(struct series *s, enum series_resolution resolution)
{
	uint64_t *const rings[SERIES_RESOLUTIONS] = {s->fine, s->medium, s->coarse};

	return rings[resolution];
}

/* Make `to` the newest step: what the ring held for the steps between is from a lap ago. */
static void ring_advance(uint64_t *ring, uint32_t words, uint32_t from, uint32_t to)
{
	uint32_t size = words * 64;

	if (to - from >= size) {
		memset(ring, 0, words * sizeof(*ring));
		return;
	}
	for (uint32_t step = from + 1; step != to + 1; step++)
		ring[step % size / 64] &= ~(1ULL << (step % 64));
}

static void advance(struct series *s, enum series_resolution resolution, uint32_t second)
{
	uint32_t step = second / STEP[resolution];

	if (step <= s->step[resolution])
		return;
	ring_advance(ring_of(s, resolution), WORDS[resolution], s->step[resolution], step);
	s->step[resolution] = step;
}

/* Set one step; 1 where it was not set and is still within the ring. */
static uint32_t set_step(struct series *s, enum series_resolution resolution, uint32_t second)
{
	uint32_t step = second / STEP[resolution], size = WORDS[resolution] * 64;
	uint64_t *word = &ring_of(s, resolution)[step % size / 64], bit = 1ULL << (step % 64);

	if (s->step[resolution] - step >= size || *word & bit)
		return 0;
	*word |= bit;
	return 1;
}

static void begin(struct series *s, uint32_t second)
{
	s->first = second;
	s->last = second;
	for (int r = 0; r < SERIES_RESOLUTIONS; r++)
		s->step[r] = second / STEP[r];
}

uint32_t series_mark(struct series *s, uint32_t second, uint32_t bits)
{
	uint32_t fresh = 0;

	if (!s->marks)
		begin(s, second);
	for (enum series_resolution r = 0; r < SERIES_RESOLUTIONS; r++)
		advance(s, r, second);
	for (uint32_t k = 0; k < 32; k++) {
		if (!(bits >> k & 1) || k > second)
			continue;
		fresh += set_step(s, SERIES_FINE, second - k);
		set_step(s, SERIES_MEDIUM, second - k);
		set_step(s, SERIES_COARSE, second - k);
		if (second - k < s->first)
			s->first = second - k;
	}
	if (second > s->last)
		s->last = second;
	s->marks = s->marks + fresh < s->marks ? UINT32_MAX : s->marks + fresh;
	return fresh;
}

/* 64 steps of the ring from `step` on. Ring sizes are whole words, so a step's place in its word is step % 64. */
static uint64_t word_from(const uint64_t *ring, uint32_t words, uint32_t step)
{
	uint32_t at = step % (words * 64) / 64, shift = step % 64;
	uint64_t low = ring[at] >> shift;

	return shift ? low | ring[(at + 1) % words] << (64 - shift) : low;
}

size_t series_window(struct series *s, enum series_resolution resolution, uint32_t until, size_t max_steps,
		     uint64_t *words, uint32_t *start)
{
	uint32_t step = STEP[resolution], size = WORDS[resolution] * 64, newest, oldest;
	size_t n, limit = max_steps < size ? max_steps : size;

	advance(s, resolution, until);
	newest = s->step[resolution];
	oldest = s->first / step;
	n = (size_t)(newest - oldest) + 1;
	if (n > limit) {
		n = limit;
		oldest = newest - (uint32_t)limit + 1;
	}
	for (size_t i = 0; i < (n + 63) / 64; i++)
		words[i] = word_from(ring_of(s, resolution), WORDS[resolution], oldest + (uint32_t)(i * 64));
	if (n % 64)
		words[n / 64] &= (1ULL << (n % 64)) - 1;
	*start = oldest * step;
	return n;
}
