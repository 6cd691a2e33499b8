/* SPDX-License-Identifier: BSD-2-Clause */

/* Half an hour of each of a device's flows, every five minutes. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "agent/analysis/bits.h"
#include "agent/base/cleanup.h"
#include "agent/features/rhythm.h"
#include "tools/train/cut.h"

#define WORDS ((AUDI_SAMPLES + 63) / 64)
#define FLOWS_MAX IOT_DEVICE_FLOWS
#define SUPPORT_MIN 0.2

/* The flows of one device in the half hour before one second of the capture. */
struct half_hour {
	struct rhythm_flow flows[FLOWS_MAX];
	uint64_t words[FLOWS_MAX][WORDS];
	size_t count;
	size_t packets, first, last; /* sent in it */
};

static size_t flow_number(struct half_hour *h, uint32_t layer, uint32_t proto)
{
	size_t i = 0;

	while (i < h->count && (h->flows[i].layer != layer || h->flows[i].proto != proto))
		i++;
	if (i == h->count && i < FLOWS_MAX) {
		h->flows[i] = (struct rhythm_flow){ .layer = layer, .proto = proto, .words = h->words[i] };
		for (size_t w = 0; w < WORDS; w++)
			h->words[i][w] = 0;
		h->count++;
	}
	return i;
}

/* Seconds are those of the flow slots: whole ones of the clock. */
static void collect(const struct cutter *c, const struct piece *p, uint32_t end_s, struct half_hour *h)
{
	uint32_t first_s = c->times.first_ms / 1000, from = first_s + end_s - AUDI_SAMPLES;

	h->count = h->packets = 0;
	for (size_t i = p->begin; i < p->end; i++) {
		const struct iot_packet *packet = &p->trace->packets[i];
		uint32_t at = packet->ms / 1000 - from;
		size_t flow;

		if (packet->kind & IOT_KIND_RECEIVED || at >= AUDI_SAMPLES)
			continue;
		flow = flow_number(h, packet->kind & IOT_KIND_LAYER, packet->proto);
		if (flow < FLOWS_MAX)
			bits_set(h->words[flow], at);
		h->first = h->packets++ ? h->first : i;
		h->last = i;
	}
}

static uint32_t changes_at(const struct trace *t, const struct rhythm_flow *flow, uint32_t second)
{
	uint32_t changes = 0;

	for (size_t i = 0; i < t->mark_count && t->marks[i].second <= second; i++)
		if (t->marks[i].layer == flow->layer && t->marks[i].proto == flow->proto)
			changes = t->marks[i].port_changes;
	return changes;
}

static void describe_flow(const struct cutter *c, const struct piece *p, uint32_t end_s, struct rhythm_flow *flow)
{
	uint32_t from = end_s > AUDI_SAMPLES ? end_s - AUDI_SAMPLES : 0;
	struct period found[PERIODS_MAX];
	int n = periods_find(c->periods, flow->words, AUDI_SAMPLES, NULL, found);

	flow->port_changes = changes_at(p->trace, flow, end_s) - changes_at(p->trace, flow, from);
	flow->has_period = n > 0 && found[0].support >= SUPPORT_MIN;
	if (!flow->has_period)
		return;
	flow->period_s = found[0].samples;
	flow->support = found[0].support;
}

static int add_rhythm(struct cutter *c, const struct piece *p, uint32_t end_s, uint32_t observed, struct half_hour *h)
{
	struct sample *sample;
	float *x;
	int r;

	collect(c, p, end_s, h);
	if (!h->packets)
		return 0;
	for (size_t i = 0; i < h->count; i++)
		describe_flow(c, p, end_s, &h->flows[i]);
	r = cut_add(c, p, FEATURES_RHYTHM, h->first, h->last, &x, &sample);
	if (r < 0)
		return r;
	sample->begin_s = (float)(end_s - observed);
	sample->end_s = (float)end_s - 0.01f;
	features_rhythm(c->audi, h->flows, h->count, observed, x);
	return 0;
}

int cut_rhythms(struct cutter *c, const struct piece *p)
{
	_cleanup_free_ struct half_hour *h = NULL;
	double seen_s = cut_second(c, p->trace, p->begin), until_s = c->times.seconds;
	uint32_t from = (uint32_t)(seen_s / TRACE_MARK_S + 1) * TRACE_MARK_S;
	int r = 0;

	if (until_s > c->manifest->rows[p->row].end)
		until_s = c->manifest->rows[p->row].end;
	if (c->times.lost || until_s - seen_s < RHYTHM_MIN_SECONDS)
		return 0;
	h = malloc(sizeof(*h));
	if (!h)
		return -ENOMEM;
	for (uint32_t end_s = from; r == 0 && end_s <= until_s; end_s += TRACE_MARK_S) {
		double observed = fmin(end_s - seen_s, AUDI_SAMPLES);

		if (observed >= RHYTHM_MIN_SECONDS)
			r = add_rhythm(c, p, end_s, (uint32_t)observed, h);
	}
	return r;
}
