/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairs of events a lag apart: how many there are, how many a Poisson process of this rate, or of the rate
 * around the lag, would have.
 */
#include <math.h>

#include "agent/analysis/periods_internal.h"

double periods_pairs_between(const struct periods *s, size_t from, size_t to)
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
	struct periods_pairs pairs = { .observed = periods_pairs_between(s, lag - half, lag + half) };
	const double around = (double)(to + 1 - from) - width;

	pairs.expected = (double)(s->n - lag) * rate * rate * width;
	if (lag - half <= 2)	/* after an onset the next sample cannot be one: those after it are likelier */
		pairs.expected /= 1 - rate;
	if (around >= 1)
		pairs.expected = fmax(pairs.expected,
				      (periods_pairs_between(s, from, to) - pairs.observed) / around * width);
	return pairs;
}

double periods_support(const struct periods *s, struct periods_pairs pairs, size_t lag)
{
	const double complete = (double)s->count * (double)(s->n - lag) / (double)s->n;

	return (pairs.observed - pairs.expected) / complete;
}

double periods_share(const struct periods *s, struct periods_pairs pairs, size_t lag)
{
	const double complete = (double)s->count * (double)(s->n - lag) / (double)s->n;
	const double room = fmax(complete - pairs.expected, 0.1 * complete);

	return fmin(1, (pairs.observed - pairs.expected) / room);
}

double periods_share_near(const struct periods *s, size_t lag, struct periods_pairs *pairs, size_t *half)
{
	double best = -1;

	if (lag < s->first || lag > s->last)
		return -1;
	for (size_t h = 0; h <= 4 && (double)h <= 0.2 * (double)lag; h += h ? h : 1) {
		const struct periods_pairs here = periods_pairs_at(s, lag, h);
		const double share = periods_share(s, here, lag);

		if (share <= best)
			continue;
		best = share;
		*pairs = here;
		*half = h;
	}
	return best;
}
