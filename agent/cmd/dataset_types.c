/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/dataset_types.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/cmd/replay.h"

static int64_t wall_us(void *user, uint32_t second)
{
	(void)user;
	return (int64_t)second * US_PER_SECOND;
}

static void set_type(struct dataset_device *d, const struct verdict *v)
{
	snprintf(d->label, sizeof(d->label), "%s", v->label ? v->label : "unknown");
	d->label_p = v->label ? v->p : 1 - v->runner_up_p;
}

static void set_types(struct watch *watch, struct dataset *ds)
{
	const struct history *h = watch_history(watch);

	for (uint32_t i = 0; i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];
		struct dataset_device *d = dataset_find(ds, h->devices[number].mac);
		struct verdict v;

		if (d && watch_verdict(watch, number, &v) && (v.windows || v.bursts || v.label))
			set_type(d, &v);
	}
}

static bool is_repeatable(char **paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(paths[i], "-"))
			return false;
	}
	return true;
}

int dataset_types(char **paths, size_t count, const struct dataset_capture_options *options, struct dataset *ds)
{
	const struct slots_options slots = CAPTURE_SLOTS_OPTIONS;
	_cleanup_(slots_free_p) struct iot_table *table = NULL;
	_cleanup_(watch_free_p) struct watch *watch = NULL;
	struct watch_options how = { .model = options->model, .world = { .wall_us = wall_us }, .periods = true, .lazy = true };
	struct replay replay = { .lazy = true, .rings = true };
	int code, e = is_repeatable(paths, count) ? slots_new(&table, &slots) : -ESPIPE;

	for (size_t i = 0; e == 0 && options->gateways && i < options->gateways->count; i++)
		e = slots_ignore(table, options->gateways->macs[i]);
	how.table = replay.table = table;
	if (e == 0)
		e = watch_new(&watch, &how);
	replay.watch = watch;
	if (e == 0)
		e = replay_files(&replay, paths, count, &code);
	if (e == 0)
		e = replay_finish(&replay);
	if (e == 0)
		set_types(watch, ds);
	return e;
}
