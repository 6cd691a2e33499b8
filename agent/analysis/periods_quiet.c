/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Periods of the quiet events, between dense runs (periods_mask.c): a grid is laid through two events, continued to both
 * ends of the series, and judged by the slots that are not hidden by a run.
 *
 * With the first and the last of m events on the grid given, and D quiet samples between them, a memoryless source puts d = m
 * - 2 inner ones on any of the C(D, d) sets with equal probability; those about as close to a straight line as these are the
 * lattice points of an ellipsoid (see periods_short.c). To choose m of n events, and m of k slots, adds factors C(n, m)
 * and C(k - 2, d) (union bound):
 *
 *	p = V_d (S + m/16)^(d/2) / sqrt(X^2 / (m sum (x - mean x)^2)) C(k - 2, d) C(n, m) / C(D, d)
 */
#include <math.h>
#include <string.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define NEXT 3			/* grids go through an event and one of this many after it */
#define HIDDEN_MAX 6		/* cycles between the two, all but one hidden by runs */
#define TRIES 4			/* grids of about the same period */
#define SLOT_SHARE 0.7		/* of the slots that can be seen, at least, must have an event */
#define EVENT_SHARE 0.4		/* of the events, at least, must be on the grid */
#define PHASE_GAIN 0.5		/* of the deviation of an event, for the next slot ... */
#define PERIOD_GAIN 0.1		/* ... and for the period */
#define NUMBER_ZERO (1u << 20)	/* number of the first event of a grid; 0: not on the grid */

struct grid {
	double phase, period, tolerance;
	size_t hits, misses;
	uint32_t number;
};

static double ln_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static bool active_near(const uint64_t *words, size_t n, double at, double tolerance)
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
		const double beyond = ((double)s->positions[i] - g->phase) * direction;

		if (beyond > g->tolerance)
			break;
		*event = i;
		if (beyond >= -g->tolerance &&
		    (best == SIZE_MAX ||
		     fabs(beyond) < fabs((double)s->positions[best] - g->phase)))
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
	g->phase = s->positions[event];
	event += (size_t)direction;
	for (;;) {
		g->phase += direction * g->period;
		g->number += (uint32_t)direction;
		if (g->phase < 0 || g->phase > (double)s->n - 1)
			return;
		if (event < s->count && event_near(s, g, direction, &event)) {
			const double e = (double)s->positions[event] - g->phase;

			s->chain_events[event] = g->number;
			g->hits++;
			g->phase += PHASE_GAIN * e;
			g->period += direction * PERIOD_GAIN * e;
			event += (size_t)direction;
			continue;
		}
		if (!active_near(words, s->n, g->phase, g->tolerance) &&
		    (double)++g->misses > (1 - SLOT_SHARE) / SLOT_SHARE * (double)s->count)
			return;
	}
}

static size_t quiet_between(const struct periods *s, size_t from, size_t to)
{
	size_t quiet = 0;

	for (size_t i = from + 1; i < to; i++)
		quiet += !bits_get(s->mask, i);
	return quiet;
}

static size_t gcd(size_t a, size_t b)
{
	return b ? gcd(b, a % b) : a;
}

/* The straight line through the events of the grid, and how likely that is. */
static void judge(struct periods *s, const struct grid *g, struct periods_candidate *c)
{
	const double m = (double)g->hits, d = m - 2, slots = m + (double)g->misses;
	double mean_x = 0, mean_t = 0, spread = 0, cross = 0, square = 0, cycles;
	size_t first = SIZE_MAX, last = 0, common = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!s->chain_events[i])
			continue;
		mean_x += (double)s->chain_events[i] / m;
		mean_t += (double)s->positions[i] / m;
		first = first == SIZE_MAX ? i : first;
		last = i;
	}
	for (size_t i = first; i <= last; i++) {
		const double x = (double)s->chain_events[i] - mean_x, t = (double)s->positions[i] - mean_t;

		if (!s->chain_events[i])
			continue;
		spread += x * x;
		cross += x * t;
		square += t * t;
	}
	for (size_t i = first; i <= last; i++) {
		if (s->chain_events[i])
			common = gcd(common, s->chain_events[i] - s->chain_events[first]);
	}
	square -= cross * cross / spread;
	cycles = (double)(s->chain_events[last] - s->chain_events[first]);
	c->period = cross / spread * (double)common;
	c->log_p = ln_choose((double)quiet_between(s, s->positions[first], s->positions[last]), d) -
		   ln_choose(slots - 2, d) - ln_choose((double)s->count, m) - d / 2 * log(M_PI) + lgamma(d / 2 + 1) -
		   d / 2 * log(fmax(0, square) + m / 16) + log(cycles * cycles / (m * spread)) / 2;
	c->support = m / slots;
	c->half = (size_t)g->tolerance;
}

/* Lay a grid through events i and j, `cycles` periods apart; false if it is not worth to be judged. */
static bool lay(struct periods *s, const uint64_t *words, size_t i, size_t j, double cycles, struct periods_candidate *c)
{
	struct grid g = { .period = (double)(s->positions[j] - s->positions[i]) / cycles, .hits = 2 };

	g.tolerance = fmin(2, fmax(1, 0.05 * g.period));
	memset(s->chain_events, 0, s->count * sizeof(*s->chain_events));
	s->chain_events[i] = NUMBER_ZERO;
	s->chain_events[j] = g.number = NUMBER_ZERO + (uint32_t)cycles;
	follow(s, words, &g, j, 1);
	g.number = NUMBER_ZERO;
	follow(s, words, &g, i, -1);
	if (g.hits < PERIODS_MIN_EVENTS || (double)g.hits < SLOT_SHARE * (double)(g.hits + g.misses) ||
	    (double)g.hits < EVENT_SHARE * (double)s->count)
		return false;
	judge(s, &g, c);
	return true;
}

/* Are all the cycles between the two events hidden? */
static bool hidden(const struct periods *s, const uint64_t *words, size_t i, size_t j, size_t cycles)
{
	const double period = (double)(s->positions[j] - s->positions[i]) / (double)cycles;

	for (size_t k = 1; k < cycles; k++) {
		if (!active_near(words, s->n, (double)s->positions[i] + (double)k * period, 1))
			return false;
	}
	return true;
}

/* The best grid; its events keep their numbers in chain_events. */
static bool search(struct periods *s, const uint64_t *words, const struct periods_options *o,
		   const struct periods_accepted *accepted, struct periods_candidate *best)
{
	const double longest = fmin(o->pmax, (double)s->n / 3), shortest = fmax(o->pmin, 3);
	size_t laid = 0;

	memset(s->acf, 0, (s->n + 1) * sizeof(*s->acf));
	best->log_p = 0;
	for (size_t i = 0; i < s->count; i++) {
		for (size_t j = i + 1; j < s->count && j <= i + NEXT; j++) {
			for (size_t k = 1; k <= HIDDEN_MAX; k++) {
				const double period = (double)(s->positions[j] - s->positions[i]) / (double)k;
				struct periods_candidate c = { .regular = true };

				if (period < shortest || period > longest || periods_explained(accepted, period) ||
				    !hidden(s, words, i, j, k) || s->acf[lround(period)]++ >= TRIES)
					continue;
				laid++;
				if (!lay(s, words, i, j, (double)k, &c) || c.log_p <= best->log_p)
					continue;
				*best = c;
				memcpy(s->train, s->chain_events, s->count * sizeof(*s->train));
			}
		}
	}
	best->margin = best->log_p - log(fmax(1, (double)laid) / o->alpha_weak);
	best->weak = best->log_p < log(fmax(1, (double)laid) * o->pmax / o->alpha);
	return best->log_p > 0 && best->margin >= 0;
}

/*
 * May the period be `times` shorter, because all the slots between those of the grid are hidden? Then it is too early to
 * tell.
 */
static bool divisible(const struct periods *s, const uint64_t *words, double period, size_t times)
{
	for (size_t i = 0; i < s->count; i++) {
		for (size_t k = 1; s->train[i] && k < times; k++) {
			const double at = (double)s->positions[i] + period * (double)k / (double)times;

			if (at < (double)s->n && !active_near(words, s->n, at, 1))
				return false;
		}
	}
	return true;
}

/* Take the events of the grid away; returns the position of the last. */
static size_t take_away(struct periods *s)
{
	size_t kept = 0, last = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->train[i])
			last = s->positions[i];
		else
			s->positions[kept++] = s->positions[i];
	}
	s->count = kept;
	return last;
}

size_t periods_quiet(struct periods *s, const uint64_t *words, const struct periods_options *o,
		     struct periods_candidate out[PERIODS_MAX], size_t last[PERIODS_MAX])
{
	struct periods_accepted accepted = { .count = 0 };

	while (accepted.count < PERIODS_MAX && s->count >= PERIODS_MIN_EVENTS) {
		const size_t i = accepted.count;

		if (!search(s, words, o, &accepted, &out[i]) || divisible(s, words, out[i].period, 2) ||
		    divisible(s, words, out[i].period, 3))
			break;
		last[i] = take_away(s);
		accepted.period[accepted.count++] = out[i].period;
	}
	return accepted.count;
}
