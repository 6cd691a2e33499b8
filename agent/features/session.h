/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_SESSION_H
#define AGENT_FEATURES_SESSION_H

#include "agent/analysis/digest.h"

/* Everything since a device appeared. Zero before its first packet. */

#define SESSION_FIRST 16
#define SESSION_PACKETS (1U << 20) /* what comes after that many says no more about a beginning, and is not counted */

struct session {
	struct digest digest;
	uint32_t packets;
	uint32_t first_ms[WINDOW_PROTOCOL_COUNT]; /* since the beginning: a protocol's first packet that the device sent */
	uint8_t order[WINDOW_PROTOCOL_COUNT];	  /* 1: the first protocol that it spoke, 2: the second, ...; 0: not spoken */
	uint8_t protocols;			  /* spoken so far */
	struct iot_packet first[SESSION_FIRST];	  /* that it sent */
	uint32_t sent;
};

/** session_add - the next packet of the device */
void session_add(struct session *session, const struct iot_packet *packet);

/** features_session - describe what was added; @out: features_count(FEATURES_SESSION) values, all NaN without a packet */
void features_session(const struct session *session, float *out);

#endif
