/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Short trains that are regular as a whole: 4 .. 32 events, possibly after some irregular ones at the start,
 * and few missing.
 *
 * With the first and the last event given, D samples apart, a memoryless source puts the n - 2 events between
 * them on any of the C(D-1, n-2) sets of samples with equal probability (after clearing adjacent samples:
 * C(D-n, n-2)), whatever its rate. Let S be the sum of squared residuals of the straight line fitted by least
 * squares to the event times against their numbers x. The sets with a residual of at most S are the lattice
 * points of an ellipsoid in d = n - 2 dimensions, about as many as its volume:
 *
 *	p = V_d (S + n/16)^(d/2) / sqrt(X^2 / (n sum (x - mean x)^2)) / C(D-1, d) * C(X-1, d),
 *
 * V_d = pi^(d/2) / Gamma(d/2 + 1), X = x_n - x_1; n/16 stands for the rounding of n times to whole samples, and
 * the root is the determinant of the residual form restricted to the inner events. Without a missing event x =
 * 0, 1, 2 .. and X = n - 1; otherwise C(X-1, d) counts the patterns of missing ones. (Exact enumeration for n =
 * 7, D = 18, S = 0: 1/6188, formula 1/3980: on the safe side.) Half of alpha_weak is for all the events, half
 * is divided among the other fits.
 *
 * If each action of a device shows as several events (a request and what follows it), the first events of the
 * groups are fitted: those after a gap of at least 0.55 times the largest. Their gaps are alike already by that
 * choice, so p is also at least the probability that gaps uniform in [0.55, 1] times the largest differ by no
 * more than these do.
 */
#include <math.h>
#include <stdlib.h>

#include "agent/analysis/periods_internal.h"

#define SHORT_MAX 32		/* events of a short train */
#define SHORT_SHARE 0.6		/* of all the events, at least, must be in it */
#define GROUP_GAP 0.55		/* of the largest gap: what separates groups */
#define FEW 12			/* events of a train that may miss some */
#define MISSING_MAX 2.2		/* cycles per event, at most, of such a train */
#define SILENCE_MAX 2.5		/* periods since its last event: a train that has stopped is no news */

static double ln_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

struct line {
	double slope, square;	/* slope, sum of squared residuals */
	double worst;		/* largest residual */
	double spread;		/* sum (x - mean x)^2 */
};

static struct line fit(const uint32_t *t, const double *x, size_t n)
{
	struct line line = { 0, 0, 0, 0 };
	double mean = 0, middle = 0, cross = 0;

	for (size_t i = 0; i < n; i++) {
		mean += (double)(t[i] - t[0]) / (double)n;
		middle += x[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		cross += (x[i] - middle) * ((double)(t[i] - t[0]) - mean);
		line.spread += (x[i] - middle) * (x[i] - middle);
	}
	line.slope = cross / line.spread;
	for (size_t i = 0; i < n; i++) {
		const double e = (double)(t[i] - t[0]) - mean - line.slope * (x[i] - middle);

		line.square += e * e;
		line.worst = fmax(line.worst, fabs(e));
	}
	return line;
}

static double short_log_p(const struct periods *s, const uint32_t *t, size_t n, double cycles, const struct line *line)
{
	const double count = (double)n, d = count - 2;
	const double inner = s->adjacent ? (double)(t[n - 1] - t[0]) - count : (double)(t[n - 1] - t[0]) - 1;
	const double determinant = cycles * cycles / (count * line->spread);
	const double volume = d / 2 * log(M_PI) - lgamma(d / 2 + 1);

	return ln_choose(inner, d) - ln_choose(cycles - 1, d) - volume - d / 2 * log(line->square + count / 16) +
	       log(determinant) / 2;
}

/*
 * Fit n event times with numbers x; keep the result in c if it is better. log_p_max: what the choice of the
 * events allows.
 */
static void try_line(const struct periods *s, const struct periods_options *o, const uint32_t *t, const double *x,
		     size_t n, double tests, double log_p_max, struct periods_candidate *c)
{
	const struct line line = fit(t, x, n);
	const double threshold = log(tests / o->alpha_weak);
	double log_p;

	if (line.slope < o->pmin - 0.5 || line.slope > o->pmax || line.worst > fmax(1, 0.05 * line.slope) ||
	    (double)s->silence > SILENCE_MAX * line.slope + 1)
		return;
	log_p = fmin(log_p_max, short_log_p(s, t, n, x[n - 1], &line));
	if (log_p - threshold <= c->margin)
		return;
	*c = (struct periods_candidate){ .period = line.slope, .log_p = log_p, .margin = log_p - threshold, .half = 1,
					 .regular = true, .support = (double)n / (double)s->count };
	c->weak = log_p < threshold + log(o->pmax / o->alpha);
}

/* All the events, or the last ones of them, without a missing one. */
static void try_complete(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const size_t most = s->count < SHORT_MAX ? s->count : SHORT_MAX;
	size_t least = (size_t)ceil(SHORT_SHARE * (double)s->count);
	double x[SHORT_MAX];

	if (least < PERIODS_MIN_EVENTS)
		least = PERIODS_MIN_EVENTS;
	for (size_t n = 0; n < most; n++)
		x[n] = (double)n;
	for (size_t n = least; n <= most; n++)
		try_line(s, o, s->positions + s->count - n, x, n, n == s->count ? 2 : 2 * (double)(most - least + 1),
			 INFINITY, c);
}

static uint32_t gap(const uint32_t *t, size_t i)
{
	return t[i + 1] - t[i];
}

static void gap_range(const uint32_t *t, size_t n, uint32_t *low, uint32_t *high)
{
	*low = UINT32_MAX;
	*high = 0;
	for (size_t i = 0; i + 1 < n; i++) {
		*low = gap(t, i) < *low ? gap(t, i) : *low;
		*high = gap(t, i) > *high ? gap(t, i) : *high;
	}
}

/* The first events of groups; with all of them and without the first, which may be a start and not an action. */
static void try_groups(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	uint32_t heads[SHORT_MAX], low, high;
	double x[SHORT_MAX];
	size_t n = 1;

	gap_range(s->positions, s->count, &low, &high);
	heads[0] = s->positions[0];
	for (size_t i = 1; i < s->count; i++) {
		if (gap(s->positions, i - 1) < GROUP_GAP * high)
			continue;
		if (n == SHORT_MAX)
			return;
		x[n] = (double)n;
		heads[n++] = s->positions[i];
	}
	x[0] = 0;
	for (size_t skip = 0; skip < 2 && n >= skip + PERIODS_MIN_EVENTS && n < s->count; skip++) {
		double room;

		gap_range(heads + skip, n - skip, &low, &high);
		room = (1 - GROUP_GAP) * high / (high - low + 1.0);
		try_line(s, o, heads + skip, x, n - skip, 2, (double)(n - skip - 2) * log(fmax(1, room)), c);
	}
}

/* Numbers of the events if there are `cycles` cycles between the first and the last; false if two fall on one. */
static bool number(const uint32_t *t, size_t n, size_t cycles, double *x)
{
	for (size_t i = 0; i < n; i++) {
		x[i] = round((double)(t[i] - t[0]) * (double)cycles / (double)(t[n - 1] - t[0]));
		if (i && x[i] <= x[i - 1])
			return false;
	}
	return true;
}

/* Do the gaps repeat every second or third? Then nothing is missing, but an action shows as several events. */
static bool repeating(const uint32_t *t, size_t n)
{
	for (size_t step = 2; step <= 3 && n > step + 2; step++) {
		size_t i = 0;

		while (i + step + 1 < n && llabs((long long)gap(t, i) - gap(t, i + step)) <= 2)
			i++;
		if (i + step + 1 == n)
			return true;
	}
	return false;
}

bool periods_after_start(const struct periods *s, double period)
{
	size_t common = 0;

	for (size_t i = 1; i + 1 < s->count; i++) {
		size_t cycles = (size_t)lround(gap(s->positions, i) / period);

		while (cycles) {
			const size_t rest = common % cycles;

			common = cycles;
			cycles = rest;
		}
	}
	return common > 1;
}

/* Few events, some missing. */
static void try_missing(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const size_t most = (size_t)(MISSING_MAX * (double)(s->count - 1));
	const double length = s->positions[s->count - 1] - s->positions[0];
	double x[FEW];

	if (s->count > FEW || repeating(s->positions, s->count))
		return;
	for (size_t cycles = s->count; cycles <= most; cycles++) {
		if (number(s->positions, s->count, cycles, x) &&
		    !periods_after_start(s, length / (double)cycles))
			try_line(s, o, s->positions, x, s->count, (double)(most - s->count + 1), INFINITY, c);
	}
}

bool periods_short(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	c->margin = -1;
	try_complete(s, o, c);
	if (c->margin < 0)
		try_groups(s, o, c);
	if (c->margin < 0)
		try_missing(s, o, c);
	return c->margin >= 0;
}
