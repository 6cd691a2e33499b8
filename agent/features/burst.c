/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/burst.h"

#include <math.h>

#include "agent/features/digest_list.h"
#include "agent/features/features.h"
#include "agent/features/first_list.h"
#include "agent/features/vector.h"

enum {
	FIRST = 0,
	PROTOCOLS = FIRST + FIRST_COUNT,
	BINS = PROTOCOLS + DIGEST_PROTOCOL_COUNT,
	DIGEST = BINS + FEATURES_BIN_COUNT,
	COUNT = DIGEST + DIGEST_FEATURE_COUNT
};

static const char *const burst_names[] = { FIRST_NAMES, DIGEST_PROTOCOL_NAMES FEATURES_BIN_NAMES DIGEST_NAMES };
_Static_assert(sizeof(burst_names) / sizeof(burst_names[0]) == COUNT && COUNT <= FEATURES_MAX, "names belong to values");

static const char *name_of(size_t feature)
{
	return burst_names[feature];
}

const struct features_vector features_burst_vector = {
	.name = "burst",
	.version = 1,
	.count = COUNT,
	.times_first = DIGEST + DIGEST_FEATURE_DURATION,
	.times_end = COUNT,
	.name_of = name_of,
};

void features_burst(const struct burst *burst, float *out)
{
	size_t n = burst->packets < BURST_FIRST ? burst->packets : BURST_FIRST;

	features_first(burst->first, n, out + FIRST);
	features_protocols(&burst->digest, out + PROTOCOLS);
	features_bins(&burst->digest, out + BINS);
	features_digest(&burst->digest, out + DIGEST);
}

#define FULL_PACKETS 10

float features_burst_share(uint32_t packets)
{
	float part = packets < FULL_PACKETS ? (float)packets / FULL_PACKETS : 1;

	return part * part;
}
