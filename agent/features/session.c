/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/session.h"

#include <math.h>

#include "agent/features/digest_list.h"
#include "agent/features/features.h"
#include "agent/features/first_list.h"
#include "agent/features/vector.h"

#define ORDER_NAME(NAME, text) "order_" text,
#define BEAT_NAMES(NAME, text)                                                                                        \
	text "_first_ms", text "_gap1_ms", text "_gap2_ms", text "_gap_mean_ms", text "_gap_min_ms",

enum { BEAT_FIRST, BEAT_GAP1, BEAT_GAP2, BEAT_MEAN, BEAT_MIN, BEAT_FEATURES };
enum {
	ENDED = 0,
	FIRST = ENDED + 1,
	ORDER = FIRST + FIRST_COUNT,
	PROTOCOLS = ORDER + WINDOW_PROTOCOL_COUNT,
	BINS = PROTOCOLS + DIGEST_PROTOCOL_COUNT,
	DIGEST = BINS + FEATURES_BIN_COUNT,
	BEAT = DIGEST + DIGEST_FEATURE_COUNT,
	COUNT = BEAT + WINDOW_PROTOCOL_COUNT * BEAT_FEATURES
};

static const char *const session_names[] = { FEATURES_SESSION_ENDED, FIRST_NAMES, WINDOW_PROTOCOLS(ORDER_NAME) DIGEST_PROTOCOL_NAMES
					     FEATURES_BIN_NAMES DIGEST_NAMES WINDOW_PROTOCOLS(BEAT_NAMES) };
_Static_assert(sizeof(session_names) / sizeof(session_names[0]) == COUNT && COUNT <= FEATURES_MAX, "names belong to values");

static const char *name_of(size_t feature)
{
	return session_names[feature];
}

const struct features_vector features_session_vector = {
	.name = "session",
	.version = 2,
	.count = COUNT,
	.times_first = DIGEST + DIGEST_FEATURE_DURATION,
	.times_end = COUNT,
	.name_of = name_of,
};

static void add_beat(struct session_beat *b, uint32_t ms)
{
	uint32_t gap = digest_gap(b->last, ms);

	if (b->packets == 0) {
		b->begin = ms;
	} else {
		if (b->packets <= 2)
			b->gap[b->packets - 1] = gap;
		if (b->packets == 1 || gap < b->shortest)
			b->shortest = gap;
	}
	b->packets++;
	b->last = ms;
}

static void add_sent(struct session *s, const struct iot_packet *p)
{
	struct session_beat *beat = &s->beat[window_protocol_of(p)];

	if (!beat->order)
		beat->order = (uint8_t)++s->protocols;
	add_beat(beat, p->ms);
	if (s->sent < SESSION_FIRST)
		s->first[s->sent] = *p;
	s->sent++;
}

void session_add(struct session *s, const struct iot_packet *p)
{
	if (s->packets >= SESSION_PACKETS)
		return;
	s->packets++;
	digest_add(&s->digest, p);
	if (!(p->kind & IOT_KIND_RECEIVED))
		add_sent(s, p);
}

static void beat_features(const struct session_beat *b, uint32_t begin_ms, float *out)
{
	for (int i = 0; i < BEAT_FEATURES; i++)
		out[i] = NAN;
	if (!b->packets)
		return;
	out[BEAT_FIRST] = (float)digest_gap(begin_ms, b->begin);
	if (b->packets < 2)
		return;
	out[BEAT_GAP1] = (float)b->gap[0];
	if (b->packets > 2)
		out[BEAT_GAP2] = (float)b->gap[1];
	out[BEAT_MEAN] = (float)digest_gap(b->begin, b->last) / (float)(b->packets - 1);
	out[BEAT_MIN] = (float)b->shortest;
}

void features_session(const struct session *s, bool ended, float *out)
{
	out[ENDED] = s->packets ? ended : NAN;
	features_first(s->first, s->sent < SESSION_FIRST ? s->sent : SESSION_FIRST, out + FIRST);
	for (int p = 0; p < WINDOW_PROTOCOL_COUNT; p++) {
		out[ORDER + p] = s->beat[p].order ? (float)s->beat[p].order : NAN;
		beat_features(&s->beat[p], s->digest.begin_ms, out + BEAT + p * BEAT_FEATURES);
	}
	features_protocols(&s->digest, out + PROTOCOLS);
	features_bins(&s->digest, out + BINS);
	features_digest(&s->digest, out + DIGEST);
}
