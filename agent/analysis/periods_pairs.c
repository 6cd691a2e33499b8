/* SPDX-License-Identifier: BSD-2-Clause */
/* How much of a train do the pairs of events a lag apart make? */
#include <math.h>

#include "agent/analysis/periods_internal.h"

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
