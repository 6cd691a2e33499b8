/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_HISTORY_H
#define AGENT_HISTORY_HISTORY_H

/*
 * What the agent knows of every device and flow, kept beside the slot table under the same numbers. One pass over the table
 * (history_pass) takes up what the programs wrote since the last one; the same pass serves a kernel table once a second and a capture
 * on its own clock.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/history/series.h"
#include "agent/source/kept.h"
#include "agent/source/slots.h"

struct history_device {
	uint64_t mac;
	uint64_t ring_next;  /* number of the next packet to read */
	uint64_t tx_packets, tx_bytes; /* sums over flows that were released */
	uint64_t packets;    /* ring head at the last pass: packets in both directions */
	uint32_t first, last; /* seconds: claimed, latest packet */
	uint32_t generation;
	bool known;	     /* the slot is in use and was reported */
	bool gone;	     /* reported as gone */
	bool retired;	     /* slot released at the next pass */
};

struct history_flow {
	uint64_t key;	   /* 0: slot not in use */
	struct series *series;
	uint32_t active_seconds;
	bool retired;
};

#define HISTORY_BLOCK 16u /* activity words of two cache lines, which a processor likes to fetch together */

struct history {
	const struct iot_table *table;
	struct kept kept; /* its head is NULL: nothing outlives this */
	struct history_device *devices; /* by slot number */
	struct history_flow *flows;
	uint32_t device_slots, flow_slots;
	uint32_t *device_list, *flow_list; /* numbers of the slots in use, in slot order */
	uint64_t *flow_seen;	 /* the flows' activity words at the last pass, by slot number */
	uint32_t *block_list;	 /* first numbers of the blocks of activity words that have a slot in use */
	uint64_t *block_seen;	 /* by number of the block: sum of its words at the last pass, so that a pass is quick */
	uint32_t devices_used, flows_used, blocks_used;
	uint64_t claims, device_claims; /* of the table when the lists were made; when that of the devices was */
	bool stale;		 /* slots were released since */
	uint32_t last_pass;	 /* second; 0: none yet */
	uint64_t missed_packets; /* overwritten before they were read */
	uint64_t missed_seconds; /* seconds of activity that a late pass could not see any more */
	uint64_t no_memory;	 /* flows without a series because memory was short */
	uint64_t gone_tx_packets, gone_tx_bytes; /* of released devices */
};

/* What a pass tells: each may be NULL. Called while the pass runs; must not change the table. */
struct history_listener {
	void (*device_new)(void *user, uint32_t number);
	void (*device_active)(void *user, uint32_t number); /* its ring has packets to read */
	void (*flow_active)(void *user, uint32_t number);   /* its activity changed */
	void (*flow_released)(void *user, uint32_t number); /* before its record is cleared */
	void (*device_released)(void *user, uint32_t number);
	void *user;
};

/** history_new - empty records for every slot of @table; NULL when memory is short */
struct history *history_new(const struct iot_table *table);
void history_free(struct history *history);
DEFINE_CLEANUP(struct history, history_free)

/**
 * history_keep - before the first pass: go on where @kept says that an earlier agent ended, and say there how far this one comes
 *
 * What was being given back is given back. @kept must be of the table and outlive the history.
 */
void history_keep(struct history *history, const struct kept *kept);

/** history_pass - take up what happened until @now (second of the table's clock) and tell @listener */
void history_pass(struct history *history, uint32_t now, const struct history_listener *listener);

/** history_look - between passes: tell @listener of devices claimed since, so that their rings can be read before they overflow */
void history_look(struct history *history, uint32_t now, const struct history_listener *listener);

/** history_packets - as slots_ring_read() for a device, with its place and the count of missed packets kept here */
uint32_t history_packets(struct history *history, uint32_t number, struct iot_packet *out, uint32_t room);

/* When a slot may be given back. Seconds. */
struct history_ages {
	uint32_t flow_idle;	 /* a flow that was silent that long */
	uint32_t device_idle;	 /* a device that was silent that long */
	uint32_t stranger_idle;	 /* a device that never sent more than a few packets: what an address flood leaves behind */
};

#define HISTORY_AGES_DEFAULT {86400, 86400, 60}
#define HISTORY_STRANGER_PACKETS 4

/**
 * history_age - release slots retired at the last pass, then retire what has been silent too long
 *
 * Only for a live table. A slot is cleared one call after it was retired; calls must be at least a grace period (a second) apart.
 */
void history_age(struct history *history, uint32_t now, const struct history_ages *ages, const struct history_listener *listener);

/** history_retire - give back the slots of @mac, though it may not be silent; after a pass: the next two calls of history_age() do it */
void history_retire(struct history *history, uint64_t mac);

/** history_retires - are there slots of @mac that are being given back? */
bool history_retires(const struct history *history, uint64_t mac);

#endif
