/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_ANALYSIS_DIGEST_H
#define AGENT_ANALYSIS_DIGEST_H

/* What any number of packets of one device come to, in fixed memory: counts and histograms by direction, header traits, gaps. */

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/analysis/windows.h"

#define DIGEST_LENGTH_MIN 60 /* bytes of the shortest Ethernet frame without FCS: shorter ones, which no port padded, count as such */
#define DIGEST_TICK 10       /* ms; times are rounded down to it: the coarsest clock of a kernel (HZ=100) */
#define DIGEST_LENGTHS 49    /* bins of lengths, see digest_length_bin() */
#define DIGEST_TTLS 36	     /* beginnings of a TTL: 0 (none) to 32, 64, 128 and 255 */
#define DIGEST_GAPS 6        /* bins of gaps: below 10 ms, 100 ms, 1 s, 10 s, 60 s, and above */

enum digest_flag { DIGEST_SYN, DIGEST_FIN, DIGEST_RST, DIGEST_PSH, DIGEST_ACK_ONLY, DIGEST_FLAGS };
enum digest_port { DIGEST_PORT_SYSTEM, DIGEST_PORT_SERVICE, DIGEST_PORT_REGISTERED, DIGEST_PORT_DYNAMIC, DIGEST_PORTS };

/* One protocol in one direction. */
struct digest_protocol {
	uint64_t bytes;
	uint32_t packets;
	uint16_t min, max; /* length */
};

/* One direction. */
struct digest_side {
	uint32_t packets;
	uint32_t tcp; /* of them */
	uint32_t flags[DIGEST_FLAGS];
	uint16_t min, max; /* length, bytes */
	uint64_t bytes, squares;
	uint32_t lengths[DIGEST_LENGTHS];
	struct digest_protocol protocols[WINDOW_PROTOCOL_COUNT];
};

struct digest {
	struct digest_side side[2]; /* enum iot_direction */
	uint32_t remotes[4];	    /* enum iot_remote */
	uint32_t ports[DIGEST_PORTS]; /* TCP and UDP packets */
	uint32_t turns;		    /* packets in another direction than the one before */
	uint32_t begin_ms, end_ms;  /* as iot_packet.ms */
	uint32_t gaps[DIGEST_GAPS];
	double gap_sum, gap_squares; /* ms */
	uint32_t gap_max;
	/* Of packets that the device sent. */
	uint32_t ip, df, ip6, options, fragment;
	uint32_t ttl[DIGEST_TTLS]; /* by the value that the sender began with, see digest_ttl() */
	uint32_t windows;  /* TCP packets, neither SYN nor RST */
	uint16_t window_min, window_max, window_first;
	uint64_t window_sum;
	uint32_t syns;
	struct iot_packet syn; /* the first SYN or SYN-ACK */
	uint8_t received;      /* direction of the last packet */
};

/** digest_add - count @packet; @digest is zero before the first */
void digest_add(struct digest *digest, const struct iot_packet *packet);

/** digest_port_of - the class of a service port as iot_packet.proto has it */
enum digest_port digest_port_of(uint16_t port);

/**
 * digest_ttl_index - place in digest.ttl of the value that the sender began with
 *
 * Small ones are set by multicast protocols and stay as they are, the others are counted down by hops (a device behind a hub) from one
 * of the usual beginnings.
 */
unsigned int digest_ttl_index(uint8_t ttl);

/** digest_ttl - the TTL that such a place stands for */
unsigned int digest_ttl(unsigned int index);

/** digest_gap - ms from one time to a later one, both rounded; 0 where the clock went back. The clock wraps at 2^32 ms. */
uint32_t digest_gap(uint32_t from_ms, uint32_t to_ms);

/** digest_length_bin - the bin of a length: narrow ones where small packets differ, wide ones above */
unsigned int digest_length_bin(unsigned int length);

/** digest_length_upto - the largest length of a bin */
unsigned int digest_length_upto(unsigned int bin);

/** digest_quantile - about the length that @percent of a side's packets do not exceed; 0 without packets */
double digest_quantile(const struct digest_side *side, unsigned int percent);

#endif
