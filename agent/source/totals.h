/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_TOTALS_H
#define AGENT_SOURCE_TOTALS_H

/* What each device sent and received in all, and when, from a slot table: of a capture or mapped from the kernel. */

#include <stdint.h>

#include "agent/source/slots.h"

/*
 * One device. Times are microseconds of the table's clock (since 1970 in a capture's), in steps of a millisecond; the caller adds what
 * second 0 of a kernel table stands for.
 */
struct device_totals {
	uint64_t mac; /* 0: this slot holds no device, or a gateway */
	uint64_t tx_packets, tx_bytes; /* of its flows and of those that were refused a slot */
	uint64_t rx_packets, rx_bytes;
	int64_t first_us, last_us;
};

/*
 * Fill out[slots_device_slots(table)], indexed by device number.
 * @begin_us, @end_us: time of the first and the last frame of the table, on its clock. Slots keep the low 32 bits of milliseconds (49.7
 * days); the seconds of a device's flows tell which round, and these bounds do for a device that never sent.
 * What programs on other CPUs count meanwhile may be in one figure and not yet in another.
 */
void totals_collect(const struct iot_table *table, int64_t begin_us, int64_t end_us, struct device_totals *out);

#endif
