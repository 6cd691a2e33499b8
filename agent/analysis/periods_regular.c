/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trains that are regular as a whole: no other events, and few missing ones.
 *
 * Short ones (4 .. 32 events, possibly after some irregular ones at the start): with the first and the last event given, D samples
 * apart, a memoryless source puts the n - 2 events between them on any of the C(D-1, n-2) sets of samples with equal
 * probability (after clearing adjacent samples: C(D-n, n-2)), whatever its rate. Let S be the sum of squared residuals of the straight
 * line fitted by least squares to the event times against their numbers x. The sets with a residual of at most S are the lattice points
 * of an ellipsoid in d = n - 2 dimensions, about as many as its volume:
 *
 *	p = V_d (S + n/12)^(d/2) / sqrt(X^2 / (n sum (x - mean x)^2)) / C(D-1, d) * C(X-1, d),
 *
 * V_d = pi^(d/2) / Gamma(d/2 + 1), X = x_n - x_1; n/12 is the variance of rounding n times to whole samples, and the root is the
 * determinant of the residual form restricted to the inner events. Without a missing event x = 0, 1, 2 .. and X = n - 1;
 * otherwise C(X-1, d) counts the patterns of missing ones. (Exact enumeration for n = 7, D = 18, S = 0: 1/6188,
 * formula 1/1930: on the safe side.) alpha_weak is divided by the number of fits that are tried.
 *
 * Long ones: at least 90 % of the k gaps within max(1, 5 %) of their mean, against a geometric distribution of the gaps;
 * -ln p = k KL(share || q) (Chernoff), q the probability of such a gap.
 */
#include <math.h>

#include "agent/analysis/periods_internal.h"

#define SHORT_MAX 32		/* events of a short train */
#define SHORT_SHARE 0.6		/* of all the events, at least, must be in it */
#define FEW 12		/* events of a train that may miss some */
#define MISSING_MAX 2.2		/* cycles per event, at most, of such a train */
#define SILENCE_MAX 2.5		/* periods since its last event: a train that has stopped is no news */
#define LONG_SHARE 0.9

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

	return ln_choose(inner, d) - ln_choose(cycles - 1, d) - volume - d / 2 * log(line->square + count / 12) +
	       log(determinant) / 2;
}

/* Fit the last n events with numbers x; keep the result in c if it is better. */
static void try_line(const struct periods *s, const struct periods_options *o, const double *x, size_t n, double tests,
		     struct periods_candidate *c)
{
	const uint32_t *t = s->positions + s->count - n;
	const struct line line = fit(t, x, n);
	const double threshold = log(tests / o->alpha_weak);
	double log_p;

	if (line.slope < o->pmin - 0.5 || line.slope > o->pmax || line.worst > fmax(1, 0.05 * line.slope) ||
	    (double)s->silence > SILENCE_MAX * line.slope + 1)
		return;
	log_p = short_log_p(s, t, n, x[n - 1], &line);
	if (log_p - threshold <= c->margin)
		return;
	*c = (struct periods_candidate){ .period = line.slope, .log_p = log_p, .margin = log_p - threshold, .half = 1,
					 .regular = true, .support = (double)n / (double)s->count };
	c->weak = log_p < threshold + log(o->pmax / o->alpha);
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

static bool short_train(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const size_t most = s->count < SHORT_MAX ? s->count : SHORT_MAX;
	const size_t cycles = (size_t)(MISSING_MAX * (double)(s->count - 1));
	size_t least = (size_t)ceil(SHORT_SHARE * (double)s->count);
	double x[SHORT_MAX];

	if (least < PERIODS_MIN_EVENTS)
		least = PERIODS_MIN_EVENTS;
	c->margin = -1;
	for (size_t n = 0; n < most; n++)
		x[n] = (double)n;
	for (size_t n = least; n <= most; n++)
		try_line(s, o, x, n, (double)(most - least + 1), c);
	for (size_t k = s->count; c->margin < 0 && s->count <= FEW && k <= cycles; k++) {
		if (number(s->positions, s->count, k, x))
			try_line(s, o, x, s->count, (double)(cycles - s->count + 1), c);
	}
	return c->margin >= 0;
}

struct gaps {
	double mean, share;
	double low, high;	/* the gaps that count as regular */
};

static struct gaps gaps_near(const struct periods *s, double centre)
{
	const double tolerance = fmax(1, 0.05 * centre);
	struct gaps g = { .low = round(centre) - floor(tolerance), .high = round(centre) + floor(tolerance) };
	size_t regular = 0;

	for (size_t i = 0; i + 1 < s->count; i++) {
		const double gap = (double)(s->positions[i + 1] - s->positions[i]);

		if (gap < g.low || gap > g.high)
			continue;
		g.mean += gap;
		regular++;
	}
	g.mean = regular ? g.mean / (double)regular : 0;
	g.share = (double)regular / (double)(s->count - 1);
	return g;
}

static bool long_train(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const double gaps = (double)(s->count - 1), least = s->adjacent ? 2 : 1;
	const double mean = (double)(s->n - 1) / gaps, stay = 1 - 1 / (mean - least + 1);
	struct gaps g = gaps_near(s, mean);
	double q, log_p;

	if (g.share < LONG_SHARE / 2)
		return false;
	g = gaps_near(s, g.mean);
	if (g.share < LONG_SHARE || g.mean < o->pmin || g.mean > o->pmax)
		return false;
	q = pow(stay, fmax(0, g.low - least)) - pow(stay, g.high - least + 1);
	if (q <= 0 || q >= g.share)
		return false;
	log_p = g.share * log(g.share / q);
	if (g.share < 1)
		log_p += (1 - g.share) * log((1 - g.share) / (1 - q));
	log_p *= gaps;
	*c = (struct periods_candidate){ .period = g.mean, .log_p = log_p, .half = 1, .regular = true, .support = g.share,
					 .margin = log_p - log(o->pmax / o->alpha) };
	return c->margin >= 0;
}

bool periods_regular(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	if (short_train(s, o, c))
		return true;
	return s->count > SHORT_MAX / 2 && long_train(s, o, c);
}
