/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_FEED_H
#define AGENT_SOURCE_CAPTURE_FEED_H

/* A capture's frames into a slot table, by the same fast path as the kernel's, on the capture's own clock. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/source/capture/capture.h"
#include "agent/source/capture/timeline.h"
#include "agent/source/slots.h"

/*
 * Table options for captures: nothing else is known of who is there, files are finite, and memory is touched only where it is used, so
 * the limits that protect a router from a flood are wide.
 */
#define CAPTURE_SLOTS_OPTIONS {16384, 65536, 1024, 0, 0}

/* What was fed into one table. All zero at the start; survives from file to file. */
struct capture_state {
	struct timeline time; /* time.now_us is the clock */
	uint64_t frames;      /* all of them */
	uint64_t no_mac;      /* skipped, CAPTURE_NO_MAC */
	uint64_t link_type;   /* skipped, CAPTURE_OTHER */
	int64_t first_us;     /* time of the first frame */
};

/* Count one frame. Returns whether it counted for a device; if not, one skip reason was raised by one. */
bool capture_feed(const struct iot_table *table, struct capture_state *state, const struct capture_frame *frame);

/* Open `path` and feed all of it. Returns 0, or the error of capture_open() or capture_next(), logged. */
int capture_feed_file(const struct iot_table *table, struct capture_state *state, const char *path);

/* Frames skipped for one reason. */
struct capture_skip {
	const char *reason;
	uint64_t frames;
};

enum { CAPTURE_SKIPS = IOT_SKIP_LAST + 2 };

/* The reasons that occurred, in a fixed order; returns how many. Their frames and the counted ones add up to state->frames. */
size_t capture_skips(const struct iot_table *table, const struct capture_state *state, struct capture_skip out[CAPTURE_SKIPS]);

#endif
