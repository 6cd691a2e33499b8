/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/trace.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/source/capture/feed.h"
#include "agent/source/slots.h"

#define DRAIN (IOT_RING / 2) /* packets in a ring when it is read; one captured frame brings at most one */

/* A capture of a device in use has pauses. One of at least this many frames without a pause this long was rewritten. */
#define LOST_FRAMES 10
#define LOST_PAUSE_US 100000

static int drain(const struct iot_table *table, uint32_t number, struct trace *t)
{
	if (t->count + IOT_RING > t->room) {
		size_t room = 2 * t->room + IOT_RING;
		struct iot_packet *grown = reallocarray(t->packets, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->packets = grown;
		t->room = room;
	}
	t->count += slots_ring_read(table, number, &t->next, t->packets + t->count, IOT_RING, &t->missed);
	return 0;
}

/* Read the rings that hold `waiting` packets or more. */
static int drain_all(const struct iot_table *table, struct trace *traces, size_t count, uint64_t waiting)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		int number = iot_device_find(table, IOT_KEY_USED | traces[i].mac);

		if (number >= 0 && slots_device(table, (uint32_t)number)->head - traces[i].next >= waiting)
			r = drain(table, (uint32_t)number, &traces[i]);
	}
	return r;
}

static int feed_all(const struct iot_table *table, struct capture *capture, struct trace *traces, size_t count,
		    struct trace_times *times)
{
	struct capture_state state = { 0 };
	struct capture_frame frame;
	int64_t last_us = 0, pause = 0;
	int r;

	timeline_next_file(&state.time);
	while ((r = capture_next(capture, &frame)) > 0) {
		capture_feed(table, &state, &frame);
		if (state.frames > 1 && frame.time_us - last_us > pause)
			pause = frame.time_us - last_us;
		last_us = frame.time_us;
		r = drain_all(table, traces, count, DRAIN);
		if (r < 0)
			return r;
	}
	times->first_ms = (uint32_t)(state.first_us / 1000);
	times->lost = state.frames >= LOST_FRAMES && pause < LOST_PAUSE_US;
	return drain_all(table, traces, count, 1);
}

int trace_read(const char *path, struct trace *traces, size_t count, struct trace_times *times)
{
	static const struct slots_options options = { IOT_DEVICES, IOT_FLOWS, IOT_DEVICE_FLOWS, 0, 1 };
	_cleanup_(slots_free_p) struct iot_table *table = NULL;
	_cleanup_(capture_close_p) struct capture *capture = NULL;
	int r = capture_open(&capture, path);

	if (r < 0)
		return r;
	r = slots_new(&table, &options);
	if (r == 0)
		r = feed_all(table, capture, traces, count, times);
	return r < 0 ? log_errno_r(r, "%s", path) : 0;
}
