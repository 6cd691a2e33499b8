/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_SESSION_H
#define AGENT_FEATURES_SESSION_H

#include <stdbool.h>

#include "agent/analysis/digest.h"

/* Everything since a device appeared. Zero before its first packet. */

#define SESSION_FIRST 16
#define SESSION_PACKETS (1U << 20) /* what comes after that many says no more about a beginning, and is not counted */

/* When the device spoke a protocol. Gaps in ms, as digest_gap(). */
struct session_beat {
	uint32_t packets;
	uint32_t begin, last; /* ms, as iot_packet.ms */
	uint32_t gap[2];      /* from the first packet to the second, and on to the third */
	uint32_t shortest;
	uint8_t order; /* 1: the first protocol that it spoke, 2: the second, ...; 0: not spoken */
};

struct session {
	struct digest digest;
	uint32_t packets, sent;
	uint32_t protocols; /* spoken so far */
	struct session_beat beat[WINDOW_PROTOCOL_COUNT];
	struct iot_packet first[SESSION_FIRST]; /* that it sent */
};

/** session_add - the next packet of the device */
void session_add(struct session *session, const struct iot_packet *packet);

/**
 * features_session - describe what was added
 * @ended: nothing more will be: the device has gone, or enough was seen
 * @out: features_count(FEATURES_SESSION) values, all NaN without a packet
 *
 * A session that has ended is compared with whole ones, one that goes on with others as they went on: the same counts mean another thing.
 */
#define FEATURES_SESSION_ENDED "ended" /* the feature that says so: 0 or 1 */
void features_session(const struct session *session, bool ended, float *out);

#endif
