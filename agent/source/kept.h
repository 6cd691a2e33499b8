/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KEPT_H
#define AGENT_SOURCE_KEPT_H

/*
 * What an agent knows of a table's slots that the table itself does not say: how far its packets and counts were taken up. It lies beside a
 * pinned table, so that the next agent goes on exactly there: nothing is taken up twice, nothing is forgotten. By slot number, each with
 * whose it is: of a slot that was given back and claimed by somebody else, nothing holds.
 *
 * One agent writes, at any time; no program does. A killed agent leaves at worst one entry half written.
 */

#include <stddef.h>
#include <stdint.h>

#include "agent/source/slots.h"

struct kept_flow {
	uint64_t key;		/* of the flow, also where its slot is marked dead */
	struct iot_count sent;	/* of the tally: in the history by then */
	uint32_t second, bits;	/* of the activity word: the same */
};
_Static_assert(sizeof(struct kept_flow) == 32, "no padding");

struct kept_device {
	uint64_t mac;
	uint32_t generation;
	uint32_t gone;		/* it was told as gone */
	uint32_t first, last;	/* seconds: claimed, latest packet */
	uint64_t packets;	/* ever pushed to the ring, of which the listeners know */
	uint64_t ring_next;	/* next packet to read */
	struct iot_count released; /* sent by flows whose slots were given back */
	struct iot_count received, other; /* of the tallies: in the history by then */
};
_Static_assert(sizeof(struct kept_device) == 88, "no padding");

#define KEPT_READY 0x6b65707469006f74ULL /* the head is whole: written last */

struct kept_head {
	uint64_t ready;
	struct iot_config config; /* of the table: seed, clock and sizes are part of its layout */
	uint32_t hz;
	uint32_t agents;	  /* that have worked with the table */
	uint32_t recorded;	  /* its counts went to a history: struct kept_flow.sent, kept_device.received and .other hold */
	uint32_t pad;
	int64_t since_us;	  /* microseconds since 1970: the table began to count */
	struct iot_port_count departed; /* of ports that are gone */
	char version[32];	  /* of the latest agent */
};
_Static_assert(sizeof(struct kept_head) % 8 == 0, "what follows is aligned");

struct kept {
	struct kept_head *head; /* NULL: nothing is kept */
	struct kept_device *devices;
	struct kept_flow *flows;
};

/* Bytes for a table of that configuration. */
size_t kept_bytes(const struct iot_config *config);

/* Its parts in memory of that size; NULL: none. */
struct kept kept_in(void *memory, const struct iot_config *config);

/* What is kept of the device with that number, if it is this one's: else NULL. */
struct kept_device *kept_device(const struct kept *kept, uint32_t number, uint64_t mac, uint32_t generation);

/* The same of a flow. */
struct kept_flow *kept_flow(const struct kept *kept, uint32_t number, uint64_t key);

/* All that a table counted so far is as good as in the history: whoever begins one begins now. */
void kept_skip(const struct kept *kept, const struct iot_table *table);

#endif
