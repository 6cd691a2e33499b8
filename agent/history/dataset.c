/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/dataset.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/mac.h"

#define ROOM_FIRST 8

struct dataset *dataset_new(void)
{
	return calloc(1, sizeof(struct dataset));
}

static void free_flow(struct dataset_flow *f)
{
	free(f->seconds);
	free(f->periods);
}

static void free_device(struct dataset_device *d)
{
	for (size_t i = 0; i < d->flow_count; i++)
		free_flow(&d->flows[i]);
	free(d->flows);
	free(d->traffic);
	free(d->functions);
}

void dataset_free(struct dataset *ds)
{
	for (size_t i = 0; i < ds->count; i++)
		free_device(&ds->devices[i]);
	free(ds->devices);
	free(ds);
}

/* Make room for one more of @size bytes; 0 or -ENOMEM. */
static int grow(void *list, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? 2 * *room : ROOM_FIRST;
	void *grown;

	if (count < *room)
		return 0;
	grown = reallocarray(*(void **)list, wanted, size);
	if (!grown)
		return -ENOMEM;
	*(void **)list = grown;
	*room = wanted;
	return 0;
}

int dataset_set_span(struct dataset *ds, int64_t from_s, int64_t to_s)
{
	if (from_s < 0 || to_s < from_s || to_s - from_s > DATASET_SPAN_S)
		return -ERANGE;
	ds->from_s = from_s;
	ds->to_s = to_s;
	return 0;
}

/* Where @mac is, or belongs. */
static size_t device_place(const struct dataset *ds, uint64_t mac)
{
	size_t low = 0, high = ds->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (ds->devices[middle].mac < mac)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct dataset_device *dataset_find(const struct dataset *ds, uint64_t mac)
{
	size_t i = device_place(ds, mac);

	return i < ds->count && ds->devices[i].mac == mac ? &ds->devices[i] : NULL;
}

struct dataset_device *dataset_device(struct dataset *ds, uint64_t mac)
{
	size_t i = device_place(ds, mac);
	struct dataset_device *d;

	if (i < ds->count && ds->devices[i].mac == mac)
		return &ds->devices[i];
	if (ds->count >= DATASET_DEVICES || grow(&ds->devices, ds->count, &ds->room, sizeof(*d)) < 0)
		return NULL;
	d = &ds->devices[i];
	memmove(d + 1, d, (ds->count++ - i) * sizeof(*d));
	*d = (struct dataset_device){ .mac = mac, .label_p = NAN };
	mac_format(mac, d->id);
	return d;
}

static uint64_t flow_rank(uint32_t layer, uint32_t proto)
{
	return (uint64_t)layer << 32 | proto;
}

struct dataset_flow *dataset_flow(struct dataset_device *d, uint32_t layer, uint32_t proto)
{
	uint64_t rank = flow_rank(layer, proto);
	size_t low = 0, high = d->flow_count;
	struct dataset_flow *f;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (flow_rank(d->flows[middle].layer, d->flows[middle].proto) < rank)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < d->flow_count && flow_rank(d->flows[low].layer, d->flows[low].proto) == rank)
		return &d->flows[low];
	if (d->flow_count >= DATASET_FLOWS || grow(&d->flows, d->flow_count, &d->flow_room, sizeof(*f)) < 0)
		return NULL;
	f = &d->flows[low];
	memmove(f + 1, f, (d->flow_count++ - low) * sizeof(*f));
	*f = (struct dataset_flow){ .layer = layer, .proto = proto };
	protocol_format(layer, proto, f->protocol);
	return f;
}

static uint32_t add32(uint32_t a, uint64_t b)
{
	return b > UINT32_MAX - a ? UINT32_MAX : a + (uint32_t)b;
}

static uint64_t add64(uint64_t a, uint64_t b)
{
	return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

/* One more entry at @at: is it within bounds? Moves the end. */
static int admit(struct dataset *ds, uint32_t at)
{
	if (at >= DATASET_SPAN_S)
		return -ERANGE;
	if (ds->seconds >= DATASET_SECONDS)
		return -E2BIG;
	if (ds->from_s + at >= ds->to_s)
		ds->to_s = ds->from_s + at + 1;
	return 0;
}

int dataset_add_second(struct dataset *ds, struct dataset_flow *f, uint32_t at, uint64_t packets, uint64_t bytes)
{
	struct dataset_second *last = f->count ? &f->seconds[f->count - 1] : NULL;
	int r;

	if (last && last->at == at) {
		last->packets = add32(last->packets, packets);
		last->bytes = add64(last->bytes, bytes);
		return 0;
	}
	r = admit(ds, at);
	if (r == 0)
		r = grow(&f->seconds, f->count, &f->room, sizeof(*f->seconds));
	if (r < 0)
		return r;
	f->unsorted |= f->count && f->seconds[f->count - 1].at > at;
	f->seconds[f->count++] = (struct dataset_second){ at, add32(0, packets), bytes };
	ds->seconds++;
	return 0;
}

static void join_traffic(struct dataset_traffic *to, const struct dataset_traffic *t)
{
	to->tx_packets = add32(to->tx_packets, t->tx_packets);
	to->rx_packets = add32(to->rx_packets, t->rx_packets);
	to->tx_bytes = add64(to->tx_bytes, t->tx_bytes);
	to->rx_bytes = add64(to->rx_bytes, t->rx_bytes);
}

int dataset_add_traffic(struct dataset *ds, struct dataset_device *d, const struct dataset_traffic *t)
{
	struct dataset_traffic *last = d->traffic_count ? &d->traffic[d->traffic_count - 1] : NULL;
	int r;

	if (last && last->at == t->at) {
		join_traffic(last, t);
		return 0;
	}
	r = admit(ds, t->at);
	if (r == 0)
		r = grow(&d->traffic, d->traffic_count, &d->traffic_room, sizeof(*d->traffic));
	if (r < 0)
		return r;
	d->unsorted |= d->traffic_count && d->traffic[d->traffic_count - 1].at > t->at;
	d->traffic[d->traffic_count++] = *t;
	ds->seconds++;
	return 0;
}

int dataset_add_function(struct dataset_device *d, const struct dataset_function *function)
{
	if (function->to_us < function->from_us)
		return -EINVAL;
	if (d->function_count >= DATASET_INTERVALS)
		return -E2BIG;
	if (grow(&d->functions, d->function_count, &d->function_room, sizeof(*function)) < 0)
		return -ENOMEM;
	d->functions[d->function_count++] = *function;
	return 0;
}

int dataset_add_period(struct dataset_flow *f, const struct dataset_period *p)
{
	if (p->to_us < p->from_us || !(p->seconds > 0) || !isfinite(p->seconds) || isnan(p->log_p) || isnan(p->support))
		return -EINVAL;
	if (f->period_count >= DATASET_INTERVALS)
		return -E2BIG;
	if (grow(&f->periods, f->period_count, &f->period_room, sizeof(*p)) < 0)
		return -ENOMEM;
	f->periods[f->period_count++] = *p;
	return 0;
}

static int by_second(const void *a, const void *b)
{
	const struct dataset_second *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int by_traffic(const void *a, const void *b)
{
	const struct dataset_traffic *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int by_function(const void *a, const void *b)
{
	const struct dataset_function *x = a, *y = b;

	if (x->from_us != y->from_us)
		return x->from_us < y->from_us ? -1 : 1;
	return (x->to_us > y->to_us) - (x->to_us < y->to_us);
}

static int by_period(const void *a, const void *b)
{
	const struct dataset_period *x = a, *y = b;

	if (x->from_us != y->from_us)
		return x->from_us < y->from_us ? -1 : 1;
	return (x->seconds > y->seconds) - (x->seconds < y->seconds);
}

static void finish_flow(struct dataset *ds, struct dataset_flow *f)
{
	size_t n = 0;

	if (f->period_count)
		qsort(f->periods, f->period_count, sizeof(*f->periods), by_period);
	if (!f->unsorted)
		return;
	qsort(f->seconds, f->count, sizeof(*f->seconds), by_second);
	for (size_t i = 1; i < f->count; i++) {
		const struct dataset_second *s = &f->seconds[i];

		if (f->seconds[n].at != s->at) {
			f->seconds[++n] = *s;
			continue;
		}
		f->seconds[n].packets = add32(f->seconds[n].packets, s->packets);
		f->seconds[n].bytes = add64(f->seconds[n].bytes, s->bytes);
	}
	ds->seconds -= f->count - (n + 1);
	f->count = n + 1;
	f->unsorted = false;
}

static void finish_traffic(struct dataset *ds, struct dataset_device *d)
{
	size_t n = 0;

	if (!d->unsorted)
		return;
	qsort(d->traffic, d->traffic_count, sizeof(*d->traffic), by_traffic);
	for (size_t i = 1; i < d->traffic_count; i++) {
		if (d->traffic[n].at == d->traffic[i].at)
			join_traffic(&d->traffic[n], &d->traffic[i]);
		else
			d->traffic[++n] = d->traffic[i];
	}
	ds->seconds -= d->traffic_count - (n + 1);
	d->traffic_count = n + 1;
	d->unsorted = false;
}

void dataset_finish(struct dataset *ds)
{
	for (size_t i = 0; i < ds->count; i++) {
		struct dataset_device *d = &ds->devices[i];

		if (d->function_count)
			qsort(d->functions, d->function_count, sizeof(*d->functions), by_function);
		finish_traffic(ds, d);
		for (size_t k = 0; k < d->flow_count; k++)
			finish_flow(ds, &d->flows[k]);
	}
}
