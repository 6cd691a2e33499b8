/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A grid through two quiet events, continued to both ends of the series. A slot has an event, or is a miss, or is
 * hidden: something is active there, but it is no quiet event.
 */
#include <math.h>
#include <string.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define MEMORY 0.9		/* weight of an event for the next slot, relative to the event after it */
#define SLOT_SHARE 0.7		/* of the slots that can be seen, at least, must have an event */
#define EVENT_SHARE 0.4		/* of the events, at least, must be on the grid */
#define NUMBER_ZERO (1u << 20)	/* number of the first event of a grid; 0: not on the grid */

/* Slot x is at about a straight line through the events so far, the latest counting most. */
struct grid {
	double w, x, t, xx, xt;		/* weighted sums */
	double at, tolerance;		/* the slot looked at */
	int number, furthest;		/* its x, and that of the last event */
	struct periods_grid seen;
};

static void add_event(struct grid *g, double x, double t)
{
	g->w = MEMORY * g->w + 1;
	g->x = MEMORY * g->x + x;
	g->t = MEMORY * g->t + t;
	g->xx = MEMORY * g->xx + x * x;
	g->xt = MEMORY * g->xt + x * t;
}

static double slope(const struct grid *g)
{
	return (g->w * g->xt - g->x * g->t) / (g->w * g->xx - g->x * g->x);
}

bool periods_active_near(const uint64_t *words, size_t n, double at, double tolerance)
{
	const long from = (long)fmax(0, ceil(at - tolerance)), to = (long)fmin((double)n - 1, floor(at + tolerance));

	for (long i = from; i <= to; i++) {
		if (bits_get(words, (size_t)i))
			return true;
	}
	return false;
}

/* The event nearest to `at` from event *from on, in the given direction; false if it is out of tolerance. */
static bool event_near(const struct periods *s, const struct grid *g, int direction, size_t *event)
{
	size_t i = *event, best = SIZE_MAX;

	for (; i < s->count; i += (size_t)direction) {
		const double beyond = ((double)s->positions[i] - g->at) * direction;

		if (beyond > g->tolerance)
			break;
		*event = i;
		if (beyond >= -g->tolerance &&
		    (best == SIZE_MAX || fabs(beyond) < fabs((double)s->positions[best] - g->at)))
			best = i;
	}
	if (best == SIZE_MAX)
		return false;
	*event = best;
	return true;
}

/* Follow a grid from an event to an end of the series. */
static void follow(struct periods *s, const uint64_t *words, struct grid *g, size_t event, int direction)
{
	for (event += (size_t)direction;;) {
		g->number += direction;
		g->at = g->t / g->w + slope(g) * (g->number - g->x / g->w);
		if (g->at < 0 || g->at > (double)s->n - 1)
			return;
		if (event < s->count && event_near(s, g, direction, &event)) {
			add_event(g, g->number, s->positions[event]);
			s->chain_events[event] = NUMBER_ZERO + (uint32_t)g->number;
			g->furthest = g->number;
			g->seen.hits++;
			event += (size_t)direction;
		} else if (!periods_active_near(words, s->n, g->at, g->tolerance) &&
			   (double)++g->seen.misses > (1 - SLOT_SHARE) / SLOT_SHARE * (double)s->count) {
			return;
		}
	}
}

bool periods_grid_lay(struct periods *s, const uint64_t *words, size_t i, size_t j, int cycles,
		      struct periods_grid *seen)
{
	const double t = s->positions[i];
	struct grid g = { .number = cycles, .furthest = cycles, .seen.hits = 2 };
	double period;

	memset(s->chain_events, 0, s->count * sizeof(*s->chain_events));
	s->chain_events[i] = NUMBER_ZERO;
	s->chain_events[j] = NUMBER_ZERO + (uint32_t)cycles;
	add_event(&g, 0, t);
	add_event(&g, cycles, s->positions[j]);
	g.tolerance = g.seen.tolerance = fmin(2, fmax(1, 0.1 * slope(&g)));
	follow(s, words, &g, j, 1);
	period = slope(&g);
	g = (struct grid){ .tolerance = g.tolerance, .furthest = g.furthest, .seen = g.seen };
	add_event(&g, g.furthest, t + period * g.furthest);
	add_event(&g, 0, t);
	follow(s, words, &g, i, -1);
	*seen = g.seen;
	return seen->hits >= PERIODS_MIN_EVENTS &&
	       (double)seen->hits >= SLOT_SHARE * (double)(seen->hits + seen->misses) &&
	       (double)seen->hits >= EVENT_SHARE * (double)s->count;
}
