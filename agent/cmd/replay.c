/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/replay.h"

#include <errno.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/source/capture/capture.h"
#include "agent/source/capture/order.h"

#define LAZY_PASS_S (IOT_ACTIVITY_SECONDS / 2) /* capture seconds between passes where no event depends on them */
#define SILENCE_PASSES 8			/* the longest that a decision waits for time alone, in seconds */
#define RING_FRAMES (IOT_RING / 2 - 4)		/* frames, two packets each at most for one device, between readings of the rings */

int replay_table(struct iot_table **table, const struct mac_list *gateways)
{
	const struct slots_options options = CAPTURE_SLOTS_OPTIONS;
	_cleanup_(slots_free_p) struct iot_table *made = NULL;
	int e = slots_new(&made, &options);

	for (size_t i = 0; e == 0 && gateways && i < gateways->count; i++)
		e = slots_ignore(made, gateways->macs[i]);
	if (e == 0)
		*table = TAKE_PTR(made);
	return e;
}

int64_t replay_wall_us(void *user, uint32_t second)
{
	(void)user;
	return (int64_t)second * US_PER_SECOND;
}

static struct iot_clock clock_of(int64_t us)
{
	return (struct iot_clock){ (uint32_t)(us / US_PER_SECOND), (uint32_t)(us / 1000) };
}

struct iot_clock replay_now(const struct replay *r)
{
	return clock_of(r->state.time.now_us);
}

static int pass(struct replay *r, int64_t at_us)
{
	struct iot_clock now = clock_of(at_us);
	int e = watch_pass(r->watch, now.second, now.ms);

	return e == 0 && r->passed ? r->passed(r->user, now) : e;
}

/* In a silence time goes on: functions end, bursts are over. Passes until nothing waits for the clock any more, or until @until_us. */
static int pass_silence(struct replay *r, int64_t until_us)
{
	int64_t at_us = r->state.time.now_us;
	int e = 0;

	for (int i = 0; e == 0 && i < SILENCE_PASSES && watch_busy(r->watch); i++) {
		at_us += US_PER_SECOND;
		if (at_us >= until_us)
			break;
		e = pass(r, at_us);
	}
	return e;
}

/* Of new devices, too: a capture that has lost its times may hold hundreds of frames a second. */
static int read_rings(struct replay *r)
{
	struct iot_clock now = replay_now(r);

	return watch_look(r->watch, now.second, now.ms);
}

/*
 * Before a frame is counted: take up what happened until now, where the frame will move the clock far enough or a ring might
 * overflow unread. Afterwards might be too late, since a long gap shifts activity out of a slot's word.
 */
static int catch_up(struct replay *r, const struct capture_frame *frame)
{
	/* A stamp before the time that a pass is due moves the clock at most to itself: the common case, decided cheaply. */
	if (frame->time_us + r->state.time.shift_us >= r->due_us && r->state.time.started) {
		int64_t next = timeline_next(&r->state.time, frame->time_us);

		if (next >= r->due_us) {
			r->due_us = (next / US_PER_SECOND + (r->lazy ? LAZY_PASS_S : 1)) * US_PER_SECOND;
			r->unread = 0;
			return pass(r, r->state.time.now_us) ?: r->lazy ? 0 : pass_silence(r, next);
		}
	}
	if (r->rings && ++r->unread >= RING_FRAMES) {
		r->unread = 0;
		return read_rings(r);
	}
	return 0;
}

/* What a late frame left far back in an activity word must be taken up before a later one shifts it out. */
static void note_late(struct replay *r, const struct capture_frame *frame)
{
	int64_t now_us = r->state.time.now_us, due_us = (now_us / US_PER_SECOND + 1) * US_PER_SECOND;

	if (now_us - (frame->time_us + r->state.time.shift_us) > LAZY_PASS_S * US_PER_SECOND && due_us < r->due_us)
		r->due_us = due_us;
}

/* *@code: of a file that cannot be read to its end. */
static int replay_file(struct replay *r, const char *path, int *code)
{
	_cleanup_(capture_close_p) struct capture *capture = NULL;
	struct capture_frame frame;
	int e = capture_open(&capture, path), more = 0;

	if (e < 0) {
		*code = capture_exit_code(e);
		return 0;
	}
	timeline_next_file(&r->state.time);
	if (r->opened)
		e = r->opened(r->user, path);
	r->started = true;
	while (e >= 0 && (more = capture_next(capture, &frame)) > 0) {
		e = catch_up(r, &frame);
		if (e < 0)
			break;
		capture_feed(r->table, &r->state, &frame);
		if (r->names && copies_waiting(r->table))
			names_take_copies(r->names, r->table);
		note_late(r, &frame);
	}
	if (e >= 0 && more < 0)
		*code = capture_exit_code(more);
	return e;
}

int replay_files(struct replay *r, char **paths, size_t count, int *code)
{
	int e = capture_order(paths, count);

	*code = EX_OK;
	if (e < 0)
		return e;
	for (size_t i = 0; e >= 0 && i < count; i++)
		e = replay_file(r, paths[i], code);
	return e < 0 ? e : 0;
}

int replay_finish(struct replay *r)
{
	struct iot_clock now = replay_now(r);
	int e = watch_finish(r->watch, now.second, now.ms);

	return e == 0 && r->passed ? r->passed(r->user, now) : e;
}
