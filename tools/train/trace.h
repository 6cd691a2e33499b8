/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_TRACE_H
#define TOOLS_TRAIN_TRACE_H

/* All packets of some devices of a capture, as their rings held them one after the other. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#define TRACE_MARK_S 300 /* between two looks at the port changes of flows */

/* How often a flow had changed its source port by some time. */
struct trace_mark {
	uint32_t second; /* of the capture */
	uint16_t layer, proto;
	uint32_t port_changes;
};

struct trace {
	uint64_t mac;
	struct iot_packet *packets;
	uint32_t *remote; /* of each packet, a number for the other end's address; only where asked for */
	size_t count, room;
	uint64_t next, missed; /* of slots_ring_read() */
	struct trace_mark *marks;
	size_t mark_count;
};

struct trace_times {
	uint32_t first_ms; /* of the capture's first frame, on the clock of iot_packet.ms */
	uint32_t seconds;  /* from the first frame to the last */
	bool lost; /* the time stamps say nothing: frames follow each other without a pause, as in an edited capture */
};

/**
 * trace_read - read the capture at @path through a slot table of its own
 * @traces: @count of them, their mac set and everything else zero
 * @remotes: fill trace.remote
 *
 * Returns 0, or -errno, logged. A capture that is cut is used up to there. The caller calls trace_free() in any case.
 */
int trace_read(const char *path, struct trace *traces, size_t count, bool remotes, struct trace_times *times);

void trace_free(struct trace *trace);

#endif
