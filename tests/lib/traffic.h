/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_TRAFFIC_H
#define TESTS_LIB_TRAFFIC_H

/*
 * A household for tests of the history: beacons of the periods that devices are known to have, what functions cause now and then, and a few
 * streams. What a flow sends in a second is a function of the two, so whoever reads it back knows what must be there.
 */

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/history/dataset.h"
#include "agent/history/record.h"
#include "agent/source/slots.h"
#include "tests/lib/frames.h"

#define TRAFFIC_FLOWS 8 /* of a device */

struct traffic {
	uint32_t devices;
	struct iot_table *table;
	struct history *history;
	struct record *record;
	struct frame *frames; /* by flow */
};

/** traffic_init - @bytes: of the recorder's memory, 0: as the agent has it */
void traffic_init(struct traffic *t, uint32_t devices, size_t bytes);
void traffic_free(struct traffic *t);

uint64_t traffic_mac(uint32_t device);

/** traffic_port - UDP port of a flow */
uint32_t traffic_port(uint32_t flow);

/** traffic_packets - how many packets a flow sends in a second, and how long each of them is */
uint32_t traffic_packets(uint32_t flow, uint32_t second, uint32_t *length);

/** traffic_second - one second of the household through the slots, a pass, and the recorder */
void traffic_second(struct traffic *t, uint32_t second);

/** traffic_check - fail unless @ds holds exactly what the household sent and received in [@from, @to) */
void traffic_check(const struct traffic *t, const struct dataset *ds, uint32_t from, uint32_t to);

#endif
