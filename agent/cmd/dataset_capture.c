/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/dataset_capture.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/dataset_judge.h"
#include "agent/cmd/replay.h"
#include "agent/cmd/watch_record.h"
#include "agent/history/names_dataset.h"

#define MOVE_EVERY_S 3600 /* of the capture's clock: seconds of different flows are then summed in place */

struct maker {
	const struct dataset_capture_options *options;
	struct iot_table *table;
	struct watch *watch;
	struct record *record;
	struct names *names;
	struct replay replay;
	struct dataset *ds;
	uint32_t moved; /* second */
};

static void on_flow(void *user, uint32_t flow)
{
	record_flow_active(((struct maker *)user)->record, flow);
}

static void on_device(void *user, uint32_t device)
{
	record_device_active(((struct maker *)user)->record, device);
}

static void on_type(void *user, uint32_t device, const struct verdict *verdict)
{
	watch_record_type(((struct maker *)user)->record, device, verdict);
}

static void on_function(void *user, uint32_t device, const struct watch_function *function)
{
	watch_record_function(((struct maker *)user)->record, device, function);
}

static void on_period(void *user, uint32_t flow, const struct tracked_period *period, bool found, int64_t at_us)
{
	watch_record_period(((struct maker *)user)->record, flow, period, found, at_us);
}

static int begin(struct maker *m)
{
	int64_t from_s = m->replay.state.first_us / US_PER_SECOND;

	m->ds = dataset_new();
	if (!m->ds)
		return -ENOMEM;
	/* A frame may be stamped a little before the first one that was recorded. */
	return dataset_set_span(m->ds, from_s > IOT_ACTIVITY_SECONDS ? from_s - IOT_ACTIVITY_SECONDS : 0, from_s);
}

static int on_passed(void *user, struct iot_clock now)
{
	struct maker *m = user;
	int e = m->ds ? 0 : begin(m);

	record_pass(m->record, now);
	if (e < 0 || (now.second - m->moved < MOVE_EVERY_S && !record_is_full(m->record)))
		return e;
	m->moved = now.second;
	return record_move(m->record, m->ds, 0);
}

static int open_all(struct maker *m)
{
	const struct watch_options options = {
		.table = m->table,
		.model = m->options->model,
		.world = { .wall_us = replay_wall_us },
		.listener = { .device_active = on_device,
			      .flow_active = on_flow,
			      .type = on_type,
			      .function = on_function,
			      .period = on_period,
			      .user = m },
		.periods = true,
	};
	struct record_options record = { .table = m->table };
	int e = watch_new(&m->watch, &options) ?: names_new(&m->names);

	if (e < 0)
		return e;
	record.history = watch_history(m->watch);
	m->replay = (struct replay){ .table = m->table, .watch = m->watch, .names = m->names, .rings = m->options->model, .passed = on_passed, .user = m };
	return record_new(&m->record, &record);
}

static bool is_wanted(void *user, const struct dataset_device *d)
{
	return mac_list_contains(user, d->mac);
}

/* The first second that is there, not the first that could be. */
static int64_t first_second(const struct dataset *ds, int64_t from_s)
{
	for (size_t i = 0; i < ds->count; i++) {
		const struct dataset_device *d = &ds->devices[i];

		if (d->traffic_count && ds->from_s + d->traffic[0].at < from_s)
			from_s = ds->from_s + d->traffic[0].at;
	}
	return from_s;
}

static int finish(struct maker *m)
{
	struct iot_clock end = replay_now(&m->replay);
	int64_t from_s = m->replay.state.first_us / US_PER_SECOND, to_s = (int64_t)end.second + 1;
	int e = replay_finish(&m->replay);

	watch_record_refine(m->record, m->watch);
	if (e == 0)
		e = record_move_open(m->record, m->ds, 0, to_s * US_PER_SECOND);
	if (e < 0)
		return e;
	dataset_finish(m->ds);
	dataset_clip(m->ds, first_second(m->ds, from_s), to_s);
	if (m->options->devices && m->options->devices->count)
		dataset_keep(m->ds, is_wanted, (void *)m->options->devices);
	names_fill(m->names, m->ds);
	return 0;
}

static void close_all(struct maker *m)
{
	if (m->record)
		record_free(m->record);
	if (m->watch)
		watch_free(m->watch);
	if (m->names)
		names_free(m->names);
	if (m->table)
		slots_free(m->table);
	if (m->ds)
		dataset_free(m->ds);
}

static int refuse(int e)
{
	if (e == -E2BIG)
		return log_error_r(EX_DATAERR, "the capture holds more than %zu active seconds: read a part of it", DATASET_SECONDS);
	return log_error_r(EX_OSERR, "cannot read the capture: %s", strerror(-e));
}

int dataset_read_captures(char **paths, size_t count, const struct dataset_capture_options *options, struct dataset **ds)
{
	struct maker m = { .options = options };
	int code = EX_OK, e = replay_table(&m.table, options->gateways);

	*ds = NULL;
	if (e == 0)
		e = open_all(&m);
	if (e == 0)
		e = replay_files(&m.replay, paths, count, &code);
	if (e == 0 && m.replay.state.frames)
		e = finish(&m);
	if (e == 0 && m.ds && code == EX_OK)
		e = dataset_judge(paths, count, options, m.ds);
	if (e == -ESPIPE)
		e = 0;
	if (e < 0)
		code = refuse(e);
	else if (m.ds)
		*ds = TAKE_PTR(m.ds);
	else if (code == EX_OK)
		code = log_error_r(EX_DATAERR, "no frame in %s", count ? paths[0] : "no file");
	close_all(&m);
	return code;
}
