/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/dataset_take.h"

#include <errno.h>
#include <stdlib.h>

#define SPAN_MAX 8192 /* seconds that are summed in place: beyond, dataset_finish() joins them */

int dataset_take_begin(struct dataset_take *t, int64_t first_s, int64_t last_s)
{
	t->mac = 0;
	t->flow = NULL;
	t->wanted = t->pending = false;
	t->sum = NULL;
	t->sum_span = 0;
	t->low = SPAN_MAX;
	t->high = 0;
	t->sum_from_s = first_s > t->from_s ? first_s : t->from_s;
	last_s = last_s < t->to_s ? last_s : t->to_s - 1;
	if (last_s < t->sum_from_s || last_s - t->sum_from_s >= SPAN_MAX)
		return 0;
	t->sum_span = (size_t)(last_s - t->sum_from_s + 1);
	t->sum = calloc(t->sum_span, sizeof(*t->sum));
	return t->sum ? 0 : -ENOMEM;
}

/* The device is complete. */
static int flush(struct dataset_take *t)
{
	struct dataset_device *d;
	int r = 0;

	if (!t->pending)
		return 0;
	d = dataset_device(t->ds, t->mac);
	if (!d)
		return -ENOMEM;
	for (size_t i = t->low; r == 0 && i <= t->high; i++) {
		if (!t->sum[i].at)
			continue;
		t->sum[i].at = (uint32_t)(t->sum_from_s + (int64_t)i - t->ds->from_s);
		r = dataset_add_traffic(t->ds, d, &t->sum[i]);
		t->sum[i] = (struct dataset_traffic){ 0 };
	}
	t->pending = false;
	t->low = SPAN_MAX;
	t->high = 0;
	return r;
}

int dataset_take_series(struct dataset_take *t, const struct record_key *key)
{
	struct dataset_device *d;
	int r = 0;

	if (key->mac != t->mac)
		r = flush(t);
	t->mac = key->mac;
	t->key = *key;
	t->flow = NULL;
	t->wanted = !t->only || t->only == key->mac;
	if (r < 0 || !t->wanted || key->kind != RECORD_FLOW)
		return r;
	d = dataset_device(t->ds, key->mac);
	t->flow = d ? dataset_flow(d, key->layer, key->proto) : NULL;
	return t->flow ? 0 : -ENOMEM;
}

static uint32_t saturated(uint64_t value)
{
	return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

/* `at` is not 0 where there is something. */
static int add_up(struct dataset_take *t, int64_t second, const struct dataset_traffic *more)
{
	size_t at = (size_t)(second - t->sum_from_s);
	struct dataset_traffic *to = &t->sum[at];

	t->low = t->low < at ? t->low : at;
	t->high = t->high > at ? t->high : at;
	to->at = 1;
	to->tx_packets = saturated((uint64_t)to->tx_packets + more->tx_packets);
	to->rx_packets = saturated((uint64_t)to->rx_packets + more->rx_packets);
	to->tx_bytes += more->tx_bytes;
	to->rx_bytes += more->rx_bytes;
	t->pending = true;
	return 0;
}

static int add_traffic(struct dataset_take *t, int64_t second, uint64_t packets, uint64_t bytes)
{
	struct dataset_traffic more = { .at = (uint32_t)(second - t->ds->from_s) };
	struct dataset_device *d;

	if (t->key.kind == RECORD_RECEIVED) {
		more.rx_packets = saturated(packets);
		more.rx_bytes = bytes;
	} else {
		more.tx_packets = saturated(packets);
		more.tx_bytes = bytes;
	}
	if (second >= t->sum_from_s && second - t->sum_from_s < (int64_t)t->sum_span)
		return add_up(t, second, &more);
	d = dataset_device(t->ds, t->mac);
	return d ? dataset_add_traffic(t->ds, d, &more) : -ENOMEM;
}

int dataset_take_second(struct dataset_take *t, int64_t second, uint64_t packets, uint64_t bytes)
{
	int r = 0;

	if (!t->wanted || second < t->from_s || second >= t->to_s || second < t->ds->from_s)
		return 0;
	if (t->flow)
		r = dataset_add_second(t->ds, t->flow, (uint32_t)(second - t->ds->from_s), packets, bytes);
	return r < 0 ? r : add_traffic(t, second, packets, bytes);
}

int dataset_take_end(struct dataset_take *t)
{
	int r = flush(t);

	free(t->sum);
	t->sum = NULL;
	return r;
}
