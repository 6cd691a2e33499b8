/* SPDX-License-Identifier: BSD-2-Clause */

/* Less of a dataset, and what is in it. */

#include "agent/history/dataset.h"

#include <stdlib.h>

#include "agent/base/clock.h"

/* What is kept, in seconds after the old beginning and in microseconds since 1970. */
struct cut {
	int64_t from, to;
	int64_t from_us, to_us;
};

static void clip_seconds(struct dataset *ds, struct dataset_flow *f, const struct cut *c)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++) {
		struct dataset_second s = f->seconds[i];

		if (s.at < c->from || s.at >= c->to)
			continue;
		s.at -= (uint32_t)c->from;
		f->seconds[n++] = s;
	}
	ds->seconds -= f->count - n;
	f->count = n;
}

static void clip_traffic(struct dataset *ds, struct dataset_device *d, const struct cut *c)
{
	size_t n = 0;

	for (size_t i = 0; i < d->traffic_count; i++) {
		struct dataset_traffic t = d->traffic[i];

		if (t.at < c->from || t.at >= c->to)
			continue;
		t.at -= (uint32_t)c->from;
		d->traffic[n++] = t;
	}
	ds->seconds -= d->traffic_count - n;
	d->traffic_count = n;
}

/* Is anything of an interval left? */
static bool clip_interval(const struct cut *c, int64_t *from_us, int64_t *to_us, bool *open)
{
	if (*to_us < c->from_us || *from_us >= c->to_us)
		return false;
	if (*from_us < c->from_us)
		*from_us = c->from_us;
	*open |= *to_us > c->to_us;
	if (*to_us > c->to_us)
		*to_us = c->to_us;
	return true;
}

static void clip_functions(struct dataset_device *d, const struct cut *c)
{
	size_t n = 0;

	for (size_t i = 0; i < d->function_count; i++) {
		struct dataset_function f = d->functions[i];

		if (clip_interval(c, &f.from_us, &f.to_us, &f.open))
			d->functions[n++] = f;
	}
	d->function_count = n;
}

static void clip_periods(struct dataset_flow *f, const struct cut *c)
{
	size_t n = 0;

	for (size_t i = 0; i < f->period_count; i++) {
		struct dataset_period p = f->periods[i];

		if (clip_interval(c, &p.from_us, &p.to_us, &p.open))
			f->periods[n++] = p;
	}
	f->period_count = n;
}

static void clip_flows(struct dataset *ds, struct dataset_device *d, const struct cut *c)
{
	size_t n = 0;

	for (size_t i = 0; i < d->flow_count; i++) {
		struct dataset_flow *f = &d->flows[i];

		clip_seconds(ds, f, c);
		clip_periods(f, c);
		if (f->count || f->period_count) {
			d->flows[n++] = *f;
			continue;
		}
		free(f->seconds);
		free(f->periods);
	}
	d->flow_count = n;
}

void dataset_clip(struct dataset *ds, int64_t from_s, int64_t to_s)
{
	struct cut c;

	from_s = from_s > ds->from_s ? from_s : ds->from_s;
	from_s = from_s < ds->to_s ? from_s : ds->to_s;
	to_s = to_s < ds->to_s ? to_s : ds->to_s;
	to_s = to_s > from_s ? to_s : from_s;
	c = (struct cut){ from_s - ds->from_s, to_s - ds->from_s, from_s * US_PER_SECOND, to_s * US_PER_SECOND };
	for (size_t i = 0; i < ds->count; i++) {
		clip_traffic(ds, &ds->devices[i], &c);
		clip_functions(&ds->devices[i], &c);
		clip_flows(ds, &ds->devices[i], &c);
	}
	ds->from_s = from_s;
	ds->to_s = to_s;
}

static void drop_device(struct dataset *ds, struct dataset_device *d)
{
	for (size_t i = 0; i < d->flow_count; i++) {
		ds->seconds -= d->flows[i].count;
		free(d->flows[i].seconds);
		free(d->flows[i].periods);
	}
	ds->seconds -= d->traffic_count;
	free(d->flows);
	free(d->traffic);
	free(d->functions);
}

void dataset_keep(struct dataset *ds, bool (*match)(void *user, const struct dataset_device *device), void *user)
{
	size_t n = 0;

	for (size_t i = 0; i < ds->count; i++) {
		if (match(user, &ds->devices[i]))
			ds->devices[n++] = ds->devices[i];
		else
			drop_device(ds, &ds->devices[i]);
	}
	ds->count = n;
}

struct dataset_totals dataset_flow_totals(const struct dataset_flow *f)
{
	struct dataset_totals t = { .active_seconds = f->count };

	for (size_t i = 0; i < f->count; i++) {
		t.packets += f->seconds[i].packets;
		t.bytes += f->seconds[i].bytes;
	}
	return t;
}

void dataset_device_totals(const struct dataset_device *d, struct dataset_totals *sent, struct dataset_totals *received)
{
	struct dataset_totals tx = { 0 }, rx = { 0 };

	for (size_t i = 0; i < d->traffic_count; i++) {
		const struct dataset_traffic *t = &d->traffic[i];

		tx.packets += t->tx_packets;
		tx.bytes += t->tx_bytes;
		tx.active_seconds += t->tx_packets > 0;
		rx.packets += t->rx_packets;
		rx.bytes += t->rx_bytes;
		rx.active_seconds += t->rx_packets > 0;
	}
	if (sent)
		*sent = tx;
	if (received)
		*received = rx;
}
