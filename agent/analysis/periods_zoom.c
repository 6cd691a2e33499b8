/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The power spectrum of few events over a long time, at the low frequencies only that can be a period of theirs or a
 * harmonic of it: the same bins as those of the transform of PERIODS_OVERSAMPLING times the length, from a transform
 * that is a small part of it.
 *
 * Events are spread over a coarse grid with a Kaiser-Bessel window, which keeps what it folds back out of the bins that
 * are wanted; the grid is transformed; and the bins between its own are interpolated with the same window, for which
 * the grid was weighted before (non-uniform fast Fourier transform on both sides: Fessler and Sutton 2003). The error
 * is below 1e-4 of the largest power.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/analysis/periods_internal.h"

#define REACH 4			/* half the width of the window, in points */
#define TAPS (2 * REACH)
#define SHAPE 15.5		/* pi TAPS (1 - 1 / (2 sigma)) at the least oversampling, sigma = PADDING */
#define PADDING 1.3		/* times the series in the time that the grid spans, at least */
#define BLOCK 8			/* bins that are interpolated together */
#define HIGHEST 0.375		/* cycles a point: what is folded back is then past the window's main lobe */
#define GRID_MIN 7		/* log2 of the points of the least grid */
#define ROLL PERIODS_ROLL_OFF	/* entries of the table of the window's transform */
#define ROLL_TO 0.45		/* cycles a point, or spans, that it reaches to */

/* Measured, in units of one step of a transform, length * log2(length) of them. */
#define BIN_COST 4
#define EVENT_COST 500

struct zoom {
	unsigned grid, span;	/* log2 of the points of the grid, and of the samples it spans */
};

/* Modified Bessel function of order 0: Abramowitz and Stegun 9.8.1 and 9.8.2; relative error below 2e-7. */
static double bessel(double x)
{
	static const double near[] = { 0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1 };
	static const double far[] = { 0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281,
				      -0.00157565, 0.00225319, 0.01328592, 0.39894228 };
	const double y = x < 3.75 ? x * x / (3.75 * 3.75) : 3.75 / x;
	double sum = 0;

	if (x < 3.75) {
		for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++)
			sum = sum * y + near[i];
		return sum;
	}
	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++)
		sum = sum * y + far[i];
	return sum * exp(x) / sqrt(x);
}

/* The window at x points from its centre. */
static double window(double x)
{
	const double inside = 1 - x * x / (REACH * REACH);

	return inside < 0 ? 0 : bessel(SHAPE * sqrt(inside));
}

/* Its Fourier transform at f cycles a point, |f| < SHAPE / (pi TAPS). */
static double window_transform(double f)
{
	const double root = sqrt(SHAPE * SHAPE - M_PI * M_PI * TAPS * TAPS * f * f);

	return TAPS * sinh(root) / root;
}

/* 1 / transform of the window, from the table; at: its entry. */
static float roll_off(const struct periods *s, double at)
{
	const size_t k = (size_t)at;

	return s->roll_off[k] + (float)(at - (double)k) * (s->roll_off[k + 1] - s->roll_off[k]);
}

/*
 * Events over the grid, time 0 in their middle; points before it are at its end. Weighted for the interpolation
 * between bins, which multiplies the grid by the transform of the window.
 */
static void spread(struct periods *s, const struct zoom *z)
{
	const size_t points = (size_t)1 << z->grid;
	const double step = ldexp(1, (int)z->span - (int)z->grid), middle = (double)(s->n - 1) / 2;
	const double entry = ldexp(ROLL / ROLL_TO, -(int)z->grid);

	memset(s->wave, 0, points * sizeof(*s->wave));
	for (size_t i = 0; i < s->count; i++) {
		const double at = ((double)s->positions[i] - middle) / step;
		const long first = (long)ceil(at - REACH);

		for (long p = first; p < first + TAPS; p++)
			s->wave[(size_t)p & (points - 1)] +=
				(float)window((double)p - at) * roll_off(s, entry * (double)labs(p));
	}
}

void periods_zoom_prepare(struct periods *s)
{
	for (size_t i = 0; i <= ROLL + 1; i++)
		s->roll_off[i] = (float)(1 / window_transform(ROLL_TO * (double)i / ROLL));
}

/* Bins side by side, as registers hold them: two make a block. */
typedef float quad __attribute__((vector_size(16)));

struct block {
	quad low, high;
};

/* A block of which bin b is value + b * step. */
static struct block ramp(float value, float step)
{
	const quad from = { 0, 1, 2, 3 };

	return (struct block){ value + step * from, value + step * (from + 4) };
}

/* taps[j], bin b: weight of point j for bin b of a block, whose first bin is at a point of the grid. */
static void make_taps(size_t ratio, struct block taps[TAPS + 1])
{
	for (int j = 0; j <= TAPS; j++) {
		for (int b = 0; b < BLOCK / 2; b++) {
			taps[j].low[b] = (float)window(j + 1 - REACH - (double)b / (double)ratio);
			taps[j].high[b] = (float)window(j + 1 - REACH - (double)(b + BLOCK / 2) / (double)ratio);
		}
	}
}

/* |Y|^2 of one block of bins by the points of the grid from `first` on. */
static inline struct block interpolate(const kiss_fft_cpx *grid, long first, const struct block taps[TAPS + 1])
{
	struct block re = { { 0 }, { 0 } }, im = { { 0 }, { 0 } };

	for (long j = 0; j <= TAPS; j++) {
		const kiss_fft_cpx y = grid[labs(first + j)];	/* below 0 the conjugate */
		const float imaginary = first + j < 0 ? -y.i : y.i;

		re.low += taps[j].low * y.r;
		re.high += taps[j].high * y.r;
		im.low += taps[j].low * imaginary;
		im.high += taps[j].high * imaginary;
	}
	return (struct block){ re.low * re.low + im.low * im.low, re.high * re.high + im.high * im.high };
}

/* What the choice depends on; false where the bins reach so high that nothing is saved. */
static bool plan(const struct periods *s, size_t bins, unsigned length, struct zoom *z)
{
	*z = (struct zoom){ .span = length - 3, .grid = GRID_MIN };
	if (ldexp(1, (int)z->span) < PADDING * (double)s->n)
		z->span++;
	while (ldexp((double)bins, (int)z->span - (int)z->grid - (int)length) > HIGHEST)
		z->grid++;
	return z->grid < z->span;
}

double periods_zoom_cost(const struct periods *s, size_t bins, unsigned length)
{
	struct zoom z;

	if (!plan(s, bins, length, &z))
		return INFINITY;
	return ldexp(z.grid, (int)z.grid) + BIN_COST * (double)bins + EVENT_COST * (double)s->count;
}

int periods_zoom(struct periods *s, size_t bins, unsigned length)
{
	struct block taps[TAPS + 1];
	struct zoom z;
	kiss_fftr_cfg transform;
	double scale;

	if (!plan(s, bins, length, &z))
		return -EINVAL;
	transform = periods_transform(s, z.grid);
	if (!transform)
		return -ENOMEM;
	spread(s, &z);
	kiss_fftr(transform, s->wave, s->spectrum);
	make_taps((size_t)1 << (length - z.span), taps);
	scale = ldexp(ROLL / ROLL_TO, (int)z.span - (int)z.grid - (int)length);
	for (size_t i = 0; i < bins; i += BLOCK) {
		const long first = (long)(i >> (length - z.span)) + 1 - REACH;
		const float here = roll_off(s, scale * (double)i), next = roll_off(s, scale * (double)(i + BLOCK));
		const struct block raw = interpolate(s->spectrum, first, taps), roll = ramp(here, (next - here) / BLOCK);
		const struct block power = { raw.low * roll.low * roll.low, raw.high * roll.high * roll.high };

		memcpy(s->wave + i, &power, sizeof(power));
	}
	return 0;
}
