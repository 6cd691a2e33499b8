/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * H-test (de Jager, Raubenheimer and Swanepoel 1989; -ln p = 0.4 H after de Jager and Büsching 2010): the power
 * of the event times summed over up to 12 harmonics, for every frequency of an eightfold oversampled spectrum.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "agent/analysis/periods_internal.h"

#define HARMONICS 12
#define SUBMULTIPLES 12
#define DIVISOR_SHARE 0.6
#define OCTAVE_FIRST 64		/* bins of the lowest band */

static unsigned transform_log2(const struct periods *s)
{
	unsigned log2 = 4;

	while (((size_t)1 << log2) < PERIODS_OVERSAMPLING * s->n)
		log2++;
	return log2;
}

/* |Y|^2 at bins 0 .. bins - 1 in s->wave. */
static int transform(struct periods *s, unsigned log2, size_t bins)
{
	const size_t length = (size_t)1 << log2;
	kiss_fftr_cfg whole;

	if (s->way != PERIODS_TRANSFORMED && periods_zoom_cost(s, bins, log2) < ldexp(log2, (int)log2))
		return periods_zoom(s, bins, log2);
	whole = periods_transform(s, log2);
	if (!whole)
		return -ENOMEM;
	memset(s->wave, 0, length * sizeof(*s->wave));
	for (size_t i = 0; i < s->count; i++)
		s->wave[s->positions[i]] = 1;
	kiss_fftr(whole, s->wave, s->spectrum);
	for (size_t i = 0; i < bins; i++)
		s->wave[i] = s->spectrum[i].r * s->spectrum[i].r + s->spectrum[i].i * s->spectrum[i].i;
	return 0;
}

/* How many bins are looked at, from the lowest on: up to the last harmonic of the shortest period. */
static size_t bins_needed(size_t shortest, size_t length)
{
	const size_t half = length / 2, last = HARMONICS * (length / shortest);

	return (last < half ? last : half) + 1;
}

/* The k-th smallest of n values (Hoare's selection); reorders them. */
static float nth(float *v, size_t n, size_t k)
{
	size_t low = 0, high = n - 1;

	while (low < high) {
		const float pivot = v[low + (high - low) / 2];
		size_t i = low, j = high;

		for (;; i++, j--) {
			while (v[i] < pivot)
				i++;
			while (pivot < v[j])
				j--;
			if (i >= j)
				break;
			const float swap = v[i];

			v[i] = v[j];
			v[j] = swap;
		}
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
	return v[low];
}

/*
 * wave[0 .. bins - 1] from |Y|^2 to power: 2 |Y|^2 / count, mean 2 for a Poisson process. Bursts make the low
 * frequencies louder than that, and clearing adjacent samples the high ones: where the median of an octave is above
 * that of noise, 2 ln 2, the octave is divided by it. Lines are too narrow to move a median. The last octave goes on
 * to the end if less than half of the next is there.
 */
static void normalise(struct periods *s, size_t bins)
{
	const float scale = 2 / (float)s->count;
	float *sample = (float *)s->spectrum, *wave = s->wave;

	for (size_t from = 0, to = OCTAVE_FIRST; from < bins; from = to, to *= 2) {
		size_t n = 0;
		float level, factor;

		if (bins - from < from + to)
			to = bins;
		for (size_t i = from; i < to; i += PERIODS_OVERSAMPLING)
			sample[n++] = scale * wave[i];
		level = nth(sample, n, n / 2) / (2 * (float)M_LN2);
		factor = level > 1 ? scale / level : scale;
		for (size_t i = from; i < to; i++)
			wave[i] *= factor;
	}
}

/* H of the frequency of bin i; harmonics beyond half have the mean power 2 and never raise it. */
static float h_at(const float *power, size_t i, size_t half)
{
	float sum = power[i], best = sum;

	for (size_t m = 2; m <= HARMONICS && m * i <= half; m++) {
		sum += power[m * i] - 4;
		best = sum > best ? sum : best;
	}
	return best;
}

static size_t strongest(const struct periods *s, const struct periods_options *o,
			const struct periods_accepted *accepted, size_t length, float *h)
{
	const size_t half = length / 2;
	size_t from = (size_t)ceil((double)length / fmin(o->pmax, (double)s->n / 3));
	size_t to = length / s->first, best = 0;	/* shorter ones are not periods of this series */

	*h = 0;
	for (size_t i = from ? from : 1; i <= to && i <= half; i++) {
		const float value = h_at(s->wave, i, half);

		if (value <= *h || periods_explained(accepted, (double)length / (double)i))
			continue;
		*h = value;
		best = i;
	}
	return best;
}

/*
 * The spectrum cannot tell a period from its fractions: the shortest multiple with enough of a share is the
 * period.
 */
static bool resolve(const struct periods *s, double e0, struct periods_candidate *c)
{
	double share[SUBMULTIPLES + 1], best = 0;
	struct periods_pairs pairs[SUBMULTIPLES + 1];
	size_t half[SUBMULTIPLES + 1];

	for (size_t q = 1; q <= SUBMULTIPLES; q++) {
		share[q] = periods_share_near(s, (size_t)lround((double)q * e0), &pairs[q], &half[q]);
		best = fmax(best, share[q]);
	}
	for (size_t q = 1; q <= SUBMULTIPLES && best > 0; q++) {
		if (share[q] < DIVISOR_SHARE * best)
			continue;
		c->period = (double)q * e0;
		c->support = periods_support(s, pairs[q], (size_t)lround(c->period));
		c->half = half[q];
		return pairs[q].observed - pairs[q].expected >= 2 * sqrt(pairs[q].expected);
	}
	return false;
}

bool periods_sparse(const struct periods *s)
{
	const unsigned log2 = transform_log2(s);

	return isfinite(periods_zoom_cost(s, bins_needed(s->first, (size_t)1 << log2), log2));
}

int periods_by_spectrum(struct periods *s, const struct periods_options *o, const struct periods_accepted *accepted,
			struct periods_candidate *c)
{
	const double threshold = log(4 * (double)s->n / (o->pmin * o->alpha));
	const unsigned log2 = transform_log2(s);
	const size_t length = (size_t)1 << log2, bins = bins_needed(s->first, length);
	size_t bin;
	float h;
	int r = transform(s, log2, bins);

	if (r < 0)
		return r;
	normalise(s, bins);
	bin = strongest(s, o, accepted, length, &h);
	*c = (struct periods_candidate){ .log_p = 0.4 * (double)h, .margin = 0.4 * (double)h - threshold };
	if (!bin || c->margin < 0)
		return 0;
	return resolve(s, (double)length / (double)bin, c) && !periods_explained(accepted, c->period);
}
