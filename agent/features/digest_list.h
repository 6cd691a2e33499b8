/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_DIGEST_LIST_H
#define AGENT_FEATURES_DIGEST_LIST_H

/*
 * The parts of a vector that describe a digest: the same names in the same order at every scale that has them. Any change here makes
 * another vector of each of those.
 */

#include "agent/analysis/digest.h"
#include "agent/features/bins_list.h"

/* One block a direction. */
#define DIGEST_LIST_SIDE(X, SIDE, side)                                                                               \
	X(SIDE##_PACKETS, side "_packets") X(SIDE##_BYTES, side "_bytes") X(SIDE##_MEAN, side "_mean")                 \
	X(SIDE##_STD, side "_std") X(SIDE##_MIN, side "_min") X(SIDE##_MAX, side "_max")                               \
	X(SIDE##_Q10, side "_q10") X(SIDE##_Q25, side "_q25") X(SIDE##_Q50, side "_q50") X(SIDE##_Q75, side "_q75")    \
	X(SIDE##_Q90, side "_q90")                                                                                    \
	X(SIDE##_SYN, side "_syn") X(SIDE##_FIN, side "_fin") X(SIDE##_RST, side "_rst") X(SIDE##_PSH, side "_psh")    \
	X(SIDE##_ACK, side "_ack_only")

#define DIGEST_LIST_HEADERS(X)                                                                                        \
	X(TTL_MODE, "ttl_mode") X(TTL_MIN, "ttl_min") X(TTL_MAX, "ttl_max")                                            \
	X(WINDOW_FIRST, "tcp_window_first") X(WINDOW_LOW, "tcp_window_min") X(WINDOW_MEAN, "tcp_window_mean")          \
	X(WINDOW_HIGH, "tcp_window_max") X(SYN_WINDOW, "syn_window")                                                  \
	X(SYN_LENGTH, "syn_length") X(SYN_WSCALE, "syn_wscale") X(SYN_SACK, "syn_sack") X(SYN_TIME, "syn_timestamp")   \
	X(SYN_OTHER, "syn_other")                                                                                     \
	X(DF, "df_share") X(IP6, "ip6_share") X(OPTIONS, "ip_options_share") X(FRAGMENT, "fragment_share")

#define DIGEST_LIST_TIMES(X)                                                                                          \
	X(DURATION, "duration_s") X(GAP_MEAN, "gap_mean_ms") X(GAP_STD, "gap_std_ms") X(GAP_MAX, "gap_max_ms")         \
	X(GAP_BIN1, "gap_from_10ms") X(GAP_BIN2, "gap_from_100ms") X(GAP_BIN3, "gap_from_1s") X(GAP_BIN4, "gap_from_10s") \
	X(GAP_BIN5, "gap_from_60s") X(RATE, "bytes_per_s")

/* Times are last. */
#define DIGEST_LIST(X)                                                                                                \
	X(SENT_SHARE, "sent_share") X(TURNS, "direction_turns")                                                       \
	DIGEST_LIST_SIDE(X, SENT, "sent") DIGEST_LIST_SIDE(X, RECEIVED, "received")                                   \
	X(REMOTE_LAN, "remote_lan") X(REMOTE_GROUP, "remote_group") X(REMOTE_WAN, "remote_wan")                        \
	X(PORT_SYSTEM, "port_system") X(PORT_SERVICE, "port_service") X(PORT_REGISTERED, "port_registered")            \
	X(PORT_DYNAMIC, "port_dynamic")                                                                               \
	DIGEST_LIST_HEADERS(X) DIGEST_LIST_TIMES(X)

enum digest_feature {
#define DIGEST_ENUM(NAME, text) DIGEST_FEATURE_##NAME,
	DIGEST_LIST(DIGEST_ENUM)
#undef DIGEST_ENUM
	DIGEST_FEATURE_COUNT
};

#define DIGEST_NAME(NAME, text) (text),
#define DIGEST_NAMES DIGEST_LIST(DIGEST_NAME)

/* The DIGEST_FEATURE_COUNT values; NaN where nothing can be said. */
void features_digest(const struct digest *digest, float *out);

/* Each protocol of WINDOW_PROTOCOLS in turn: bytes, mean, least and greatest length sent; bytes, mean and greatest length received. */
#define DIGEST_PROTOCOL_NAME(NAME, text)                                                                              \
	(text "_sent_bytes"), (text "_sent_mean"), (text "_sent_min"), (text "_sent_max"), (text "_received_bytes"),   \
		(text "_received_mean"), (text "_received_max"),
#define DIGEST_PROTOCOL_NAMES WINDOW_PROTOCOLS(DIGEST_PROTOCOL_NAME)
#define DIGEST_PROTOCOL_COUNT (WINDOW_PROTOCOL_COUNT * 7)

void features_protocols(const struct digest *digest, float *out);

/* Packets by length, see bins_list.h. */
void features_bins(const struct digest *digest, float *out);

#endif
