/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the period detector share. Everything is in samples of the cropped onset series. */
#ifndef IOTBPF_ANALYSIS_PERIODS_INTERNAL_H
#define IOTBPF_ANALYSIS_PERIODS_INTERNAL_H

#include <kiss_fftr.h>

#include "agent/analysis/periods.h"

#define PERIODS_OVERSAMPLING 8	/* of the spectrum: bins per 1 / n cycles a sample */
#define PERIODS_ROLL_OFF 1024
#define PERIODS_TRANSFORMS 21	/* log2 of the longest transform, 8 * PERIODS_MAX_SAMPLES, plus 1 */

/* The best window around one lag. */
struct periods_lag {
	float support, share;
	uint32_t half;		/* half-width of the window */
};

/*
 * How autocorrelation and spectrum are worked out: the cheapest way that gives the same result, or one for all series
 * (tests and measurements). PERIODS_TRANSFORMED is the way of Fourier transforms of the
 * whole length.
 */
enum periods_way { PERIODS_CHEAPEST, PERIODS_PAIRS, PERIODS_POPCOUNT, PERIODS_TRANSFORMED };

struct periods {
	size_t max_samples;
	enum periods_way way;

	uint64_t *onsets;	/* what is left of the cropped onset series */
	uint32_t *positions;	/* its events, ascending */
	uint32_t *train;	/* its events before anything was removed */
	uint32_t *chain_events;	/* of the chain that ends at an event: events in it */
	uint32_t *chain_start;	/* position of the first of them */
	size_t n, count, train_count;
	size_t silence;		/* samples after the last onset */
	bool adjacent;		/* the raw series has active samples side by side */

	uint64_t *mask;		/* dense runs */
	uint32_t *run_starts;
	size_t runs;

	uint32_t *acf;		/* R[l], l < lags */
	uint32_t *sums;		/* sums[l] = R[0] + .. + R[l-1] modulo 2^32, l <= lags; no difference in use is larger */
	float *scores;		/* for lags first .. last: -ln p, 0 if the lag does not qualify */
	struct periods_lag *table;	/* for lags that qualify */
	size_t lags, first, last;
	double rate;		/* events a sample */

	float *wave;		/* padded series, then its normalised power spectrum */
	kiss_fft_cpx *spectrum;
	kiss_fftr_cfg transforms[PERIODS_TRANSFORMS];
	float roll_off[PERIODS_ROLL_OFF + 2];	/* periods_zoom.c */
};

struct periods_candidate {
	double period;
	double log_p;
	double margin;		/* log_p over its threshold, nats; negative: not significant */
	double support;
	size_t half;		/* tolerance of one cycle */
	bool weak;
	bool regular;		/* an unbroken train */
};

#define PERIODS_REJECTED_MAX 4

struct periods_accepted {
	double period[PERIODS_MAX];
	size_t count;
	double rejected[PERIODS_REJECTED_MAX];	/* significant, but not sustained */
	size_t rejected_count;
};

/* The transform of 2^log2 samples, made when it is first needed; NULL when memory is short. */
kiss_fftr_cfg periods_transform(struct periods *s, unsigned log2);

/* Is this period a multiple of one that was already accepted, or one that was rejected, and so no news? */
bool periods_explained(const struct periods_accepted *accepted, double period);

/* Trains that are regular as a whole, short and long; true if a candidate was found. */
bool periods_short(const struct periods *s, const struct periods_options *o, struct periods_candidate *c);
bool periods_long(const struct periods *s, const struct periods_options *o, struct periods_candidate *c);

/*
 * Are the cycles between the events, but for the first, multiples of two or more? Then the first may be a start, and the
 * period longer.
 */
bool periods_after_start(const struct periods *s, double period);

/* Autocorrelation of what is left, and the table of lags. False if there is no lag to look at. */
bool periods_lags_measure(struct periods *s, const struct periods_options *o);

/* The highest score in the table of lags. */
double periods_lags_best(const struct periods *s);

/* Pairs of events with a distance in [from, to]; lags past the measured ones count nothing. */
static inline double periods_pairs_between(const struct periods *s, size_t from, size_t to)
{
	if (to >= s->lags)
		to = s->lags - 1;
	return from > to ? 0 : (double)(s->sums[to + 1] - s->sums[from]);
}

/* Observed and expected pairs with a distance within half of lag (lag + half < s->lags). */
struct periods_pairs {
	double observed, expected;
};

/* Expected is what a Poisson process of this rate, or of the rate around the lag, would have. */
static inline struct periods_pairs periods_pairs_at(const struct periods *s, size_t lag, size_t half)
{
	const double rate = s->rate, width = (double)(2 * half + 1);
	const size_t low = lag * 3 / 5, high = (lag * 7 + 4) / 5 + half;
	const size_t from = low > half + 2 ? low - half : 2, to = high < s->lags ? high : s->lags - 1;
	struct periods_pairs pairs = { .observed = periods_pairs_between(s, lag - half, lag + half) };
	const double around = (double)(to + 1 - from) - width;

	pairs.expected = (double)(s->n - lag) * rate * rate * width;
	if (lag - half <= 2)	/* after an onset the next sample cannot be one: those after it are likelier */
		pairs.expected /= 1 - rate;
	if (around >= 1) {
		const double local = (periods_pairs_between(s, from, to) - pairs.observed) / around * width;

		pairs.expected = local > pairs.expected ? local : pairs.expected;
	}
	return pairs;
}

/* (observed - expected) relative to a complete train. */
static inline double periods_support(const struct periods *s, struct periods_pairs pairs, size_t lag)
{
	return (pairs.observed - pairs.expected) * (double)s->n / ((double)s->count * (double)(s->n - lag));
}

/*
 * The same relative to what a complete train could have above chance, at most 1: comparable between windows of
 * all widths.
 */
double periods_share(const struct periods *s, struct periods_pairs pairs, size_t lag);

/* The largest share of a lag over the half-widths, and the window that gives it; -1 outside the table. */
double periods_share_near(const struct periods *s, size_t lag, struct periods_pairs *pairs, size_t *half);

/* Best candidate of the autocorrelation; needs periods_lags_measure. */
bool periods_by_lags(const struct periods *s, const struct periods_options *o,
		     const struct periods_accepted *accepted, struct periods_candidate *c);

/* Replace a candidate that is a multiple of a period, or of two, by that period, or the stronger of the two. */
void periods_fundamental(const struct periods *s, const struct periods_options *o,
			 const struct periods_accepted *accepted, struct periods_candidate *c);

/*
 * Are the events so few for the time that only low frequencies can be periods of theirs, and the spectrum cheap? Needs
 * periods_lags_measure.
 */
bool periods_sparse(const struct periods *s);

/* Best candidate of the spectrum; needs periods_lags_measure. -ENOMEM, or 1 and a candidate, or 0. */
int periods_by_spectrum(struct periods *s, const struct periods_options *o, const struct periods_accepted *accepted,
			struct periods_candidate *c);

/*
 * |Y|^2 of what is left at bins 0 .. bins - 1 of the transform of 2^length samples, in s->wave, from a smaller one.
 * 0, -ENOMEM, or -EINVAL where the bins reach too high for that; periods_zoom_cost() is then infinite. It is in units of
 * one of the length * log2(length) steps of a transform. periods_zoom_prepare() once for a work space.
 */
int periods_zoom(struct periods *s, size_t bins, unsigned length);
double periods_zoom_cost(const struct periods *s, size_t bins, unsigned length);
void periods_zoom_prepare(struct periods *s);

/* Sharpen a candidate's period by the centroids of the autocorrelation around its multiples. */
double periods_refine(const struct periods *s, const struct periods_candidate *c);

/*
 * Does the candidate go on long enough to be called a period? Events that follow each other one period apart
 * (or two or three: some may be missing) form chains; chains of a few events must fill a good part of the time,
 * or one chain must be long. Retries and bursts have significant distances, but only short chains. And it must
 * be significant still when each of its clusters counts as one event.
 */
bool periods_sustained(const struct periods *s, const struct periods_candidate *c);

/*
 * Take the events away that the candidate explains; updates onsets, positions and count. Returns the position
 * of the last one.
 */
size_t periods_remove(struct periods *s, const struct periods_candidate *c);

/*
 * Mask the dense runs of a series; n, positions and count are then of its quiet events, not cropped. False if
 * activity is not of two kinds.
 */
bool periods_mask(struct periods *s, const uint64_t *words, size_t n);

/*
 * Are the dense runs periodic themselves, beyond doubt? Needs periods_mask; s is then of their starts, cropped.
 * What a device does when it is told to is never as regular.
 */
bool periods_runs(struct periods *s, const struct periods_options *o, struct periods_candidate *c);

/* Is a sample within the tolerance of `at` active? */
bool periods_active_near(const uint64_t *words, size_t n, double at, double tolerance);

struct periods_grid {
	size_t hits, misses;	/* slots with an event, and without any activity */
	double tolerance;
};

/*
 * Lay a grid through the quiet events i and j, `cycles` periods apart. False if too few of the slots that can be
 * seen have an event, or too few of the events are on it; otherwise chain_events has the number of the slot of each
 * event, above 0, or 0 for one that is not on the grid.
 */
bool periods_grid_lay(struct periods *s, const uint64_t *words, size_t i, size_t j, int cycles,
		      struct periods_grid *seen);

/* Periods of the quiet events, best first, and the position of the last event of each; needs periods_mask. */
size_t periods_quiet(struct periods *s, const uint64_t *words, const struct periods_options *o,
		     struct periods_candidate out[PERIODS_MAX], size_t last[PERIODS_MAX]);

/* In how many of the first, middle and last half of the whole train does the period show? */
unsigned periods_confirmed(const struct periods *s, double period);

#endif
