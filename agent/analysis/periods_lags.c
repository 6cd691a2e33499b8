/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Autocorrelation test: are there more pairs of events a lag apart than a Poisson process of this rate, or of this local rate,
 * would have? A window of several widths around each lag takes up jitter; the base line from the lags around the window
 * takes away what bursts do.
 */
#include <math.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/periods_internal.h"

#define WIDTHS 5
#define SUPPORT_MIN 0.2
#define DENSITY_MIN 0.3		/* events per period, at least: a distance inside bursts is no period */
#define SUBMULTIPLE_SUPPORT 0.6

static size_t half_width(size_t lag, size_t i)
{
	static const size_t fixed[WIDTHS - 1] = { 0, 1, 2, 4 };

	return i < WIDTHS - 1 ? fixed[i] : (size_t)lround(0.02 * (double)lag);
}

static bool half_allowed(size_t lag, size_t i)
{
	const size_t half = half_width(lag, i);

	if (i == WIDTHS - 1 && half <= 4 && half != 3)
		return false;
	return (double)half <= 0.2 * (double)lag;
}

/* Pairs with a distance in [from, to]. */
static double pairs_between(const struct periods *s, size_t from, size_t to)
{
	if (to >= s->lags)
		to = s->lags - 1;
	return from > to ? 0 : (double)(s->sums[to + 1] - s->sums[from]);
}

struct periods_pairs periods_pairs_at(const struct periods *s, size_t lag, size_t half)
{
	const double rate = (double)s->count / (double)s->n, width = (double)(2 * half + 1);
	const size_t low = (size_t)(0.6 * (double)lag), high = (size_t)ceil(1.4 * (double)lag) + half;
	const size_t from = low > half + 2 ? low - half : 2, to = high < s->lags ? high : s->lags - 1;
	struct periods_pairs pairs = { .observed = pairs_between(s, lag - half, lag + half) };
	const double around = (double)(to + 1 - from) - width;

	pairs.expected = (double)(s->n - lag) * rate * rate * width;
	if (lag - half <= 2)	/* after an onset the next sample cannot be one: those after it are likelier */
		pairs.expected /= 1 - rate;
	if (around >= 1)
		pairs.expected = fmax(pairs.expected,
				      (pairs_between(s, from, to) - pairs.observed) / around * width);
	return pairs;
}

double periods_support(const struct periods *s, struct periods_pairs pairs, size_t lag)
{
	const double complete = (double)s->count * (double)(s->n - lag) / (double)s->n;

	return (pairs.observed - pairs.expected) / complete;
}

static struct periods_lag measure(const struct periods *s, size_t lag)
{
	struct periods_lag best = { 0 };

	for (size_t i = 0; i < WIDTHS; i++) {
		const size_t half = half_width(lag, i);
		struct periods_pairs pairs;
		double support, score;

		if (!half_allowed(lag, i) || pairs_between(s, lag - half, lag + half) < 3)
			continue;
		pairs = periods_pairs_at(s, lag, half);
		support = periods_support(s, pairs, lag);
		if (support < SUPPORT_MIN)
			continue;
		pairs.expected = fmax(pairs.expected, 1e-9);
		score = pairs.observed * log(pairs.observed / pairs.expected) - pairs.observed + pairs.expected;
		if (score > (double)best.score)
			best = (struct periods_lag){ .score = (float)score, .support = (float)support,
						     .half = (uint32_t)half };
	}
	return best;
}

bool periods_lags_measure(struct periods *s, const struct periods_options *o)
{
	const double longest = fmin(floor(o->pmax), floor((double)s->n / 3));
	const double shortest = fmax(ceil(o->pmin), ceil(DENSITY_MIN * (double)s->n / (double)s->count));

	if (shortest > longest)
		return false;
	s->first = (size_t)shortest;
	s->last = (size_t)longest;
	s->lags = (size_t)(1.45 * longest) + 6;
	if (s->lags > s->n)
		s->lags = s->n;
	autocorrelation(s->onsets, s->n, s->positions, s->count, s->lags, s->acf);
	s->sums[0] = 0;
	for (size_t lag = 0; lag < s->lags; lag++)
		s->sums[lag + 1] = s->sums[lag] + s->acf[lag];
	for (size_t lag = s->first; lag <= s->last; lag++)
		s->table[lag] = measure(s, lag);
	return true;
}

/* The lag with the highest score among those in [from, to] that may be reported; 0 if there is none. */
static size_t strongest(const struct periods *s, const struct periods_accepted *accepted, size_t from, size_t to)
{
	size_t best = 0;

	if (from < s->first)
		from = s->first;
	for (size_t lag = from; lag <= to && lag <= s->last; lag++) {
		if (s->table[lag].score > (best ? s->table[best].score : 0) &&
		    !periods_explained(accepted, (double)lag))
			best = lag;
	}
	return best;
}

/* Shortest good lag of which top is a multiple, with support of its own; top itself if there is none. */
static size_t fundamental(const struct periods *s, const struct periods_accepted *accepted, double threshold, size_t top)
{
	for (size_t lag = s->first; lag < top; lag++) {
		const struct periods_lag *at = &s->table[lag];
		const double times = round((double)top / (double)lag);
		const double off = fabs((double)top - times * (double)lag);
		double tolerance = fmax(2, (double)(at->half + s->table[top].half));

		tolerance = fmin(tolerance, fmax(1, 0.25 * (double)lag));
		if ((double)at->score >= threshold && times >= 2 && off <= tolerance &&
		    (double)at->support >= SUBMULTIPLE_SUPPORT * (double)s->table[top].support &&
		    !periods_explained(accepted, (double)lag))
			return lag;
	}
	return top;
}

bool periods_by_lags(const struct periods *s, const struct periods_options *o, const struct periods_accepted *accepted,
		     struct periods_candidate *c)
{
	const double threshold = log((double)(WIDTHS * (s->last - s->first + 1)) / o->alpha);
	size_t lag = strongest(s, accepted, s->first, s->last), reach, before;

	if (!lag || (double)s->table[lag].score < threshold)
		return false;
	do {
		before = lag;
		lag = fundamental(s, accepted, threshold, lag);
	} while (lag != before);
	reach = (size_t)fmax(lag < 8 ? 1 : 2, 0.03 * (double)lag);
	lag = strongest(s, accepted, lag - reach, lag + reach);
	*c = (struct periods_candidate){ .period = (double)lag, .log_p = (double)s->table[lag].score,
					 .margin = (double)s->table[lag].score - threshold,
					 .support = (double)s->table[lag].support, .half = s->table[lag].half };
	return true;
}
