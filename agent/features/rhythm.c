/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/rhythm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>
#include <iotbpf/abi.h>
#include <iotbpf/protocols.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/digest.h"
#include "agent/features/features.h"
#include "agent/features/vector.h"

#define WORDS ((AUDI_SAMPLES + 63) / 64)
#define FLOWS_MAX 128 /* of a device; IOT_DEVICE_FLOWS */

/* The 21 protocols by which windows are counted, with the registered ports taken out of the last two: what a flow's key can tell. */
#define CLASSES(X)                                                                                                    \
	WINDOW_PROTOCOLS(X) X(TCP_SERVICE, "tcp_service") X(UDP_SERVICE, "udp_service")

enum rhythm_class {
#define CLASS_ENUM(NAME, text) CLASS_##NAME,
	CLASSES(CLASS_ENUM)
#undef CLASS_ENUM
	CLASS_COUNT
};

enum { SHARE, PERIOD, SUPPORT, GAP_MEDIAN, GAP_CV, PER_CLASS };
enum { FLOWS, AUDI = FLOWS + 1, PER = AUDI + AUDI_FEATURES, COUNT = PER + CLASS_COUNT * PER_CLASS };
_Static_assert(COUNT <= FEATURES_MAX, "a vector fits the callers' stack");

static const char *name_of(size_t feature)
{
#define CLASS_NAMES(NAME, text)                                                                                       \
	text "_active", text "_period_s", text "_support", text "_gap_median_s", text "_gap_cv",
	static const char *const per_class[] = { CLASSES(CLASS_NAMES) };
#undef CLASS_NAMES

	if (feature == FLOWS)
		return "flows";
	return feature < PER ? audi_feature_name(feature - AUDI) : per_class[feature - PER];
}

const struct features_vector features_rhythm_vector = {
	.name = "rhythm",
	.version = 1,
	.count = COUNT,
	.times_first = 0,
	.times_end = COUNT,
	.name_of = name_of,
};

static enum rhythm_class class_of(const struct rhythm_flow *f)
{
	struct iot_packet p = { .kind = (uint8_t)(f->layer & IOT_KIND_LAYER), .proto = (uint16_t)f->proto };
	enum window_protocol protocol = window_protocol_of(&p);

	if (protocol == WINDOW_TCP && digest_port_of(p.proto) == DIGEST_PORT_SERVICE)
		return CLASS_TCP_SERVICE;
	if (protocol == WINDOW_UDP && digest_port_of(p.proto) == DIGEST_PORT_SERVICE)
		return CLASS_UDP_SERVICE;
	return (enum rhythm_class)protocol;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Gaps between the beginnings of activity. */
static void gap_features(const uint64_t *words, float *out)
{
	uint64_t onsets[WORDS];
	uint32_t at[AUDI_SAMPLES];
	double sum = 0, squares = 0, mean, gaps;
	size_t n;

	bits_onsets(words, AUDI_SAMPLES, onsets);
	n = bits_positions(onsets, AUDI_SAMPLES, at, AUDI_SAMPLES);
	if (n < 3)
		return;
	for (size_t i = 0; i + 1 < n; i++) {
		at[i] = at[i + 1] - at[i];
		sum += at[i];
		squares += (double)at[i] * at[i];
	}
	gaps = (double)(n - 1);
	mean = sum / gaps;
	qsort(at, n - 1, sizeof(at[0]), compare);
	out[GAP_MEDIAN] = (float)at[(n - 2) / 2];
	out[GAP_CV] = (float)(sqrt(fmax(0, squares / gaps - mean * mean)) / mean);
}

static void class_features(enum rhythm_class class, const struct rhythm_flow *flows, size_t n, double seconds, float *out)
{
	uint64_t words[WORDS] = { 0 };
	double support = 0;

	for (size_t i = 0; i < n; i++) {
		if (class_of(&flows[i]) != class)
			continue;
		for (size_t w = 0; w < WORDS; w++)
			words[w] |= flows[i].words[w];
		if (flows[i].has_period && flows[i].support > support) {
			support = flows[i].support;
			out[PERIOD] = (float)flows[i].period_s;
			out[SUPPORT] = (float)support;
		}
	}
	out[SHARE] = (float)((double)bits_count(words, AUDI_SAMPLES) / seconds);
	gap_features(words, out);
}

/* Layers as the paper counts them: 2, 3, 4, and 5 for a known application. */
static unsigned int audi_layer(const struct rhythm_flow *f)
{
	if (f->layer < IOT_LAYER_IP)
		return 2;
	if (f->layer == IOT_LAYER_IP)
		return 3;
	return class_of(f) == CLASS_TCP || class_of(f) == CLASS_UDP ? 4 : 5;
}

static void paper_features(struct audi *audi, const struct rhythm_flow *flows, size_t n, float *out)
{
	struct audi_flow series[FLOWS_MAX];

	n = n < FLOWS_MAX ? n : FLOWS_MAX;
	for (size_t i = 0; i < n; i++)
		series[i] = (struct audi_flow){ .words = flows[i].words,
						.layer = audi_layer(&flows[i]),
						.port_changes = flows[i].port_changes };
	audi_features(audi, series, n, 0, out);
}

void features_rhythm(struct audi *audi, const struct rhythm_flow *flows, size_t n, uint32_t seconds_observed, float *out)
{
	for (size_t i = 0; i < COUNT; i++)
		out[i] = NAN;
	if (seconds_observed < RHYTHM_MIN_SECONDS)
		return;
	out[FLOWS] = (float)n;
	if (seconds_observed >= RHYTHM_FULL_SECONDS)
		paper_features(audi, flows, n, out + AUDI);
	for (int class = 0; class < CLASS_COUNT; class++)
		class_features((enum rhythm_class)class, flows, n, fmin(seconds_observed, AUDI_SAMPLES),
			       out + PER + class * PER_CLASS);
}
