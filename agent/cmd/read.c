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
#include "agent/cmd/replay.h"
#include "agent/cmd/summary.h"
#include "agent/cmd/watch.h"
#include "agent/source/capture/capture.h"

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
	struct model *model, *shadow;
	struct events *events;
	struct watch *watch;
	struct names *names;
	struct replay replay;
};

/* What somebody calls the device. */
static const char *device_name(void *user, uint64_t mac)
{
	const struct reader *r = user;
	const struct name_entry *e = names_find(r->names, mac);

	return e && e->name[0] && e->source < NAME_VENDOR ? e->name : NULL;
}

static int open_table(struct reader *r)
{
	int e = replay_table(&r->table, &r->values.common.gateways);

	return e < 0 ? log_errno_r(e, "cannot make the slot table") : 0;
}

static int open_output(struct reader *r)
{
	struct watch_options options = {
		.table = r->table,
		.model = r->model,
		.shadow = r->shadow,
		.only = &r->values.common.devices,
		.world = { .wall_us = replay_wall_us, .device_name = device_name, .user = r },
		.periods = true,
		.lazy = r->values.summary,
	};
	int e = names_new(&r->names);

	if (e == 0 && !r->values.summary)
		e = common_events(&r->values.common, true, &r->events);
	options.events = r->events;
	if (e == 0)
		e = watch_new(&r->watch, &options);
	return e < 0 ? log_errno_r(e, "cannot start") : 0;
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

static int on_opened(void *user, const char *path)
{
	struct reader *r = user;
	int e = r->events ? events_set_capture(r->events, path) : 0;

	return e == 0 && r->events && !r->replay.started ? emit_start(r) : e;
}

static int on_passed(void *user, struct iot_clock now)
{
	struct reader *r = user;

	return watch_flows(r->watch, now.second);
}

static uint64_t skipped(const struct reader *r)
{
	struct capture_skip skips[CAPTURE_SKIPS];
	size_t n = capture_skips(r->table, &r->replay.state, skips);
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += skips[i].frames;
	return sum;
}

static int emit_stats(struct reader *r)
{
	struct event event = { .type = EVENT_STATS, .head = { .time_us = r->replay.state.time.now_us } };
	struct event_count counts[IOT_REASON_COUNT + CAPTURE_SKIPS];
	struct capture_skip skips[CAPTURE_SKIPS];
	size_t n = capture_skips(r->table, &r->replay.state, skips);

	watch_fill_stats(r->watch, &event.stats, counts);
	for (size_t i = 0; i < n; i++)
		counts[IOT_REASON_COUNT + i] = (struct event_count){ skips[i].reason, skips[i].frames };
	event.stats.skipped = (struct event_counts){ counts + IOT_REASON_COUNT, n };
	event.stats.frames = r->replay.state.frames;
	event.stats.counted = r->replay.state.frames - skipped(r);
	return events_emit(r->events, &event);
}

static int emit_stop(struct reader *r)
{
	struct event event = { .type = EVENT_STOP, .head = { .time_us = r->replay.state.time.now_us } };
	const struct history *h = watch_history(r->watch);

	event.stop = (struct event_stop){
		.reason = "end of capture",
		.frames = r->replay.state.frames,
		.counted = r->replay.state.frames - skipped(r),
		.devices = h->devices_used,
		.flows = h->flows_used,
		.seconds = (double)(r->replay.state.time.now_us - r->replay.state.first_us) / US_PER_SECOND,
	};
	return emit_stats(r) ?: events_emit(r->events, &event);
}

static int print_summary(struct reader *r)
{
	const struct summary summary = {
		.watch = r->watch,
		.table = r->table,
		.state = &r->replay.state,
		.names = r->names,
		.model = r->model,
		.devices = &r->values.common.devices,
	};

	return r->values.common.json ? summary_json(&summary) : summary_print(&summary);
}

/* All files, then what they amount to. A file that cannot be read does not keep the others from being read. */
static int read_all(struct reader *r)
{
	int code, e;

	r->replay = (struct replay){ .table = r->table,
				     .watch = r->watch,
				     .names = r->names,
				     .lazy = r->values.summary,
				     .rings = r->model || r->shadow,
				     .opened = on_opened,
				     .passed = on_passed,
				     .user = r };
	e = replay_files(&r->replay, r->files.argv, (size_t)r->files.count, &code);
	if (e == -ENOMEM)
		return log_error_r(EX_OSERR, "out of memory");
	if (!r->replay.started)
		return code;
	if (e == 0)
		e = replay_finish(&r->replay);
	if (e == 0)
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
	if (r.names)
		names_free(r.names);
	if (r.model)
		model_close(r.model);
	if (r.shadow)
		model_close(r.shadow);
	if (r.table)
		slots_free(r.table);
	common_free(&r.values.common);
	return code;
}
