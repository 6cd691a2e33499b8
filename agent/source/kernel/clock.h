/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_CLOCK_H
#define AGENT_SOURCE_KERNEL_CLOCK_H

/*
 * The clock of the kernel's slot table: seconds and milliseconds since an epoch near the load of the programs, computed
 * by them from jiffies. Here the same computation, and its relation to wall-clock time.
 */

#include <stdint.h>

#include "agent/source/slots.h"

#define CLOCK_FIRST_SECOND 64 /* the table's clock starts here: a full activity word (32 s) never reaches below 0 */

/* Scales and epoch of `config` for a counter of `hz` ticks a second that reads `jiffies` now. */
void clock_configure(struct iot_config *config, uint64_t jiffies, uint32_t hz);

/* What the programs compute when the counter reads `jiffies`. */
struct iot_clock clock_at(const struct iot_config *config, uint64_t jiffies);

/*
 * Wall time of one instant of the table's clock. Taken anew at every poll, so that it follows clock steps and suspend;
 * what happened since the last poll is then dated with an error below a tick.
 */
struct clock_anchor {
	int64_t wall_us; /* CLOCK_REALTIME, microseconds since 1970 */
	uint64_t ms;     /* the table's clock then, not wrapped */
};

struct clock_anchor clock_anchor_at(const struct iot_config *config, uint64_t jiffies, int64_t wall_us);

/* Wall time, microseconds since 1970, of a ring entry's time stamp: within 24 days of the anchor, either side. */
int64_t clock_wall_of_ms(const struct clock_anchor *anchor, uint32_t ms);

/* Wall time of the start of a second of the table's clock. */
int64_t clock_wall_of_second(const struct clock_anchor *anchor, uint32_t second);

#endif
