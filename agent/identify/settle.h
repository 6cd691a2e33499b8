/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_SETTLE_H
#define AGENT_IDENTIFY_SETTLE_H

/*
 * Answers made steady. A type is settled by agreement or by one sure answer; it changes only when several answers in a row, each on
 * new evidence, agree on the other one with a margin, and every change makes the next one harder, so that it cannot flap. A function starts
 * on two answers, or on one that is sure or the last word on a burst that is over.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/identify/decide.h"

#define SETTLE_AGREE 2		   /* answers in a row that settle a type */
#define SETTLE_SURE 0.9f	   /* P of an answer that does it alone, */
#define SETTLE_SURE_PACKETS 10	   /* given so many packets */
#define SETTLE_UNKNOWN_AGREE 10	   /* "unknown" is an answer once so many say so, */
#define SETTLE_UNKNOWN_PACKETS 100 /* about so many packets */
#define SETTLE_UNKNOWN_MARGIN 0.5f /* and of a device that was known, once it is by so much less like a type than it has to be */
#define SETTLE_CHANGE_AGREE 4	   /* answers in a row that change a settled type, twice as many each time, */
#define SETTLE_CHANGE_DOUBLINGS 4
#define SETTLE_CHANGE_P 0.7f	   /* each with at least that P */
#define SETTLE_FUNCTION_P 0.5f
#define SETTLE_FUNCTION_AGREE 2
#define SETTLE_BEGINNING_MS 5000   /* so long after its first packet an episode is still beginning */

/* Zero-initialise, then settle_clear(). */
struct settle {
	struct verdict type;	   /* settled; VERDICT_NONE: not yet */
	struct verdict candidate;
	uint32_t agreed;	   /* answers in a row for the candidate */
	uint32_t changes;
	struct verdict function;   /* function part only; IDENTIFY_NONE: none runs */
	const char *next_function; /* candidate, */
	uint32_t next_ms;	   /* since when */
	uint32_t function_agreed;
};

void settle_clear(struct settle *settle);

/** settle_type - an answer of stage one on new evidence; true where the settled type became another */
bool settle_type(const struct shape *shape, struct settle *settle, const struct verdict *now);

/**
 * settle_function - an answer of both stages on new evidence
 * @covered: the pair's type is what the device is told to be
 * @last: no more is to be expected soon: what is most probable starts now
 * @now_ms: as iot_packet.ms
 *
 * settle->function becomes the function that runs: since the episode's first packet, or since it was first the answer where the episode
 * had been going on for a while.
 */
void settle_function(struct settle *settle, const struct verdict *pair, bool covered, bool last, uint32_t now_ms);

/** settle_stop - nothing runs any more */
void settle_stop(struct settle *settle);

#endif
