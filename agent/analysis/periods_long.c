/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long trains that are regular as a whole: at least 90 % of the k gaps within max(1, 5 %) of their mean,
 * against a geometric distribution of the gaps; -ln p = k KL(share || q) (Chernoff), q the probability of such
 * a gap.
 */
#include <math.h>

#include "agent/analysis/periods_internal.h"

#define LONG_MIN 17		/* events */
#define LONG_SHARE 0.9

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
		const double here = (double)(s->positions[i + 1] - s->positions[i]);

		if (here < g.low || here > g.high)
			continue;
		g.mean += here;
		regular++;
	}
	g.mean = regular ? g.mean / (double)regular : 0;
	g.share = (double)regular / (double)(s->count - 1);
	return g;
}

bool periods_long(const struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const double gaps = (double)(s->count - 1), least = s->adjacent ? 2 : 1;
	const double mean = (double)(s->n - 1) / gaps, stay = 1 - 1 / (mean - least + 1);
	struct gaps g;
	double q, log_p;

	if (s->count < LONG_MIN)
		return false;
	g = gaps_near(s, mean);
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
	*c = (struct periods_candidate){ .period = g.mean, .log_p = log_p, .half = 1, .regular = true,
					 .support = g.share,
					 .margin = log_p - log(o->pmax / o->alpha) };
	return c->margin >= 0;
}
