// SPDX-License-Identifier: BSD-2-Clause

/*
 * Which packets a period foretold: a keepalive is no function. A flow may carry both, so it is not left out as a whole, only the few
 * packets by which it becomes active after a pause, about one period after it was active before (BehavIoT's rule: within 5 %, at least a
 * second).
 */

#include "agent/cmd/watch_internal.h"

#include <math.h>
#include <stdlib.h>

#include "agent/analysis/bits.h"

#define RUN_MAX_S 1	 /* longer activity without a pause is no keepalive, */
#define RUN_MAX_PACKETS 8 /* and neither is more */
#define PERIOD_MIN_S 2.5 /* a shorter period has no pauses to speak of */

static bool has_period(const struct track *t)
{
	for (int i = 0; i < TRACK_MAX; i++) {
		if (t->period[i].found && t->period[i].seconds >= PERIOD_MIN_S)
			return true;
	}
	return false;
}

void watch_note_periodic(struct watch *w, uint32_t flow)
{
	struct watch_periodic *grown;

	for (size_t i = 0; i < w->periodic_count; i++) {
		if (w->periodic[i].flow == flow)
			return;
	}
	if (w->periodic_count == w->periodic_room) {
		size_t room = w->periodic_room ? 2 * w->periodic_room : 32;

		grown = realloc(w->periodic, room * sizeof(*grown));
		if (!grown)
			return watch_note_error(w, -ENOMEM);
		w->periodic = grown;
		w->periodic_room = room;
	}
	w->periodic[w->periodic_count++] = (struct watch_periodic){ .flow = flow };
}

void watch_drop_periodic(struct watch *w, uint32_t flow)
{
	for (size_t i = 0; i < w->periodic_count; i++) {
		if (w->periodic[i].flow == flow)
			w->periodic[i--] = w->periodic[--w->periodic_count];
	}
}

/* Was the flow active between two seconds before the newest step of the window? */
static bool active_between(const uint64_t *words, size_t n, double from, double to)
{
	for (double ago = floor(fmax(from, 1)); ago <= ceil(to) && ago < (double)n; ago++) {
		if (bits_get(words, n - 1 - (size_t)ago))
			return true;
	}
	return false;
}

/* Seconds since the present run of activity began, at `second`, which is the newest of the window. */
static size_t run_length(const uint64_t *words, size_t n)
{
	size_t run = 0;

	while (run + 1 < n && run <= RUN_MAX_S && bits_get(words, n - 2 - run))
		run++;
	return run;
}

static bool foretold(struct watch *w, uint32_t flow, uint32_t second, uint32_t *began)
{
	struct series *series = w->history->flows[flow].series;
	uint64_t words[SERIES_WORDS_MAX];
	uint32_t start;
	size_t n, run;

	if (!series || second < series->last)
		return false;
	n = series_window(series, SERIES_FINE, second, SIZE_MAX, words, &start);
	run = n ? run_length(words, n) : 0;
	if (run > RUN_MAX_S)
		return false;
	*began = second - (uint32_t)run;
	for (int i = 0; i < TRACK_MAX; i++) {
		const struct tracked_period *p = &watch_track(w, flow)->period[i];
		double slack = fmin(fmax(1, 0.05 * p->seconds), p->seconds / 3);

		if (p->found && p->seconds >= PERIOD_MIN_S &&
		    active_between(words, n, (double)run + p->seconds - slack, (double)run + p->seconds + slack))
			return true;
	}
	return false;
}

/* The table's second in which a packet came; the packet may be of a later one than the pass. */
static uint32_t second_of(const struct watch *w, const struct iot_packet *packet)
{
	int32_t ms = (int32_t)(packet->ms - w->now * 1000u);

	return w->now + (uint32_t)(ms >= 0 ? ms / 1000 : -((999 - ms) / 1000));
}

bool watch_expected(struct watch *w, uint32_t device, const struct iot_packet *packet)
{
	uint32_t layer = packet->kind & IOT_KIND_LAYER;

	for (size_t i = 0; i < w->periodic_count; i++) {
		struct watch_periodic *p = &w->periodic[i];
		uint64_t key = w->history->flows[p->flow].key;
		uint32_t second;

		if (iot_key_device(key) != device || iot_key_layer(key) != layer || iot_key_proto(key) != packet->proto)
			continue;
		second = second_of(w, packet);
		if (p->second != second || !p->asked) {
			uint32_t began = second;

			p->foretold = has_period(watch_track(w, p->flow)) && foretold(w, p->flow, second, &began);
			p->packets = p->asked && p->began == began ? p->packets : 0;
			p->began = began;
			p->second = second;
			p->asked = true;
		}
		return p->foretold && p->packets++ < RUN_MAX_PACKETS;
	}
	return false;
}
