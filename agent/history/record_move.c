/* SPDX-License-Identifier: BSD-2-Clause */

/* From the recorder into a dataset. */

#include "agent/history/record_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/history/dataset_take.h"

static int by_key(const void *a, const void *b, void *user)
{
	const struct record_series *series = user;
	const struct record_key *x = &series[*(const uint32_t *)a].key, *y = &series[*(const uint32_t *)b].key;

	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->layer != y->layer)
		return x->layer < y->layer ? -1 : 1;
	return (x->proto > y->proto) - (x->proto < y->proto);
}

int record_sorted(const struct record *r, uint32_t **list, size_t *count)
{
	const struct record_pool *p = &r->pool;

	*count = 0;
	*list = calloc(p->series_count + 1, sizeof(**list));
	if (!*list)
		return -ENOMEM;
	for (uint32_t i = 1; i < p->series_count; i++) {
		if (p->series[i].in_use && (p->series[i].count || p->series[i].is_open))
			(*list)[(*count)++] = i;
	}
	if (*count)
		qsort_r(*list, *count, sizeof(**list), by_key, p->series);
	return 0;
}

static int move_series(const struct record *r, struct dataset_take *take, uint32_t number, int64_t offset_s)
{
	struct record_cursor cursor = record_cursor(&r->pool, number);
	struct record_second second;
	int e = dataset_take_series(take, &r->pool.series[number].key);

	while (e == 0 && record_next(&cursor, &second))
		e = dataset_take_second(take, offset_s + second.at, second.packets, second.bytes);
	return e;
}

static int move_activity(const struct record *r, struct dataset *ds, int64_t offset_s)
{
	struct dataset_take take = { .ds = ds, .from_s = ds->from_s, .to_s = INT64_MAX };
	_cleanup_free_ uint32_t *list = NULL;
	size_t count;
	int e = record_sorted(r, &list, &count), end;

	if (e == 0)
		e = dataset_take_begin(&take, offset_s + r->pool.first, offset_s + r->pool.last);
	for (size_t i = 0; e == 0 && i < count; i++)
		e = move_series(r, &take, list[i], offset_s);
	end = dataset_take_end(&take);
	return e < 0 ? e : end;
}

static int move_functions(const struct record *r, struct dataset *ds)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < r->functions.count; i++) {
		const struct record_span *s = &r->functions.list[i];
		struct dataset_device *d = s->over ? dataset_device(ds, s->mac) : NULL;

		if (s->over)
			e = d ? dataset_add_function(d, &s->function) : -ENOMEM;
	}
	return e;
}

static int move_periods(const struct record *r, struct dataset *ds)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < r->periods.count; i++) {
		const struct record_span *s = &r->periods.list[i];
		struct dataset_device *d = s->over ? dataset_device(ds, s->mac) : NULL;
		struct dataset_flow *f = d ? dataset_flow(d, s->layer, s->proto) : NULL;

		if (s->over)
			e = f ? dataset_add_period(f, &s->period) : -ENOMEM;
	}
	return e;
}

static int move_devices(const struct record *r, struct dataset *ds, int64_t offset_s)
{
	for (uint32_t i = 1; i <= r->device_count; i++) {
		const struct record_device *from = &r->devices[i];
		struct dataset_device *to = from->in_use ? dataset_device(ds, from->mac) : NULL;

		if (!from->in_use)
			continue;
		if (!to)
			return -ENOMEM;
		to->first_us = to->first_us ? to->first_us : (offset_s + from->first) * 1000000;
		to->last_us = (offset_s + from->last) * 1000000;
		if (!from->typed)
			continue;
		strcpy(to->label, from->label);
		to->label_p = *from->label ? from->label_p : NAN;
		to->owner = from->owner;
	}
	return 0;
}

int record_move(struct record *r, struct dataset *ds, int64_t offset_s)
{
	int e = move_activity(r, ds, offset_s);

	if (e == 0)
		e = move_functions(r, ds);
	if (e == 0)
		e = move_periods(r, ds);
	if (e == 0)
		e = move_devices(r, ds, offset_s);
	record_written(r);
	return e;
}

int record_move_open(struct record *r, struct dataset *ds, int64_t offset_s, int64_t at_us)
{
	for (size_t i = 0; i < r->functions.count; i++) {
		struct record_span *s = &r->functions.list[i];

		if (s->over)
			continue;
		s->function.to_us = at_us > s->function.from_us ? at_us : s->function.from_us;
		s->over = s->function.open = true;
	}
	for (size_t i = 0; i < r->periods.count; i++) {
		struct record_span *s = &r->periods.list[i];

		if (s->over)
			continue;
		s->period.to_us = at_us > s->period.from_us ? at_us : s->period.from_us;
		s->over = s->period.open = true;
	}
	return record_move(r, ds, offset_s);
}
