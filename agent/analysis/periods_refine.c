/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows when a period has been found: its exact length, what it explains, and where it shows. */
#include <math.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define MULTIPLES 8
#define NEIGHBOURS 4
#define CHANCE_MAX 0.1		/* probability that an event is where a neighbour should be, by chance */
#define CONFIRM_SUPPORT 0.2

/* Centre of the autocorrelation above chance within half of a lag; false if there is too little. */
static bool centroid(const struct periods *s, double at, size_t half, double sigmas, double *centre)
{
	const double rate = (double)s->count / (double)s->n;
	const size_t middle = (size_t)lround(at);
	double weight = 0, sum = 0, expected = 0;

	for (size_t lag = middle > half ? middle - half : 1; lag <= middle + half && lag < s->lags; lag++) {
		const double chance = (double)(s->n - lag) * rate * rate;
		const double excess = fmax(0, (double)s->acf[lag] - chance);

		weight += excess;
		sum += excess * (double)lag;
		expected += chance;
	}
	if (weight <= 0 || weight < sigmas * sqrt(expected))
		return false;
	*centre = sum / weight;
	return true;
}

double periods_refine(const struct periods *s, const struct periods_candidate *c)
{
	const double most = fmax(1, fmin(fmax(2, (double)c->half), 0.3 * c->period));
	double period = c->period, centre;

	if (centroid(s, period, (size_t)most, 0, &centre))
		period = centre;
	for (size_t m = 2; m <= MULTIPLES; m++) {
		const double at = (double)m * period;

		if (at + most >= (double)s->lags || at >= (double)s->n / 2)
			break;
		if (!centroid(s, at, (size_t)most, 3, &centre))
			break;
		period = centre / (double)m;
	}
	return period;
}

/* Offset of the event nearest to `at`, if there is one within the tolerance. */
static bool offset_near(const struct periods *s, double at, size_t tolerance, double *offset)
{
	const size_t middle = (size_t)lround(at);

	for (size_t d = 0; d <= tolerance; d++) {
		const bool before = d <= middle && middle - d < s->n && bits_get(s->onsets, middle - d);

		if (!before && !(middle + d < s->n && bits_get(s->onsets, middle + d)))
			continue;
		*offset = (double)(before ? middle - d : middle + d) - at;
		return true;
	}
	return false;
}

/* How many of the four neighbours of an event must be there? Two are enough where they are hardly there by chance. */
static size_t neighbours_needed(const struct periods *s, double period, size_t tolerance)
{
	const double others = fmax(0, (double)s->count / (double)s->n - 0.8 / period);

	return others * (double)(2 * tolerance + 1) < CHANCE_MAX ? 2 : 3;
}

/*
 * How far is an event from where those one and two periods before and after it say it should be? Negative:
 * fewer than `needed` of the four (near the border: all there can be) are there, so it does not belong to the
 * train.
 */
static double deviation(const struct periods *s, double at, double period, size_t tolerance, size_t needed)
{
	static const double steps[NEIGHBOURS] = { -2, -1, 1, 2 };
	size_t inside = 0, hits = 0;
	double sum = 0;

	for (size_t i = 0; i < NEIGHBOURS; i++) {
		const double there = at + steps[i] * period;
		double offset;

		if (there < -0.5 || there > (double)s->n - 0.5)
			continue;
		inside++;
		if (!offset_near(s, fmax(0, there), tolerance, &offset))
			continue;
		sum += offset;
		hits++;
	}
	return inside && hits >= (inside < needed ? inside : needed) ? fabs(sum / (double)hits) : -1;
}

/*
 * Is the event the nearest to its place of those around it? In each cycle one event belongs to the train, not
 * all that are near.
 */
static bool nearest(const struct periods *s, const float *deviations, size_t i, size_t reach)
{
	for (size_t j = i; j-- > 0 && s->positions[i] - s->positions[j] <= reach;) {
		if (deviations[j] >= 0 && deviations[j] <= deviations[i])
			return false;
	}
	for (size_t j = i + 1; j < s->count && s->positions[j] - s->positions[i] <= reach; j++) {
		if (deviations[j] >= 0 && deviations[j] < deviations[i])
			return false;
	}
	return true;
}

size_t periods_remove(struct periods *s, const struct periods_candidate *c)
{
	const size_t tolerance = c->half > 1 ? c->half : 1;
	const size_t reach = (size_t)fmin(2 * (double)tolerance, 0.4 * c->period);
	const size_t needed = neighbours_needed(s, c->period, tolerance);
	float *deviations = s->wave;
	size_t last = 0;

	for (size_t i = 0; i < s->count; i++)
		deviations[i] = (float)deviation(s, (double)s->positions[i], c->period, tolerance, needed);
	for (size_t w = 0; w < bits_words(s->n); w++)
		s->onsets[w] = 0;
	for (size_t i = 0; i < s->count; i++) {
		if (deviations[i] < 0 || !nearest(s, deviations, i, reach))
			bits_set(s->onsets, s->positions[i]);
		else
			last = s->positions[i];
	}
	s->count = bits_positions(s->onsets, s->n, s->positions, s->count);
	return last;
}

/* Does the part [from, to) of the train have more pairs a period apart than chance gives? */
static bool shows(const struct periods *s, double period, size_t from, size_t to)
{
	const double tolerance = fmax(1, 0.02 * period), length = (double)(to - from);
	size_t events = 0, pairs = 0, later = 0;
	double rate, expected;

	for (size_t i = 0; i < s->train_count; i++) {
		const double t = (double)s->train[i];

		if (s->train[i] < from || s->train[i] >= to)
			continue;
		events++;
		while (later < s->train_count && (double)s->train[later] < t + period - tolerance)
			later++;
		for (size_t j = later; j < s->train_count && s->train[j] < to; j++) {
			if ((double)s->train[j] > t + period + tolerance)
				break;
			pairs++;
		}
	}
	if (pairs < 2 || period >= length)
		return false;
	rate = (double)events / length;
	expected = (length - period) * rate * rate * (2 * floor(tolerance) + 1);
	return (double)pairs - expected >= CONFIRM_SUPPORT * (double)events * (length - period) / length;
}

unsigned periods_confirmed(const struct periods *s, double period)
{
	unsigned count = 0;

	for (size_t quarter = 0; quarter < 3; quarter++)
		count += shows(s, period, s->n * quarter / 4, s->n * (quarter + 2) / 4);
	return count;
}
