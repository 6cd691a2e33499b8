// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf read: captures through the same fast path, history and decisions as live traffic, on the capture's clock. */

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/command.h"
#include "agent/cmd/common.h"
#include "agent/cmd/summary.h"
#include "agent/cmd/watch.h"
#include "agent/source/capture/capture.h"
#include "agent/source/capture/feed.h"
#include "agent/source/capture/order.h"

#define SUMMARY_PASS_S (IOT_ACTIVITY_SECONDS / 2) /* capture seconds between passes where no event depends on them */
#define SILENCE_PASSES 8			  /* the longest that a decision waits for time alone, in seconds */
#define RING_FRAMES (IOT_RING / 2 - 4)		  /* frames, two packets each at most for one device, between readings of the rings */

struct read_values {
	struct common_values common;
	const char *shadow;
	bool summary;
};

static const struct option_spec OPTIONS[] = {
	COMMON_OPTIONS(struct read_values),
	{ .name = "summary",
	  .letter = 's',
	  .kind = OPTION_FLAG,
	  .offset = offsetof(struct read_values, summary),
	  .help = "one table of devices and flows instead of events" },
	{ .name = "shadow",
	  .kind = OPTION_STRING,
	  .offset = offsetof(struct read_values, shadow),
	  .argument = "FILE",
	  .help = "a second model, told only where its answer differs" },
};

const struct options_spec read_options = {
	.command = "iotbpf read",
	.summary = "Stream events from capture files (pcap, pcapng; `-` is standard input) on the captures' own clock.",
	.operands = "FILE...",
	.details = "Several files are taken one after the other, by the time of their first frames, as one observation.\n\n"
		   "Example: iotbpf read --summary --model none capture.pcap",
	.min_operands = 1,
	.max_operands = -1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

/* Everything one run of the command holds. */
struct reader {
	struct read_values values;
	struct operands files;
	struct iot_table *table;
	struct capture_state state;
	struct model *model, *shadow;
	struct events *events;
	struct watch *watch;
	int64_t due_us;	 /* capture time from which the next pass is due */
	uint32_t unread; /* frames since the rings were read */
	bool started;	 /* a file was opened */
};

static int64_t wall_us(void *user, uint32_t second)
{
	(void)user;
	return (int64_t)second * US_PER_SECOND;
}

static uint32_t now_second(const struct reader *r)
{
	return (uint32_t)(r->state.time.now_us / US_PER_SECOND);
}

static uint32_t now_ms(const struct reader *r)
{
	return (uint32_t)(r->state.time.now_us / 1000);
}

static int open_table(struct reader *r)
{
	const struct slots_options slots = CAPTURE_SLOTS_OPTIONS;
	int e = slots_new(&r->table, &slots);

	if (e < 0)
		return log_errno_r(e, "cannot make the slot table");
	for (size_t i = 0; i < r->values.common.gateways.count; i++) {
		e = slots_ignore(r->table, r->values.common.gateways.macs[i]);
		if (e < 0)
			return log_errno_r(e, "cannot set a gateway");
	}
	return 0;
}

static int open_output(struct reader *r)
{
	struct watch_options options = {
		.table = r->table,
		.model = r->model,
		.shadow = r->shadow,
		.only = &r->values.common.devices,
		.world = { .wall_us = wall_us },
		.periods = true,
		.lazy = r->values.summary,
	};
	int e = 0;

	if (!r->values.summary)
		e = common_events(&r->values.common, true, &r->events);
	options.events = r->events;
	if (e == 0)
		e = watch_new(&r->watch, &options);
	return e < 0 ? log_errno_r(e, "cannot start") : 0;
}

static int pass(struct reader *r, int64_t at_us)
{
	uint32_t second = (uint32_t)(at_us / US_PER_SECOND);

	return watch_pass(r->watch, second, (uint32_t)(at_us / 1000)) ?: watch_flows(r->watch, second);
}

/* In a silence time goes on: functions end, bursts are over. Passes until nothing waits for the clock any more, or until @until_us. */
static int pass_silence(struct reader *r, int64_t until_us)
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

/*
 * Before a frame is counted: take up what happened until now, where the frame will move the clock far enough or a ring might
 * overflow unread. Afterwards might be too late, since a long gap shifts activity out of a slot's word.
 */
static int catch_up(struct reader *r, const struct capture_frame *frame)
{
	/* A stamp before the time that a pass is due moves the clock at most to itself: the common case, decided cheaply. */
	if (frame->time_us + r->state.time.shift_us >= r->due_us && r->state.time.started) {
		int64_t next = timeline_next(&r->state.time, frame->time_us);

		if (next >= r->due_us) {
			r->due_us = (next / US_PER_SECOND + (r->values.summary ? SUMMARY_PASS_S : 1)) * US_PER_SECOND;
			r->unread = 0;
			return pass(r, r->state.time.now_us) ?: r->values.summary ? 0 : pass_silence(r, next);
		}
	}
	if ((r->model || r->shadow) && ++r->unread >= RING_FRAMES) {
		r->unread = 0;
		watch_rings(r->watch);
	}
	return 0;
}

static int read_frames(struct reader *r, struct capture *capture)
{
	struct capture_frame frame;
	int e;

	while ((e = capture_next(capture, &frame)) > 0) {
		e = catch_up(r, &frame);
		if (e < 0)
			return e;
		capture_feed(r->table, &r->state, &frame);
	}
	return e;
}

static int emit_start(struct reader *r)
{
	struct event event = { .type = EVENT_START, .head = { .time_us = time_now_us() } };

	event.start = (struct event_start){
		.version = IOTBPF_VERSION,
		.mode = MODE_CAPTURE,
		.model = r->model ? model_name(r->model) : NULL,
		.model_version = r->model ? model_version(r->model) : NULL,
		.devices_size = slots_device_slots(r->table),
		.flows_size = slots_flow_slots(r->table),
		.memory_bytes = slots_bytes(&r->table->config),
	};
	return events_emit(r->events, &event);
}

static int read_file(struct reader *r, const char *path)
{
	_cleanup_(capture_close_p) struct capture *capture = NULL;
	int e = capture_open(&capture, path);

	if (e < 0)
		return e;
	timeline_next_file(&r->state.time);
	if (r->events)
		e = events_set_capture(r->events, path);
	if (e == 0 && r->events && !r->started)
		e = emit_start(r);
	r->started = true;
	return e < 0 ? e : read_frames(r, capture);
}

static uint64_t skipped(const struct reader *r)
{
	struct capture_skip skips[CAPTURE_SKIPS];
	size_t n = capture_skips(r->table, &r->state, skips);
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += skips[i].frames;
	return sum;
}

static int emit_stats(struct reader *r)
{
	struct event event = { .type = EVENT_STATS, .head = { .time_us = r->state.time.now_us } };
	struct event_count counts[IOT_REASON_COUNT + CAPTURE_SKIPS];
	struct capture_skip skips[CAPTURE_SKIPS];
	size_t n = capture_skips(r->table, &r->state, skips);

	watch_fill_stats(r->watch, &event.stats, counts);
	for (size_t i = 0; i < n; i++)
		counts[IOT_REASON_COUNT + i] = (struct event_count){ skips[i].reason, skips[i].frames };
	event.stats.skipped = (struct event_counts){ counts + IOT_REASON_COUNT, n };
	event.stats.frames = r->state.frames;
	event.stats.counted = r->state.frames - skipped(r);
	return events_emit(r->events, &event);
}

static int emit_stop(struct reader *r)
{
	struct event event = { .type = EVENT_STOP, .head = { .time_us = r->state.time.now_us } };
	const struct history *h = watch_history(r->watch);

	event.stop = (struct event_stop){
		.reason = "end of capture",
		.frames = r->state.frames,
		.counted = r->state.frames - skipped(r),
		.devices = h->devices_used,
		.flows = h->flows_used,
		.seconds = (double)(r->state.time.now_us - r->state.first_us) / US_PER_SECOND,
	};
	return emit_stats(r) ?: events_emit(r->events, &event);
}

static int print_summary(struct reader *r)
{
	const struct summary summary = {
		.watch = r->watch,
		.table = r->table,
		.state = &r->state,
		.model = r->model,
		.devices = &r->values.common.devices,
	};

	return r->values.common.json ? summary_json(&summary) : summary_print(&summary);
}

/* All files, then what they amount to. A file that cannot be read does not keep the others from being read. */
static int read_all(struct reader *r)
{
	int code = EX_OK, e = capture_order(r->files.argv, (size_t)r->files.count);

	if (e < 0)
		return log_error_r(EX_OSERR, "out of memory");
	for (int i = 0; e != -EPIPE && i < r->files.count; i++) {
		e = read_file(r, r->files.argv[i]);
		if (e < 0 && e != -EPIPE)
			code = capture_exit_code(e);
	}
	if (!r->started)
		return code;
	if (e != -EPIPE)
		e = watch_finish(r->watch, now_second(r), now_ms(r)) ?: watch_flows(r->watch, now_second(r));
	if (e != -EPIPE)
		e = r->events ? emit_stop(r) : print_summary(r);
	if (e < 0 && e != -EPIPE)
		log_errno_r(e, "cannot write the result");
	return code != EX_OK || e == 0 || e == -EPIPE ? code : EX_IOERR;
}

static int read_run(struct reader *r)
{
	int code = command_model(r->values.common.model, &r->model);

	if (code == EX_OK && r->values.shadow)
		code = command_model(r->values.shadow, &r->shadow);
	if (code == EX_OK && (open_table(r) < 0 || open_output(r) < 0))
		code = EX_OSERR;
	return code == EX_OK ? read_all(r) : code;
}

int cmd_read(int argc, char **argv)
{
	struct reader r = { .values = { .common = COMMON_DEFAULTS } };
	int code = command_parse(&read_options, argc, argv, &r.values, &r.files);

	if (code < 0)
		code = read_run(&r);
	if (r.watch)
		watch_free(r.watch);
	if (r.events)
		events_free(r.events);
	if (r.model)
		model_close(r.model);
	if (r.shadow)
		model_close(r.shadow);
	if (r.table)
		slots_free(r.table);
	common_free(&r.values.common);
	return code;
}
