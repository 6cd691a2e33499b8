/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows when a period has been found: its exact length, what it explains, and where it shows. */
#include <math.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define MULTIPLES 8
#define NEIGHBOURS 4
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

static bool active_near(const struct periods *s, double at, size_t tolerance)
{
	const size_t middle = (size_t)lround(at);

	for (size_t i = middle > tolerance ? middle - tolerance : 0; i <= middle + tolerance && i < s->n; i++) {
		if (bits_get(s->onsets, i))
			return true;
	}
	return false;
}

static bool explained(const struct periods *s, double at, double period, size_t tolerance)
{
	static const double steps[NEIGHBOURS] = { -2, -1, 1, 2 };
	size_t inside = 0, hits = 0;

	for (size_t i = 0; i < NEIGHBOURS; i++) {
		const double there = at + steps[i] * period;

		if (there < -0.5 || there > (double)s->n - 0.5)
			continue;
		inside++;
		hits += active_near(s, fmax(0, there), tolerance);
	}
	return inside && hits >= (inside < 3 ? inside : 3);
}

void periods_remove(struct periods *s, const struct periods_candidate *c)
{
	const size_t tolerance = c->half > 1 ? c->half : 1;
	size_t left = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!explained(s, (double)s->positions[i], c->period, tolerance))
			s->positions[left++] = s->positions[i];
	}
	for (size_t w = 0; w < bits_words(s->n); w++)
		s->onsets[w] = 0;
	for (size_t i = 0; i < left; i++)
		bits_set(s->onsets, s->positions[i]);
	s->count = left;
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
