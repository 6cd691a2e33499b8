/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/trace.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/source/capture/feed.h"
#include "agent/source/slots.h"
#include "tools/train/remote.h"
#include "tools/train/trace_packets.h"

#define DRAIN (IOT_RING / 2) /* packets in a ring when it is read; one captured frame brings at most one */

/* A capture of a device in use has pauses. One of at least this many frames without a pause this long was rewritten. */
#define LOST_FRAMES 10
#define LOST_PAUSE_US 100000

/* A capture being read for some devices. */
struct reader {
	const struct iot_table *table;
	struct trace *traces;
	size_t count;
	bool remotes;
	struct trace_times *times;
};

void trace_free(struct trace *t)
{
	free(t->packets);
	free(t->remote);
	free(t->marks);
	*t = (struct trace){ .mac = t->mac };
}

static int make_room(struct trace *t, bool remotes)
{
	size_t room = 2 * t->room + IOT_RING;
	struct iot_packet *packets;
	uint32_t *remote;

	if (t->count + IOT_RING <= t->room)
		return 0;
	packets = reallocarray(t->packets, room, sizeof(*packets));
	if (!packets)
		return -ENOMEM;
	t->packets = packets;
	if (remotes) {
		remote = reallocarray(t->remote, room, sizeof(*remote));
		if (!remote)
			return -ENOMEM;
		t->remote = remote;
	}
	t->room = room;
	return 0;
}

static int drain(const struct reader *rd, uint32_t number, struct trace *t)
{
	int r = make_room(t, rd->remotes);

	if (r == 0)
		t->count += slots_ring_read(rd->table, number, &t->next, t->packets + t->count, IOT_RING, &t->missed);
	return r;
}

/* Read the rings that hold `waiting` packets or more. */
static int drain_all(const struct reader *rd, uint64_t waiting)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < rd->count; i++) {
		int number = iot_device_find(rd->table, IOT_KEY_USED | rd->traces[i].mac);

		if (number >= 0 && slots_device(rd->table, (uint32_t)number)->head - rd->traces[i].next >= waiting)
			r = drain(rd, (uint32_t)number, &rd->traces[i]);
	}
	return r;
}

/* The packets that the latest frame brought are read at once, each with the other end's address. */
static int drain_remotes(const struct reader *rd, const struct capture_frame *frame)
{
	for (size_t i = 0; i < rd->count; i++) {
		struct trace *t = &rd->traces[i];
		size_t before = t->count;
		int number = iot_device_find(rd->table, IOT_KEY_USED | t->mac), r;

		if (number < 0 || slots_device(rd->table, (uint32_t)number)->head == t->next)
			continue;
		r = drain(rd, (uint32_t)number, t);
		if (r < 0)
			return r;
		for (size_t k = before; k < t->count; k++)
			t->remote[k] = remote_hash(frame->data, frame->captured, t->packets[k].kind & IOT_KIND_RECEIVED);
	}
	return 0;
}

static int add_mark(struct trace *t, uint32_t second, uint64_t key, const struct iot_flow *flow)
{
	struct trace_mark *grown = t->marks;

	if ((t->mark_count & (t->mark_count - 1)) == 0)
		grown = reallocarray(t->marks, t->mark_count ? 2 * t->mark_count : 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	t->marks = grown;
	grown[t->mark_count++] = (struct trace_mark){ .second = second,
						      .layer = (uint16_t)iot_key_layer(key),
						      .proto = (uint16_t)iot_key_proto(key),
						      .port_changes = flow->ports >> 16 };
	return 0;
}

static int mark_all(const struct reader *rd, uint32_t second)
{
	for (uint32_t f = 0; f < slots_flow_slots(rd->table); f++) {
		uint64_t key = slots_flow_key(rd->table, f);

		if (!(key & IOT_KEY_USED) || !(slots_flow(rd->table, f)->ports >> 16))
			continue;
		for (size_t i = 0; i < rd->count; i++) {
			int number = iot_device_find(rd->table, IOT_KEY_USED | rd->traces[i].mac);
			int r = 0;

			if (number >= 0 && (uint32_t)number == iot_key_device(key))
				r = add_mark(&rd->traces[i], second, key, slots_flow(rd->table, f));
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int take_frame(struct reader *rd, struct capture_state *state, const struct capture_frame *frame)
{
	uint32_t second;
	int r = 0;

	capture_feed(rd->table, state, frame);
	second = (uint32_t)((state->time.now_us - state->first_us) / 1000000);
	if (second / TRACE_MARK_S != rd->times->seconds / TRACE_MARK_S)
		r = mark_all(rd, second / TRACE_MARK_S * TRACE_MARK_S);
	rd->times->seconds = second;
	if (r < 0)
		return r;
	return rd->remotes ? drain_remotes(rd, frame) : drain_all(rd, DRAIN);
}

static int read_all(struct reader *rd, struct capture *capture)
{
	struct capture_state state = { 0 };
	struct capture_frame frame;
	int64_t last_us = 0, pause = 0;
	int r;

	timeline_next_file(&state.time);
	while ((r = capture_next(capture, &frame)) > 0) {
		r = take_frame(rd, &state, &frame);
		if (r < 0)
			return r;
		if (state.frames > 1 && frame.time_us - last_us > pause)
			pause = frame.time_us - last_us;
		last_us = frame.time_us;
	}
	rd->times->first_ms = (uint32_t)(state.first_us / 1000);
	rd->times->lost = state.frames >= LOST_FRAMES && pause < LOST_PAUSE_US;
	return drain_all(rd, 1);
}

int trace_read(const char *path, struct trace *traces, size_t count, bool remotes, struct trace_times *times)
{
	static const struct slots_options options = { IOT_DEVICES, IOT_FLOWS, IOT_DEVICE_FLOWS, 0, 1 };
	_cleanup_(slots_free_p) struct iot_table *table = NULL;
	_cleanup_(capture_close_p) struct capture *capture = NULL;
	struct reader reader = { .traces = traces, .count = count, .remotes = remotes, .times = times };
	int r;

	if (trace_packets_are(path))
		return trace_packets_read(path, traces, count, remotes, times);
	*times = (struct trace_times){ 0 };
	r = capture_open(&capture, path);
	if (r < 0)
		return r;
	r = slots_new(&table, &options);
	reader.table = table;
	if (r == 0)
		r = read_all(&reader, capture);
	return r < 0 ? log_errno_r(r, "%s", path) : 0;
}
