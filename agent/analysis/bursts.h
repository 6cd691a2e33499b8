/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_ANALYSIS_BURSTS_H
#define AGENT_ANALYSIS_BURSTS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/analysis/digest.h"

/*
 * One device's packets cut at its silences. Packets of flows that are known to be periodic are left out first, so that a
 * keepalive neither fills a silence nor hides in what it is not part of.
 */

#define BURST_SILENCE_MS 2000
#define BURST_FIRST 16	     /* packets kept one by one */
#define BURST_MAX_MS 60000   /* a burst that goes on (a stream) ends after that, so that it is told about */

struct burst {
	struct digest digest;		      /* all packets */
	uint32_t packets;		      /* of them; 0: none yet */
	uint32_t left_out;		      /* periodic ones meanwhile */
	struct iot_packet first[BURST_FIRST]; /* min(packets, BURST_FIRST) */
};

struct bursts {
	struct burst open;   /* the one that is going on */
	uint32_t silence_ms; /* that ends one; 0: BURST_SILENCE_MS */
	bool (*periodic)(void *user, uint32_t layer, uint32_t proto); /* leave this flow out; NULL: none */
	void *user;
};

/**
 * bursts_add - the next packet of the device
 * @ended: where the packet comes after a silence, the burst before it
 *
 * Returns true where @ended was filled. The first of a clock that goes back more than the silence begins a burst, too.
 */
bool bursts_add(struct bursts *bursts, const struct iot_packet *packet, struct burst *ended);

/**
 * bursts_end - the burst that has ended by now, or that is cut off here
 * @now_ms: as iot_packet.ms; @force: end it even without a silence (the device has gone, the capture is over)
 *
 * Returns true where @ended was filled.
 */
bool bursts_end(struct bursts *bursts, uint32_t now_ms, bool force, struct burst *ended);

#endif
