/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "agent/analysis/periods_internal.h"

#define CHAIN_MIN 5		/* events of a chain that counts */
#define STEPS 3			/* periods from one event of a chain to the next, at most */
#define CHAIN_MIN_SHORT 3	/* the same if there are at most SHORT_CYCLES cycles or FEW_EVENTS events in all */
#define SHORT_CYCLES 8
#define FEW_EVENTS 12
#define CHAIN_LONG 14		/* a chain of this many cycles is enough by itself */
#define FILL_MIN 0.5		/* share of the time that chains must fill */
#define DENSE_MIN 0.55		/* share of the cycles of the longest chain that have an event, if there are few in all */
#define ALL_EVENTS 5		/* of that few, all must be in one chain */

/* Extend chains that reach back from event i to the events `cycles` periods earlier. */
static void link_back(const struct periods *s, uint32_t i, double distance, double tolerance, size_t *cursor,
		      uint32_t *best_events, uint32_t *best_start)
{
	const double t = (double)s->positions[i];

	while ((double)s->positions[*cursor] < t - distance - tolerance)
		(*cursor)++;
	for (size_t j = *cursor; j < i && (double)s->positions[j] <= t - distance + tolerance; j++) {
		const uint32_t events = s->chain_events[j] + 1;

		if (events > *best_events ||
		    (events == *best_events && s->chain_start[j] < *best_start)) {
			*best_events = events;
			*best_start = s->chain_start[j];
		}
	}
}

/*
 * How many events are at least a tenth of a period after the one before, relative to all: 1 / events of a
 * typical cluster.
 */
static double independence(const struct periods *s, double period)
{
	size_t clusters = 1;

	for (size_t i = 1; i < s->count; i++)
		clusters += (double)(s->positions[i] - s->positions[i - 1]) >= 0.1 * period;
	return (double)clusters / (double)s->count;
}

bool periods_sustained(const struct periods *s, const struct periods_candidate *c)
{
	const double wide = fmax((double)c->half + 1, 0.02 * c->period);
	const double tolerance = fmin(wide, fmax(1, 0.2 * c->period));
	const double length = (double)s->n, cycles = length / c->period;
	const bool few = cycles <= SHORT_CYCLES || s->count <= FEW_EVENTS;
	const uint32_t least = few ? CHAIN_MIN_SHORT : CHAIN_MIN;
	size_t cursors[STEPS] = { 0 };
	uint32_t filled_to = 0;
	uint32_t longest = 0;
	double filled = 0, dense = 0;

	if (c->log_p * fmin(1, 1.4 * independence(s, c->period)) < c->log_p - c->margin)
		return false;
	for (uint32_t i = 0; i < s->count; i++) {
		uint32_t events = 1, start = s->positions[i];

		for (size_t k = 0; k < STEPS; k++)
			link_back(s, i, (double)(k + 1) * c->period, tolerance, &cursors[k], &events, &start);
		s->chain_events[i] = events;
		s->chain_start[i] = start;
		if (events < least)
			continue;
		if ((double)(s->positions[i] - start) >= CHAIN_LONG * c->period)
			return true;
		if (events > longest) {
			longest = events;
			dense = (double)events / ((double)(s->positions[i] - start) / c->period + 1);
		}
		filled += (double)(s->positions[i] - (start > filled_to ? start : filled_to));
		filled_to = s->positions[i];
	}
	if (s->count <= FEW_EVENTS && dense < DENSE_MIN)
		return false;
	if (s->count <= ALL_EVENTS && (longest < s->count || periods_after_start(s, c->period)))
		return false;
	return filled >= FILL_MIN * length;
}
