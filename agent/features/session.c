/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/session.h"

#include <math.h>

#include "agent/features/digest_list.h"
#include "agent/features/features.h"
#include "agent/features/first_list.h"
#include "agent/features/vector.h"

#define PROTOCOL_ORDER(NAME, text) "order_" text,
#define PROTOCOL_TIME(NAME, text) "first_s_" text,

enum {
	FIRST = 0,
	ORDER = FIRST + FIRST_COUNT,
	DIGEST = ORDER + WINDOW_PROTOCOL_COUNT,
	TIME = DIGEST + DIGEST_FEATURE_COUNT,
	COUNT = TIME + WINDOW_PROTOCOL_COUNT
};

static const char *const session_names[] = { FIRST_NAMES, WINDOW_PROTOCOLS(PROTOCOL_ORDER) DIGEST_NAMES WINDOW_PROTOCOLS(PROTOCOL_TIME) };
_Static_assert(sizeof(session_names) / sizeof(session_names[0]) == COUNT && COUNT <= FEATURES_MAX, "names belong to values");

static const char *name_of(size_t feature)
{
	return session_names[feature];
}

const struct features_vector features_session_vector = {
	.name = "session",
	.version = 1,
	.count = COUNT,
	.times_first = DIGEST + DIGEST_FEATURE_DURATION,
	.times_end = COUNT,
	.name_of = name_of,
};

static void add_sent(struct session *s, const struct iot_packet *p)
{
	enum window_protocol protocol = window_protocol_of(p);
	uint32_t since = p->ms - s->digest.begin_ms;

	if (!s->order[protocol]) {
		s->order[protocol] = ++s->protocols;
		s->first_ms[protocol] = since > INT32_MAX ? 0 : since;
	}
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

void features_session(const struct session *s, float *out)
{
	features_first(s->first, s->sent < SESSION_FIRST ? s->sent : SESSION_FIRST, out + FIRST);
	for (int p = 0; p < WINDOW_PROTOCOL_COUNT; p++) {
		out[ORDER + p] = s->order[p] ? (float)s->order[p] : NAN;
		out[TIME + p] = s->order[p] ? (float)s->first_ms[p] / 1000 : NAN;
	}
	features_digest(&s->digest, out + DIGEST);
}
