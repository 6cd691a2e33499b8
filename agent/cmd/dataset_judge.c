/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/dataset_judge.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/cmd/replay.h"

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

/* The same rhythm: as close as watch.c takes two sightings for one. */
static bool is_near(double a, double b)
{
	return fabs(a - b) <= fmax(1.0, 0.03 * a);
}

static bool is_of(const struct watch_period *found, const struct history *h, const struct dataset_device *d, const struct dataset_flow *f)
{
	return iot_key_layer(found->flow_key) == f->layer && iot_key_proto(found->flow_key) == f->proto &&
	       h->devices[iot_key_device(found->flow_key)].mac == d->mac;
}

/* What all of the evidence says of a rhythm; NULL: it does not bear it out. @used: says which of @found were asked for */
static const struct tracked_period *borne_out(const struct watch *watch, const struct dataset_device *d, const struct dataset_flow *f,
					      double seconds, bool *used)
{
	size_t count;
	const struct watch_period *found = watch_periods(watch, &count);

	for (size_t i = 0; i < count; i++) {
		if (!is_of(&found[i], watch_history(watch), d, f) || !is_near(found[i].period.seconds, seconds))
			continue;
		used[i] = true;
		return &found[i].period;
	}
	return NULL;
}

static void keep_borne_out(const struct watch *watch, const struct dataset_device *d, struct dataset_flow *f, bool *used)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->period_count; i++) {
		struct dataset_period p = f->periods[i];
		const struct tracked_period *said = borne_out(watch, d, f, p.seconds, used);

		if (!said)
			continue;
		p.seconds = said->seconds;
		p.log_p = said->log_p;
		p.support = said->support;
		f->periods[kept++] = p;
	}
	f->period_count = kept;
}

/* Found at the end only: how long it has been so is not known better than from the flow's first second. */
static int add_others(const struct watch *watch, const struct dataset *ds, const struct dataset_device *d, struct dataset_flow *f, const bool *used)
{
	size_t count;
	const struct watch_period *found = watch_periods(watch, &count);
	int e = 0;

	for (size_t i = 0; e == 0 && f->count && i < count; i++) {
		const struct tracked_period *said = &found[i].period;

		if (used[i] || !is_of(&found[i], watch_history(watch), d, f))
			continue;
		e = dataset_add_period(f, &(struct dataset_period){ .seconds = said->seconds,
								    .log_p = said->log_p,
								    .support = said->support,
								    .from_us = (ds->from_s + f->seconds[0].at) * US_PER_SECOND,
								    .to_us = ds->to_s * US_PER_SECOND,
								    .open = true });
	}
	return e;
}

static int set_periods(const struct watch *watch, struct dataset *ds)
{
	size_t count;
	_cleanup_free_ bool *used = NULL;
	int e = 0;

	watch_periods(watch, &count);
	used = calloc(count + 1, sizeof(*used));
	if (!used)
		return -ENOMEM;
	for (size_t i = 0; i < ds->count; i++) {
		struct dataset_device *d = &ds->devices[i];

		for (size_t k = 0; e == 0 && k < d->flow_count; k++) {
			keep_borne_out(watch, d, &d->flows[k], used);
			e = add_others(watch, ds, d, &d->flows[k], used);
		}
	}
	dataset_finish(ds);
	return e;
}

static bool is_repeatable(char **paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(paths[i], "-"))
			return false;
	}
	return true;
}

int dataset_judge(char **paths, size_t count, const struct dataset_capture_options *options, struct dataset *ds)
{
	_cleanup_(slots_free_p) struct iot_table *table = NULL;
	_cleanup_(watch_free_p) struct watch *watch = NULL;
	struct watch_options how = { .model = options->model, .world = { .wall_us = replay_wall_us }, .periods = true, .lazy = true };
	struct replay replay = { .lazy = true, .rings = options->model };
	int code, e = is_repeatable(paths, count) ? replay_table(&table, options->gateways) : -ESPIPE;

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
	return e ?: set_periods(watch, ds);
}
