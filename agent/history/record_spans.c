/* SPDX-License-Identifier: BSD-2-Clause */

/* Functions and periods: from when to when. Few go on at a time, so lists do. */

#include "agent/history/record_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A period that differs by less is the same one; by less still, not worth a word. Shares, but for SAME_S. */
#define SAME 0.03
#define SAME_S 1.0
#define LITTLE 0.001
#define LITTLE_SUPPORT 0.05

void record_spans_free(struct record_spans *spans)
{
	free(spans->list);
	*spans = (struct record_spans){ 0 };
}

void record_spans_written(struct record_spans *spans)
{
	size_t n = 0;

	for (size_t i = 0; i < spans->count; i++) {
		spans->list[i].changed = false;
		if (!spans->list[i].over)
			spans->list[n++] = spans->list[i];
	}
	spans->count = n;
}

static struct record_span *add(struct record_spans *spans, uint64_t mac)
{
	size_t room = spans->room ? 2 * spans->room : 32;
	struct record_span *grown;

	if (spans->count == spans->room) {
		grown = spans->room < RECORD_SPANS ? reallocarray(spans->list, room, sizeof(*grown)) : NULL;
		if (!grown) {
			spans->lost++;
			return NULL;
		}
		spans->list = grown;
		spans->room = room;
	}
	spans->list[spans->count] = (struct record_span){ .mac = mac, .changed = true };
	return &spans->list[spans->count++];
}

static uint64_t mac_of(const struct record *r, uint32_t device)
{
	return r->options.history->devices[device].mac;
}

static void end_function(struct record *r, uint64_t mac, int64_t at_us)
{
	for (size_t i = 0; i < r->functions.count; i++) {
		struct record_span *s = &r->functions.list[i];

		if (s->mac != mac || s->over)
			continue;
		s->function.to_us = at_us > s->function.from_us ? at_us : s->function.from_us;
		s->over = s->changed = true;
	}
}

void record_function_begin(struct record *r, uint32_t device, const char *label, float p, bool owner, int64_t from_us)
{
	struct record_span *s;

	end_function(r, mac_of(r, device), from_us);
	s = add(&r->functions, mac_of(r, device));
	if (!s)
		return;
	s->function = (struct dataset_function){ .from_us = from_us, .to_us = from_us, .p = p, .owner = owner };
	snprintf(s->function.label, sizeof(s->function.label), "%s", label);
}

void record_function_end(struct record *r, uint32_t device, int64_t at_us)
{
	end_function(r, mac_of(r, device), at_us);
}

/* The one that goes on of this flow and is nearest to @seconds; a period is refined while it lasts. */
static struct record_span *find_period(struct record *r, uint64_t mac, uint64_t key, double seconds)
{
	struct record_span *best = NULL;

	for (size_t i = 0; i < r->periods.count; i++) {
		struct record_span *s = &r->periods.list[i];

		if (s->over || s->mac != mac || s->layer != iot_key_layer(key) || s->proto != iot_key_proto(key))
			continue;
		if (!best || fabs(s->period.seconds - seconds) < fabs(best->period.seconds - seconds))
			best = s;
	}
	return best;
}

static void end_period(struct record_span *s, int64_t at_us)
{
	s->period.to_us = at_us > s->period.from_us ? at_us : s->period.from_us;
	s->over = s->changed = true;
}

void record_period(struct record *r, uint32_t flow, const struct dataset_period *p, bool found)
{
	uint64_t key = r->options.history->flows[flow].key, mac = mac_of(r, iot_key_device(key));
	struct record_span *s = found ? add(&r->periods, mac) : find_period(r, mac, key, p->seconds);
	int64_t from_us;

	if (!s)
		return;
	from_us = found ? p->from_us : s->period.from_us;
	s->layer = iot_key_layer(key);
	s->proto = iot_key_proto(key);
	s->period = *p;
	s->period.from_us = s->period.to_us = from_us;
	if (!found)
		end_period(s, p->from_us);
}

void record_refine(struct record *r, uint32_t flow, const struct dataset_period *p)
{
	uint64_t key = r->options.history->flows[flow].key;
	struct record_span *s = find_period(r, mac_of(r, iot_key_device(key)), key, p->seconds);
	double off = s ? fabs(s->period.seconds - p->seconds) : 0;

	if (!s || off > fmax(SAME_S, SAME * p->seconds))
		return;
	if (off <= LITTLE * p->seconds && fabs(s->period.support - p->support) <= LITTLE_SUPPORT)
		return;
	s->period.seconds = p->seconds;
	s->period.log_p = p->log_p;
	s->period.support = p->support;
	s->changed = true;
}

void record_device_ends(struct record *r, uint64_t mac, int64_t at_us)
{
	end_function(r, mac, at_us);
	for (size_t i = 0; i < r->periods.count; i++) {
		if (r->periods.list[i].mac == mac && !r->periods.list[i].over)
			end_period(&r->periods.list[i], at_us);
	}
}

void record_end(struct record *r, int64_t at_us)
{
	for (size_t i = 0; i < r->functions.count; i++)
		end_function(r, r->functions.list[i].mac, at_us);
	for (size_t i = 0; i < r->periods.count; i++) {
		if (!r->periods.list[i].over)
			end_period(&r->periods.list[i], at_us);
	}
}
