/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Autocorrelation test: are there more pairs of events a lag apart than a Poisson process of this rate, or of
 * this local rate, would have? A window of several widths around each lag takes up jitter; the base line from
 * the lags around the window takes away what bursts do.
 */
#include <math.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/periods_internal.h"

#define WIDTHS 5
#define NARROW 4		/* half-width of the widest fixed window */
#define NARROW_FROM 20		/* lag from which on it is allowed */
#define WIDTH_STEP 50		/* lags from which to which the widest window grows by a lag on each side: 2 % */
#define PAIRS_MIN 3
#define SUPPORT_MIN 0.12
#define DENSITY_MIN 0.3		/* events per period, at least: a distance inside bursts is no period */
#define DIVISORS 60
#define DIVISOR_SHARE 0.6
#define SHARED_SHARE 0.55

static size_t half_width(size_t lag, size_t i)
{
	static const size_t fixed[WIDTHS - 1] = { 0, 1, 2, NARROW };

	return i < WIDTHS - 1 ? fixed[i] : (lag + WIDTH_STEP / 2) / WIDTH_STEP;
}

static bool half_allowed(size_t lag, size_t i)
{
	const size_t half = half_width(lag, i);

	if (i == WIDTHS - 1 && half <= NARROW && half != 3)
		return false;
	return (double)half <= 0.2 * (double)lag;
}

/*
 * Score that a lag needs. The level alpha is shared out twice, equally among the lags and in proportion to 1 /
 * lag (periods are spread over orders of magnitude), and a lag has the larger of its two shares.
 */
static double threshold_at(const struct periods *s, double alpha, size_t lag)
{
	const double equal = (double)(s->last - s->first + 1);
	const double inverse = (double)lag * log((double)(s->last + 1) / (double)s->first);

	return log(WIDTHS * fmin(equal, inverse) / alpha);
}

/* -ln p of the best window around the lag, from width number `first` on, which is kept in the table. */
static float measure(struct periods *s, size_t lag, size_t first)
{
	const double overlap = (double)(s->n - lag), chance = overlap * s->rate * s->rate;
	const double least = SUPPORT_MIN * s->rate * overlap;
	struct periods_pairs pairs, best_pairs = { 0, 0 };
	size_t best_half = 0;
	double best = 0;

	for (size_t i = first; i < WIDTHS; i++) {
		const size_t half = half_width(lag, i);
		double observed, score;

		if (!half_allowed(lag, i))
			continue;
		/* Most windows end here: too few pairs even without the base line. */
		observed = periods_pairs_between(s, lag - half, lag + half);
		if (observed < PAIRS_MIN || observed - chance * (double)(2 * half + 1) < least)
			continue;
		pairs = periods_pairs_at(s, lag, half);
		if (pairs.observed - pairs.expected < least)
			continue;
		pairs.expected = pairs.expected > 1e-9 ? pairs.expected : 1e-9;
		score = pairs.observed * log(pairs.observed / pairs.expected) - pairs.observed + pairs.expected;
		if (score <= best)
			continue;
		best = score;
		best_pairs = pairs;
		best_half = half;
	}
	if (best > 0)
		s->table[lag] = (struct periods_lag){ .support = (float)periods_support(s, best_pairs, lag),
						      .share = (float)periods_share(s, best_pairs, lag),
						      .half = (uint32_t)best_half };
	return (float)best;
}

/*
 * Most lags have too few pairs for a score, whatever the base line says: in the widest of the fixed windows, which
 * holds the narrower ones, and in the one that grows with the lag. The bounds are those of the last of the lags that
 * have the same windows, the lowest.
 */
static void measure_all(struct periods *s)
{
	const double rate = s->rate, one = SUPPORT_MIN * rate + rate * rate;

	for (size_t lag = s->first, next; lag <= s->last; lag = next) {
		const size_t half = half_width(lag, WIDTHS - 1);
		uint32_t narrow, wide;
		double overlap;

		next = (2 * half + 1) * WIDTH_STEP / 2;
		next = next <= s->last ? next : s->last + 1;
		overlap = (double)(s->n - next) * (1 - 1e-9);
		narrow = (uint32_t)ceil(fmax(PAIRS_MIN, overlap * one));
		wide = (uint32_t)ceil(fmax(PAIRS_MIN, overlap * (one + 2 * (double)half * rate * rate)));
		for (size_t l = lag; l < next; l++) {
			s->scores[l] = 0;
			if (l < NARROW_FROM || s->sums[l + NARROW + 1] - s->sums[l - NARROW] >= narrow)
				s->scores[l] = measure(s, l, 0);
			else if (s->sums[l + half + 1] - s->sums[l - half] >= wide)
				s->scores[l] = measure(s, l, WIDTHS - 1);
		}
	}
}

/* R of what is left, the cheapest way or the one that is wanted. Without memory for a transform: one of the others. */
static void correlate(struct periods *s)
{
	static const enum autocorrelation_way fixed[] = { [PERIODS_PAIRS] = AUTOCORRELATION_PAIRS,
							  [PERIODS_POPCOUNT] = AUTOCORRELATION_POPCOUNT,
							  [PERIODS_TRANSFORMED] = AUTOCORRELATION_TRANSFORM };
	unsigned log2 = 4;
	enum autocorrelation_way way;
	kiss_fftr_cfg transform = NULL;

	while (((size_t)1 << log2) < s->n + s->lags)
		log2++;
	way = s->way == PERIODS_CHEAPEST ? autocorrelation_cheapest(s->n, s->count, s->lags, (size_t)1 << log2) :
					   fixed[s->way];
	if (way == AUTOCORRELATION_TRANSFORM)
		transform = periods_transform(s, log2);
	if (transform)
		autocorrelation_transform(transform, (size_t)1 << log2, s->positions, s->count, s->lags, s->wave, s->spectrum,
					  s->acf);
	else if (way == AUTOCORRELATION_PAIRS)
		autocorrelation_pairs(s->positions, s->count, s->lags, s->acf);
	else
		autocorrelation_popcount(s->onsets, s->n, s->lags, s->acf);
}

bool periods_lags_measure(struct periods *s, const struct periods_options *o)
{
	const double longest = fmin(floor(o->pmax), floor((double)s->n / 3));
	const double shortest = fmax(ceil(o->pmin), ceil(DENSITY_MIN * (double)s->n / (double)s->count));

	if (shortest > longest)
		return false;
	s->rate = (double)s->count / (double)s->n;
	s->first = (size_t)shortest;
	s->last = (size_t)longest;
	s->lags = (size_t)(1.45 * longest) + 6;
	if (s->lags > s->n)
		s->lags = s->n;
	correlate(s);
	s->sums[0] = 0;
	for (size_t lag = 0; lag < s->lags; lag++)
		s->sums[lag + 1] = s->sums[lag] + s->acf[lag];
	measure_all(s);
	return true;
}

double periods_lags_best(const struct periods *s)
{
	float best = 0;

	for (size_t lag = s->first; lag <= s->last; lag++)
		best = s->scores[lag] > best ? s->scores[lag] : best;
	return (double)best;
}

/* The lag with the highest score among those in [from, to] that may be reported; 0 if there is none. */
static size_t strongest(const struct periods *s, const struct periods_accepted *accepted, size_t from, size_t to)
{
	size_t best = 0;

	if (from < s->first)
		from = s->first;
	for (size_t lag = from; lag <= to && lag <= s->last; lag++) {
		if (s->scores[lag] > (best ? s->scores[best] : 0) &&
		    !periods_explained(accepted, (double)lag))
			best = lag;
	}
	return best;
}

/* The strongest lag of which top is `times` the multiple, with a score over the threshold; 0 if there is none. */
static size_t divisor(const struct periods *s, const struct periods_accepted *accepted, double alpha, size_t top,
		      size_t times)
{
	const double at = (double)top / (double)times;
	const size_t reach = (size_t)ceil((2 + (double)s->table[top].half) / (double)times);
	const size_t middle = (size_t)lround(at);
	size_t lag = strongest(s, accepted, middle, middle);
	double tolerance;

	if (!lag || (double)s->scores[lag] < threshold_at(s, alpha, lag))
		lag = strongest(s, accepted, middle > reach ? middle - reach : 1, middle + reach);
	if (!lag || lag >= top || (double)s->scores[lag] < threshold_at(s, alpha, lag))
		return 0;
	tolerance = fmax(2, (double)(s->table[lag].half + s->table[top].half));
	tolerance = fmin(tolerance, fmax(1, 0.25 * (double)lag));
	tolerance = fmax(tolerance, 0.5 * (double)times);	/* the period need not be a whole number of samples */
	return fabs((double)top - (double)(times * lag)) <= tolerance ? lag : 0;
}

/* The largest share around a lag: a period between two lags may show best in the wider window of the other. */
static double share_around(const struct periods *s, size_t lag)
{
	struct periods_pairs pairs;
	double best = -1;
	size_t half;

	for (size_t near = lag - 1; near <= lag + 1; near++)
		best = fmax(best, periods_share_near(s, near, &pairs, &half));
	return best;
}

static size_t gcd(size_t a, size_t b)
{
	return b ? gcd(b, a % b) : a;
}

/*
 * The period of which top is a multiple. Either the shortest lag with a share of its own comparable to that of
 * top; or, when two trains meet at top (k1 P1 = k2 P2, k1 and k2 coprime) and so divide its share between them,
 * the stronger of the two.
 */
static size_t fundamental(const struct periods *s, const struct periods_accepted *accepted, double alpha, size_t top)
{
	const double whole = (double)s->table[top].share;
	size_t most = top / s->first, lags[DIVISORS + 1] = { 0 }, best = 0;

	if (most > DIVISORS)
		most = DIVISORS;
	for (size_t k = most; k >= 2; k--) {
		lags[k] = divisor(s, accepted, alpha, top, k);
		if (lags[k] && share_around(s, lags[k]) >= DIVISOR_SHARE * whole)
			return lags[k];
	}
	for (size_t a = 2; a <= most; a++) {
		for (size_t b = 2; b < a && lags[a]; b++) {
			const struct periods_lag *x = &s->table[lags[a]], *y = &s->table[lags[b]];
			const size_t lag = s->scores[lags[a]] > s->scores[lags[b]] ? lags[a] : lags[b];

			if (!lags[b] || gcd(a, b) != 1 ||
			    (double)x->share + (double)y->share < SHARED_SHARE * whole)
				continue;
			if (!best || s->scores[lag] > s->scores[best])
				best = lag;
		}
	}
	return best ? best : top;
}


void periods_fundamental(const struct periods *s, const struct periods_options *o,
			 const struct periods_accepted *accepted, struct periods_candidate *c)
{
	const size_t top = (size_t)lround(c->period);
	size_t lag = top, before;

	if (top < s->first || top > s->last || s->scores[top] <= 0)
		return;
	do {
		before = lag;
		lag = fundamental(s, accepted, o->alpha, lag);
	} while (lag != before);
	if (lag == top)
		return;
	c->period = (double)lag;
	c->support = (double)s->table[lag].support;
	c->half = s->table[lag].half;
}

bool periods_by_lags(const struct periods *s, const struct periods_options *o, const struct periods_accepted *accepted,
		     struct periods_candidate *c)
{
	size_t lag = strongest(s, accepted, s->first, s->last), reach;
	double margin;

	if (!lag)
		return false;
	margin = (double)s->scores[lag] - threshold_at(s, o->alpha, lag);
	if (margin < 0)
		return false;
	c->period = (double)lag;
	periods_fundamental(s, o, accepted, c);
	lag = (size_t)c->period;
	reach = (size_t)fmax(lag < 8 ? 1 : 2, 0.03 * (double)lag);
	lag = strongest(s, accepted, lag - reach, lag + reach);
	margin = (double)s->scores[lag] - threshold_at(s, o->alpha, lag);
	*c = (struct periods_candidate){ .period = (double)lag, .log_p = (double)s->scores[lag], .margin = margin,
					 .support = (double)s->table[lag].support, .half = s->table[lag].half };
	return true;
}
