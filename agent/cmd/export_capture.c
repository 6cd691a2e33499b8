/* SPDX-License-Identifier: BSD-2-Clause */

/* Captures as the source of an export: read once for the dataset, and once more for the windows of their packets. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/dataset_capture.h"
#include "agent/cmd/export_input.h"
#include "agent/cmd/export_names.h"
#include "agent/history/names_dataset.h"
#include "agent/cmd/replay.h"
#include "agent/features/features.h"
#include "agent/output/export_memory.h"
#include "agent/output/export_windows.h"

/* A window that was completed since the last pass. */
struct waiting {
	char order[EXPORT_TOKEN_SIZE]; /* of the device, as it leaves */
	const char *id;
	int64_t time_us, end_us;
	size_t number; /* in the order of its device */
	float *features;
};

/*
 * The second reading. Within a pass devices come in an order that chance makes, so the windows of a pass wait for its end and are
 * sorted by their ends: the same capture gives the same file.
 */
struct rereader {
	const struct export_input *input;
	struct export_writer *writer;
	struct iot_table *table;
	struct watch *watch;
	struct replay replay;
	struct export_cutter *cutters; /* by the device's slot */
	struct waiting *waiting;
	size_t count, room;
	int failed;
};

static int wait_for_pass(struct rereader *r, const char *id, int64_t time_us, int64_t end_us, const float *features)
{
	size_t bytes = r->writer->head.features.count * sizeof(*features);
	struct waiting *w;

	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct waiting *grown = reallocarray(r->waiting, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		r->waiting = grown;
		r->room = room;
	}
	w = &r->waiting[r->count];
	*w = (struct waiting){ .id = id, .time_us = time_us, .end_us = end_us, .number = r->count, .features = malloc(bytes) };
	if (!w->features)
		return -ENOMEM;
	memcpy(w->features, features, bytes);
	snprintf(w->order, sizeof(w->order), "%s", export_privacy_device(&r->writer->privacy, id));
	r->count++;
	return 0;
}

static void on_packets(void *user, uint32_t device, uint64_t mac, const struct iot_packet *packets, uint32_t n)
{
	struct rereader *r = user;
	const struct dataset *ds = r->input->dataset;
	const struct dataset_device *d = dataset_find(ds, mac);
	int64_t now_us = r->replay.state.time.now_us, first_us;
	uint32_t now_ms = replay_now(&r->replay).ms;
	float features[FEATURES_MAX];

	for (uint32_t i = 0; d && r->failed == 0 && i < n; i++) {
		int64_t us = now_us / 1000 * 1000 - (int64_t)(uint32_t)(now_ms - packets[i].ms) * 1000;

		if (us < ds->from_s * US_PER_SECOND || us >= ds->to_s * US_PER_SECOND)
			continue;
		if (export_cutter_push(&r->cutters[device], r->writer->head.features.stride, &packets[i], us, &first_us, features))
			r->failed = wait_for_pass(r, d->id, first_us, us, features);
	}
}

static int by_order(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;
	int order = strcmp(x->order, y->order);

	if (x->end_us != y->end_us)
		return x->end_us < y->end_us ? -1 : 1;
	return order ? order : (x->number > y->number) - (x->number < y->number);
}

static int on_passed(void *user, struct iot_clock now)
{
	struct rereader *r = user;

	(void)now;
	if (r->count)
		qsort(r->waiting, r->count, sizeof(*r->waiting), by_order);
	for (size_t i = 0; i < r->count; i++) {
		const struct export_window window = { .id = r->waiting[i].id, .time_us = r->waiting[i].time_us, .end_us = r->waiting[i].end_us };

		if (r->failed == 0)
			r->failed = export_window(r->writer, &window, r->waiting[i].features);
		free(r->waiting[i].features);
	}
	r->count = 0;
	return r->failed;
}

static int reread_open(struct rereader *r)
{
	struct watch_options options = { .world = { .wall_us = replay_wall_us }, .listener = { .packets = on_packets, .user = r }, .lazy = true };
	int e = replay_table(&r->table, &r->input->values->gateways);

	if (e < 0)
		return e;
	r->cutters = calloc(slots_device_slots(r->table), sizeof(*r->cutters));
	options.table = r->table;
	e = r->cutters ? watch_new(&r->watch, &options) : -ENOMEM;
	r->replay = (struct replay){
		.table = r->table, .watch = r->watch, .rings = true, .passed = on_passed, .user = r
	};
	return e;
}

static void reread_close(struct rereader *r)
{
	if (r->watch)
		watch_free(r->watch);
	if (r->table)
		slots_free(r->table);
	for (size_t i = 0; i < r->count; i++)
		free(r->waiting[i].features);
	free(r->waiting);
	free(r->cutters);
}

static int put_windows(void *user, struct export_writer *w)
{
	const struct export_input *in = user;
	struct rereader r = { .input = in, .writer = w };
	int code, e = reread_open(&r);

	if (e < 0)
		log_errno_r(e, "cannot read the capture again");
	if (e == 0)
		e = replay_files(&r.replay, (char **)in->values->read.list, in->values->read.count, &code);
	if (e == 0)
		e = replay_finish(&r.replay);
	reread_close(&r);
	return r.failed < 0 ? r.failed : e;
}

static bool is_stdin_among(const struct string_list *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (!strcmp(files->list[i], "-"))
			return true;
	return false;
}

static const char *input_id(void *user, size_t device)
{
	return ((const struct export_input *)user)->dataset->devices[device].id;
}

static int input_load(void *user, size_t device, const struct dataset **ds, const struct dataset_device **found)
{
	*ds = ((const struct export_input *)user)->dataset;
	*found = &(*ds)->devices[device];
	return 0;
}

static void fill_vendors(struct dataset *ds)
{
	_cleanup_(names_free_p) struct names *names = export_names_open(NULL);

	if (names)
		names_fill(names, ds);
}

int export_capture_open(struct export_input *in, uint32_t tables)
{
	const struct export_values *v = in->values;
	struct dataset_capture_options options = { .gateways = &v->gateways };
	int code = command_model(v->model, &in->model);

	if (code != EX_OK)
		return code;
	options.model = in->model;
	code = dataset_read_captures((char **)v->read.list, v->read.count, &options, &in->dataset);
	if (code == EX_OK)
		code = export_input_narrow(v, in->dataset);
	if (code != EX_OK)
		return code;
	if (export_input_names(v))
		fill_vendors(in->dataset);
	in->source = export_from_dataset(in->dataset);
	in->source.features = in->features;
	in->source.id = input_id;
	in->source.load = input_load;
	in->source.user = in;
	if (!(tables & 1u << IMPORTED_WINDOWS))
		return EX_OK;
	if (is_stdin_among(&v->read))
		log_warn("windows are left out: they need a second reading, and standard input cannot be read again");
	else
		in->source.windows = put_windows;
	return EX_OK;
}
