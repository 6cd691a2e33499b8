/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/model/features.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/model/features_list.h"

static const char *const feature_names[] = {
#define FEATURE_NAME(NAME, text) [FEATURE_##NAME] = (text),
#define FEATURE_PROTOCOL_NAME(NAME, text) [FEATURE_PROTOCOL_##NAME] = (text),
	FEATURES_HEAD(FEATURE_NAME) WINDOW_PROTOCOLS(FEATURE_PROTOCOL_NAME) FEATURES_TAIL(FEATURE_NAME)
#undef FEATURE_PROTOCOL_NAME
#undef FEATURE_NAME
};
_Static_assert(FEATURE_COUNT <= FEATURES_MAX, "a vector fits the callers' stack");

size_t features_count(void)
{
	return FEATURE_COUNT;
}

const char *features_name(size_t feature)
{
	return feature < FEATURE_COUNT ? feature_names[feature] : NULL;
}

/* FNV-1a, 64 bits; the terminating NUL separates names. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	} while (*text++);
	return hash;
}

uint64_t features_hash(void)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char version[16];

	snprintf(version, sizeof(version), "%d", FEATURES_VERSION);
	hash = hash_text(hash, version);
	for (size_t i = 0; i < FEATURE_COUNT; i++)
		hash = hash_text(hash, feature_names[i]);
	return hash;
}

static void paper_features(const struct iot_packet *packets, size_t n, float *out)
{
	struct window w;

	window_measure(packets, n, &w);
	out[FEATURE_N] = (float)n;
	for (int i = 0; i < WINDOW_LENGTHS; i++)
		out[FEATURE_LENGTH_MEAN + i] = w.length[i];
	for (int i = 0; i < WINDOW_PROTOCOL_COUNT; i++)
		out[FEATURE_PROTOCOL_ARP + i] = (float)w.protocols[i];
}

void features_window(const struct iot_packet *packets, size_t n, float *out)
{
	struct iot_packet padded[FEATURES_MAX_WINDOW];

	if (n > FEATURES_MAX_WINDOW) {
		packets += n - FEATURES_MAX_WINDOW;
		n = FEATURES_MAX_WINDOW;
	}
	for (size_t i = 0; i < n; i++) {
		padded[i] = packets[i];
		if (padded[i].length < FEATURES_LENGTH_MIN)
			padded[i].length = FEATURES_LENGTH_MIN;
	}
	for (size_t i = 0; i < FEATURE_COUNT; i++)
		out[i] = NAN;
	if (!n)
		return;
	paper_features(padded, n, out);
	features_lengths(padded, n, out);
	features_headers(padded, n, out);
	features_flags(padded, n, out);
	features_remotes(padded, n, out);
	features_gaps(padded, n, out);
}

void features_forget_times(float *row)
{
	for (size_t i = FEATURE_GAP_MEAN; i <= FEATURE_GAP_LAST; i++)
		row[i] = NAN;
}
