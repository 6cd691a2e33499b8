/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_COPIES_H
#define AGENT_SOURCE_COPIES_H

/* The frames with names and addresses that the fast path copied out (bpf/copy.h), from the agent's side. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/source/slots.h"

struct copies_counters {
	uint64_t taken;	       /* claimed by the fast path */
	uint64_t refused_rate; /* above a port's limit of a second */
	uint64_t refused_full; /* the ring was full of frames that nobody had taken */
};

/**
 * copies_take - move the oldest frame that waits into @out; false: there is none, or it is still being written
 *
 * One reader only.
 */
bool copies_take(const struct iot_table *table, struct iot_copy *out);

/** copies_waiting - are there frames to take? Cheap enough to be asked for every frame of a capture */
static inline bool copies_waiting(const struct iot_table *table)
{
	return table->copies && IOT_LOAD(table->copies->head) != table->copies->tail;
}

struct copies_counters copies_counters(const struct iot_table *table);

#endif
