/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_DIGEST_LIST_H
#define AGENT_FEATURES_DIGEST_LIST_H

/*
 * The part of a vector that describes a digest: the same names in the same order at every scale that has one. Any change here makes
 * another vector of each of them.
 */

#include "agent/analysis/digest.h"

/* One block a direction. Histogram: share of that direction's packets with a length up to so many bytes. */
#define DIGEST_LIST_SIDE(X, SIDE, side)                                                                               \
	X(SIDE##_PACKETS, side "_packets") X(SIDE##_BYTES, side "_bytes") X(SIDE##_MEAN, side "_mean")                 \
	X(SIDE##_STD, side "_std") X(SIDE##_MIN, side "_min") X(SIDE##_MAX, side "_max")                               \
	X(SIDE##_Q10, side "_q10") X(SIDE##_Q25, side "_q25") X(SIDE##_Q50, side "_q50") X(SIDE##_Q75, side "_q75")    \
	X(SIDE##_Q90, side "_q90")                                                                                    \
	X(SIDE##_BIN0, side "_upto60") X(SIDE##_BIN1, side "_upto75") X(SIDE##_BIN2, side "_upto90")                   \
	X(SIDE##_BIN3, side "_upto110") X(SIDE##_BIN4, side "_upto130") X(SIDE##_BIN5, side "_upto165")                \
	X(SIDE##_BIN6, side "_upto200") X(SIDE##_BIN7, side "_upto350") X(SIDE##_BIN8, side "_upto600")                \
	X(SIDE##_BIN9, side "_upto1200") X(SIDE##_BIN10, side "_above1200")                                            \
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

/* X(NAME, text); P(NAME, text) for the block of each protocol. Times are last. */
#define DIGEST_LIST(X, P)                                                                                             \
	X(SENT_SHARE, "sent_share") X(TURNS, "direction_turns")                                                       \
	DIGEST_LIST_SIDE(X, SENT, "sent") DIGEST_LIST_SIDE(X, RECEIVED, "received")                                   \
	WINDOW_PROTOCOLS(P)                                                                                           \
	X(REMOTE_LAN, "remote_lan") X(REMOTE_GROUP, "remote_group") X(REMOTE_WAN, "remote_wan")                        \
	X(PORT_SYSTEM, "port_system") X(PORT_SERVICE, "port_service") X(PORT_REGISTERED, "port_registered")            \
	X(PORT_DYNAMIC, "port_dynamic")                                                                               \
	DIGEST_LIST_HEADERS(X) DIGEST_LIST_TIMES(X)

enum digest_feature {
#define DIGEST_ENUM(NAME, text) DIGEST_FEATURE_##NAME,
#define DIGEST_ENUM_PROTOCOL(NAME, text)                                                                              \
	DIGEST_FEATURE_##NAME##_SENT_BYTES, DIGEST_FEATURE_##NAME##_SENT_MEAN, DIGEST_FEATURE_##NAME##_SENT_MAX,        \
		DIGEST_FEATURE_##NAME##_RECEIVED_BYTES, DIGEST_FEATURE_##NAME##_RECEIVED_MEAN,                         \
		DIGEST_FEATURE_##NAME##_RECEIVED_MAX,
	DIGEST_LIST(DIGEST_ENUM, DIGEST_ENUM_PROTOCOL)
#undef DIGEST_ENUM_PROTOCOL
#undef DIGEST_ENUM
	DIGEST_FEATURE_COUNT
};

#define DIGEST_NAME(NAME, text) (text),
#define DIGEST_NAME_PROTOCOL(NAME, text)                                                                              \
	(text "_sent_bytes"), (text "_sent_mean"), (text "_sent_max"), (text "_received_bytes"),                       \
		(text "_received_mean"), (text "_received_max"),
#define DIGEST_NAMES DIGEST_LIST(DIGEST_NAME, DIGEST_NAME_PROTOCOL)

/* The DIGEST_FEATURE_COUNT values; NaN where nothing can be said. */
void features_digest(const struct digest *digest, float *out);

#endif
