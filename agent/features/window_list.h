/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_WINDOW_LIST_H
#define AGENT_FEATURES_WINDOW_LIST_H

/* The names and places of the vector, and the groups that fill it. Any change here makes another vector: the version in window.c. */

#include <stddef.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/analysis/windows.h"
#include "agent/features/bins_list.h"
#include "agent/features/vector.h"

/* Number of packets and the paper's six length statistics, in the order of enum window_length; its 21 protocols follow. */
#define FEATURES_HEAD(X)                                                                                              \
	X(N, "packets") X(LENGTH_MEAN, "length_mean") X(LENGTH_VARIANCE, "length_variance") X(LENGTH_STD, "length_std") \
	X(LENGTH_MIN, "length_min") X(LENGTH_MAX, "length_max") X(LENGTH_MEDIAN, "length_median")

/* One block a direction, laid out alike. Quantiles are lengths; mode is the most frequent length, the shortest of them. */
#define FEATURES_SIDE(X, SIDE, side)                                                                                  \
	X(SIDE##_MEAN, side "_mean") X(SIDE##_Q10, side "_q10") X(SIDE##_Q25, side "_q25") X(SIDE##_Q50, side "_q50")  \
	X(SIDE##_Q75, side "_q75") X(SIDE##_Q90, side "_q90") X(SIDE##_MODE, side "_mode")                             \
	X(SIDE##_DISTINCT, side "_distinct")                                                                          \
	X(SIDE##_SYN, side "_syn") X(SIDE##_FIN, side "_fin") X(SIDE##_RST, side "_rst") X(SIDE##_PSH, side "_psh")    \
	X(SIDE##_ACK, side "_ack_only")

#define FEATURES_TAIL(X)                                                                                              \
	X(SENT_SHARE, "sent_share") X(TURNS, "direction_turns")                                                       \
	FEATURES_SIDE(X, SENT, "sent") FEATURES_SIDE(X, RECEIVED, "received")                                         \
	X(TTL_MODE, "ttl_mode") X(TTL_MIN, "ttl_min") X(TTL_MAX, "ttl_max")                                            \
	X(WINDOW_FIRST, "tcp_window_syn") X(WINDOW_LOW, "tcp_window_min") X(WINDOW_MIDDLE, "tcp_window_median")        \
	X(WINDOW_HIGH, "tcp_window_max")                                                                              \
	X(SYN_LENGTH, "syn_length") X(SYN_WSCALE, "syn_wscale") X(SYN_SACK, "syn_sack") X(SYN_TIME, "syn_timestamp")   \
	X(SYN_OTHER, "syn_other")                                                                                     \
	X(DF, "df_share") X(IP6, "ip6_share") X(OPTIONS, "ip_options_share") X(FRAGMENT, "fragment_share")             \
	X(REMOTE_LAN, "remote_lan") X(REMOTE_GROUP, "remote_group") X(REMOTE_WAN, "remote_wan")                        \
	X(PORT_SYSTEM, "port_system") X(PORT_SERVICE, "port_service") X(PORT_REGISTERED, "port_registered")            \
	X(PORT_DYNAMIC, "port_dynamic") X(PORT_RARE, "service_port_max")                                              \
	X(PROTOCOLS, "protocols_distinct")                                                                            \
	X(GAP_MEAN, "gap_mean_ms") X(GAP_STD, "gap_std_ms") X(GAP_MAX, "gap_max_log2") X(GAP_100, "gap_above_100ms")   \
	X(GAP_LAST, "gap_above_1s")

enum feature {
#define FEATURE_ENUM(NAME, text) FEATURE_##NAME,
#define FEATURE_PROTOCOL_ENUM(NAME, text) FEATURE_PROTOCOL_##NAME,
	FEATURES_HEAD(FEATURE_ENUM) WINDOW_PROTOCOLS(FEATURE_PROTOCOL_ENUM) FEATURES_TAIL(FEATURE_ENUM)
#undef FEATURE_PROTOCOL_ENUM
#undef FEATURE_ENUM
	FEATURE_COUNT
};

/* The bins of lengths come last: see bins_list.h. */
enum { FEATURE_BINS = FEATURE_COUNT, FEATURE_WINDOW_COUNT = FEATURE_BINS + FEATURES_BIN_COUNT };

/* Each fills its part of `out`, which holds NaN; `n` packets, 1 to FEATURES_MAX_WINDOW. */
void features_lengths(const struct iot_packet *packets, size_t n, float *out); /* histograms and quantiles a direction */
void features_headers(const struct iot_packet *packets, size_t n, float *out); /* TTL, TCP window, SYN options, IP traits */
void features_flags(const struct iot_packet *packets, size_t n, float *out);   /* TCP flags a direction */
void features_remotes(const struct iot_packet *packets, size_t n, float *out); /* remote and port classes, protocols */
void features_gaps(const struct iot_packet *packets, size_t n, float *out);    /* times between packets */

#endif
