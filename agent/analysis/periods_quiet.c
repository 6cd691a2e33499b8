/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Periods of the quiet events, between dense runs (periods_mask.c): grids are laid through two events each
 * (periods_grid.c) and judged by the slots that are not hidden by a run.
 *
 * With the first and the last of m events on the grid given, and D quiet samples between them, a memoryless source
 * puts the d = m - 2 inner ones on any of the C(D, d) sets with equal probability; those about as close to a straight
 * line as these are the lattice points of an ellipsoid (see periods_short.c). To choose m of n events, and m of k
 * slots, adds factors C(n, m) and C(k - 2, d) (union bound):
 *
 *	p = V_d (S + m/16)^(d/2) / sqrt(X^2 / (m sum (x - mean x)^2)) C(k - 2, d) C(n, m) / C(D, d)
 */
#include <math.h>
#include <string.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define NEXT 3			/* grids go through an event and one of this many after it */
#define HIDDEN_MAX 6		/* cycles between the two, all but one hidden by runs */
#define TRIES 8			/* grids of about the same period */
#define CERTAIN 10		/* events from which on a period that may be shorter is told */

static double ln_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
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
static void judge(struct periods *s, const struct periods_grid *g, struct periods_candidate *c)
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

/* Are all the cycles between the two events hidden? */
static bool hidden(const struct periods *s, const uint64_t *words, size_t i, size_t j, size_t cycles)
{
	const double period = (double)(s->positions[j] - s->positions[i]) / (double)cycles;

	for (size_t k = 1; k < cycles; k++) {
		if (!periods_active_near(words, s->n, (double)s->positions[i] + (double)k * period, 1))
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
				struct periods_grid grid;

				if (period < shortest || period > longest || periods_explained(accepted, period) ||
				    !hidden(s, words, i, j, k) || s->acf[lround(period)]++ >= TRIES)
					continue;
				laid++;
				if (!periods_grid_lay(s, words, i, j, (int)k, &grid))
					continue;
				judge(s, &grid, &c);
				if (c.log_p <= best->log_p)
					continue;
				*best = c;
				memcpy(s->train, s->chain_events, s->count * sizeof(*s->train));
			}
		}
	}
	best->margin = best->log_p - log(fmax(1, (double)laid) / o->alpha_weak);
	best->weak = best->log_p < log(fmax(1, (double)laid) / o->alpha);
	return best->log_p > 0 && best->margin >= 0;
}

/*
 * May the period be `times` shorter, because all the slots between those of the grid are hidden? Then it is too early
 * to tell, unless there are many events.
 */
static bool divisible(const struct periods *s, const uint64_t *words, double period, size_t times)
{
	size_t hits = 0;

	for (size_t i = 0; i < s->count; i++) {
		hits += s->train[i] > 0;
		for (size_t k = 1; s->train[i] && k < times; k++) {
			const double at = (double)s->positions[i] + period * (double)k / (double)times;

			if (at < (double)s->n && !periods_active_near(words, s->n, at, 1))
				return false;
		}
	}
	return hits < CERTAIN;
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
