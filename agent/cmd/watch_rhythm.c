// SPDX-License-Identifier: BSD-2-Clause

/* The last half hour of a device's flows, every few minutes, for models that know rhythms. */

#include "agent/cmd/watch_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/analysis/bits.h"
#include "agent/features/features.h"
#include "agent/features/rhythm.h"

#define EVERY_S 300	    /* for the first half hour, and to the snapshots of port changes */
#define EVERY_LATER_S 600
#define SNAPSHOTS (AUDI_SAMPLES / EVERY_S)
#define SUPPORT_MIN 0.2	    /* of a period, as in training */
#define WORDS ((AUDI_SAMPLES + 63) / 64)

struct rhythm {
	struct audi *audi;
	struct periods *periods;
	uint32_t *due;				 /* by device: second; 0: not yet known */
	uint16_t (*ports)[SNAPSHOTS];		 /* by flow: source-port changes at the last half hour's snapshots */
	uint32_t snapshot, snapshot_s;
	struct rhythm_flow flows[IOT_DEVICE_FLOWS];
	uint64_t words[IOT_DEVICE_FLOWS][WORDS];
};

void rhythm_free(struct rhythm *r)
{
	if (!r)
		return;
	if (r->audi)
		audi_free(r->audi);
	if (r->periods)
		periods_free(r->periods);
	free(r->due);
	free(r->ports);
	free(r);
}

static int rhythm_new(const struct history *history, struct rhythm **rhythm)
{
	struct rhythm *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->audi = audi_new(AUDI_SAMPLES);
	r->periods = periods_new(AUDI_SAMPLES);
	r->due = calloc(history->device_slots, sizeof(*r->due));
	r->ports = calloc(history->flow_slots, sizeof(*r->ports));
	if (!r->audi || !r->periods || !r->due || !r->ports) {
		rhythm_free(r);
		return -ENOMEM;
	}
	*rhythm = r;
	return 0;
}

static uint16_t port_changes(const struct watch *w, uint32_t flow)
{
	return (uint16_t)(IOT_LOAD(slots_flow(w->options.table, flow)->ports) >> 16);
}

/* The oldest snapshot is half an hour old when it is overwritten. */
static void take_snapshot(struct watch *w)
{
	struct rhythm *r = w->rhythm;

	if (w->now - r->snapshot_s < EVERY_S)
		return;
	r->snapshot_s = w->now;
	r->snapshot = (r->snapshot + 1) % SNAPSHOTS;
	for (uint32_t i = 0; i < w->history->flows_used; i++) {
		uint32_t flow = w->history->flow_list[i];

		r->ports[flow][r->snapshot] = port_changes(w, flow);
	}
}

/* The newest second comes last in a full series. */
static bool fill_words(struct watch *w, struct series *series, uint64_t *out)
{
	uint64_t words[SERIES_WORDS_MAX];
	uint32_t start, until = w->now > series->last ? w->now : series->last;
	size_t n = series_window(series, SERIES_FINE, until, AUDI_SAMPLES, words, &start), gap = AUDI_SAMPLES - n;
	bool any = false;

	memset(out, 0, WORDS * sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		if (!bits_get(words, i))
			continue;
		bits_set(out, gap + i);
		any = true;
	}
	return any;
}

static void describe(struct watch *w, uint32_t flow, const uint64_t *words, struct rhythm_flow *out)
{
	struct rhythm *r = w->rhythm;
	struct period found[PERIODS_MAX];
	int n = periods_find(r->periods, words, AUDI_SAMPLES, NULL, found);
	uint64_t key = w->history->flows[flow].key;

	*out = (struct rhythm_flow){
		.layer = iot_key_layer(key),
		.proto = iot_key_proto(key),
		.words = words,
		.port_changes = (uint16_t)(port_changes(w, flow) - r->ports[flow][(r->snapshot + 1) % SNAPSHOTS]),
		.has_period = n > 0 && found[0].support >= SUPPORT_MIN,
	};
	if (!out->has_period)
		return;
	out->period_s = found[0].samples;
	out->support = found[0].support;
}

static size_t collect(struct watch *w, uint32_t number)
{
	struct rhythm *r = w->rhythm;
	size_t n = 0;

	for (uint32_t i = 0; i < w->history->flows_used && n < IOT_DEVICE_FLOWS; i++) {
		uint32_t flow = w->history->flow_list[i];
		const struct history_flow *f = &w->history->flows[flow];

		if (iot_key_device(f->key) != number || !f->series || !fill_words(w, f->series, r->words[n]))
			continue;
		describe(w, flow, r->words[n], &r->flows[n]);
		n++;
	}
	return n;
}

static void evaluate(struct watch *w, uint32_t number, uint32_t observed)
{
	float row[FEATURES_MAX];
	size_t n = collect(w, number);

	if (!n)
		return;
	features_rhythm(w->rhythm->audi, w->rhythm->flows, n, observed < AUDI_SAMPLES ? observed : AUDI_SAMPLES, row);
	identify_rhythm(w->identify, number, row);
	if (w->shadow)
		identify_rhythm(w->shadow, number, row);
}

void watch_rhythm_forget(struct watch *w, uint32_t flow)
{
	if (w->rhythm)
		memset(w->rhythm->ports[flow], 0, sizeof(w->rhythm->ports[flow]));
}

static bool is_wanted(const struct watch *w)
{
	return identify_wants_rhythm(w->identify) || (w->shadow && identify_wants_rhythm(w->shadow));
}

void watch_rhythm(struct watch *w)
{
	if (!w->rhythm && (!is_wanted(w) || rhythm_new(w->history, &w->rhythm) < 0))
		return;
	take_snapshot(w);
	for (uint32_t i = 0; i < w->history->devices_used; i++) {
		uint32_t number = w->history->device_list[i], first = w->history->devices[number].first;
		uint32_t *due = &w->rhythm->due[number], observed = w->now - first;

		if (*due < first)
			*due = first + EVERY_S;
		if (w->now < *due || !is_wanted(w))
			continue;
		*due = w->now + (observed < AUDI_SAMPLES ? EVERY_S : EVERY_LATER_S);
		evaluate(w, number, observed);
		if (w->options.live)
			return; /* one device a pass: it takes about a millisecond */
	}
}
