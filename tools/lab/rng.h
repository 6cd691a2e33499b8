/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_RNG_H
#define LAB_RNG_H

#include <stdint.h>

#include "tools/lab/spec.h"

/* splitmix64 (Steele, Lea, Flood 2014): small, seedable, the same everywhere. */
struct lab_rng {
	uint64_t state;
};

static inline uint64_t lab_rng_next(struct lab_rng *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/** lab_rng_range - uniform in [min, max] */
static inline int64_t lab_rng_range(struct lab_rng *r, int64_t min, int64_t max)
{
	return max <= min ? min : min + (int64_t)(lab_rng_next(r) % (uint64_t)(max - min + 1));
}

static inline int64_t lab_rng_pick(struct lab_rng *r, struct lab_range range)
{
	return lab_rng_range(r, range.min, range.max);
}

/** lab_hash - FNV-1a over a string, continuing from @h */
static inline uint64_t lab_hash(uint64_t h, const char *text)
{
	for (h ^= UINT64_C(0xcbf29ce484222325); *text; text++)
		h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return h;
}

#endif
