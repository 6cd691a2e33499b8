/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/window.h"

#include <math.h>

#include "agent/analysis/digest.h"
#include "agent/features/features.h"
#include "agent/features/vector.h"
#include "agent/features/window_list.h"

static const char *const feature_names[] = {
#define FEATURE_NAME(NAME, text) [FEATURE_##NAME] = (text),
#define FEATURE_PROTOCOL_NAME(NAME, text) [FEATURE_PROTOCOL_##NAME] = (text),
	FEATURES_HEAD(FEATURE_NAME) WINDOW_PROTOCOLS(FEATURE_PROTOCOL_NAME) FEATURES_TAIL(FEATURE_NAME)
#undef FEATURE_PROTOCOL_NAME
#undef FEATURE_NAME
	FEATURES_BIN_NAMES
};
_Static_assert(sizeof(feature_names) / sizeof(feature_names[0]) == FEATURE_WINDOW_COUNT && FEATURE_WINDOW_COUNT <= FEATURES_MAX,
	       "names belong to values");

static const char *name_of(size_t feature)
{
	return feature_names[feature];
}

const struct features_vector features_window_vector = {
	.name = "window",
	.version = 2,
	.count = FEATURE_WINDOW_COUNT,
	.times_first = FEATURE_GAP_MEAN,
	.times_end = FEATURE_GAP_LAST + 1,
	.name_of = name_of,
};

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
		if (padded[i].length < DIGEST_LENGTH_MIN)
			padded[i].length = DIGEST_LENGTH_MIN;
	}
	for (size_t i = 0; i < FEATURE_WINDOW_COUNT; i++)
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
