/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trains without a missing event.
 *
 * Short ones (4 .. 32 events, possibly after some irregular ones at the start): with the first and the last event given, D samples
 * apart, a memoryless source puts the n - 2 events between them on any of the C(D-1, n-2) sets of samples with equal
 * probability (after clearing adjacent samples: C(D-n, n-2)), whatever its rate. Let S be the sum of squared residuals of the straight
 * line fitted to event times by least squares. The sets with a residual of at most S are the lattice points of an ellipsoid in
 * d = n - 2 dimensions, about as many as its volume:
 *
 *	p = V_d (S + n/12)^(d/2) / sqrt(12 (n-1)^2 / (n^2 (n^2-1))) / C(D-1, d),    V_d = pi^(d/2) / Gamma(d/2 + 1)
 *
 * where n/12 is the variance of rounding n times to whole samples, and the root is the determinant of the residual
 * form restricted to the inner events. (Exact enumeration for n = 7, D = 18: S = 0 1/6188, formula 1/1930: on the safe side.)
 *
 * Long ones: at least 90 % of the k gaps within max(1, 5 %) of their mean, against a geometric distribution of the gaps;
 * -ln p = k KL(share || q) (Chernoff), q the probability of such a gap.
 */
#include <math.h>

#include "agent/analysis/periods_internal.h"

#define SHORT_MAX 32		/* events of a short train */
#define SHORT_SHARE 0.6		/* of all the events, at least, must be in it */
#define SILENCE_MAX 2.5		/* periods since its last event: a train that has stopped is no news */
#define LONG_SHARE 0.9

static double ln_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

struct line {
	double slope, square;	/* slope, sum of squared residuals */
	double worst;		/* largest residual */
};

static struct line fit(const uint32_t *t, size_t n)
{
	const double count = (double)n, middle = (count - 1) / 2;
	const double spread = count * (count * count - 1) / 12;
	struct line line = { 0 };
	double mean = 0, cross = 0;

	for (size_t i = 0; i < n; i++)
		mean += (double)(t[i] - t[0]) / count;
	for (size_t i = 0; i < n; i++)
		cross += ((double)i - middle) * ((double)(t[i] - t[0]) - mean);
	line.slope = cross / spread;
	for (size_t i = 0; i < n; i++) {
		const double e = (double)(t[i] - t[0]) - mean - line.slope * ((double)i - middle);

		line.square += e * e;
		line.worst = fmax(line.worst, fabs(e));
	}
	return line;
}

static double short_log_p(const struct periods *s, const uint32_t *t, size_t n, const struct line *line)
{
	const double count = (double)n, d = count - 2;
	const double inner = s->adjacent ? (double)(t[n - 1] - t[0]) - count : (double)(t[n - 1] - t[0]) - 1;
	const double determinant = 12 * (count - 1) * (count - 1) / (count * count * (count * count - 1));
	const double volume = d / 2 * log(M_PI) - lgamma(d / 2 + 1);

	return ln_choose(inner, d) - volume - d / 2 * log(line->square + count / 12) + log(determinant) / 2;
}

static bool short_train(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const size_t most = s->count < SHORT_MAX ? s->count : SHORT_MAX;
	size_t least = (size_t)ceil(SHORT_SHARE * (double)s->count);
	double tests;

	if (least < PERIODS_MIN_EVENTS)
		least = PERIODS_MIN_EVENTS;
	if (most < least)
		return false;
	tests = (double)(most - least + 1);
	c->margin = -1;
	for (size_t n = least; n <= most; n++) {
		const uint32_t *t = s->positions + s->count - n;
		const struct line line = fit(t, n);
		double log_p, margin;

		if (line.slope < o->pmin - 0.5 || line.slope > o->pmax ||
		    line.worst > fmax(1, 0.05 * line.slope) || (double)s->silence > SILENCE_MAX * line.slope + 1)
			continue;
		log_p = short_log_p(s, t, n, &line);
		margin = log_p - log(tests / o->alpha_weak);
		if (margin <= c->margin)
			continue;
		*c = (struct periods_candidate){ .period = line.slope, .log_p = log_p, .margin = margin, .half = 1, .regular = true,
						 .support = (double)n / (double)s->count };
		c->weak = log_p < log(tests / o->alpha_weak) + log(o->pmax / o->alpha);
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
