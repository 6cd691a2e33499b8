/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_TRACE_H
#define TOOLS_TRAIN_TRACE_H

/* All packets of some devices of a capture, as their rings held them one after the other. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

struct trace {
	uint64_t mac;
	struct iot_packet *packets;
	size_t count, room;
	uint64_t next, missed; /* of slots_ring_read() */
};

struct trace_times {
	uint32_t first_ms; /* of the capture's first frame, on the clock of iot_packet.ms */
	bool lost; /* the time stamps say nothing: frames follow each other without a pause, as in an edited capture */
};

/**
 * trace_read - read the capture at @path through a slot table of its own
 * @traces: @count of them, their mac set and everything else zero
 *
 * Returns 0, or -errno, logged. A capture that is cut is used up to there. The caller frees each trace's packets in any
 * case.
 */
int trace_read(const char *path, struct trace *traces, size_t count, struct trace_times *times);

#endif
