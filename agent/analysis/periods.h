/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The `robust` period detector: which periods, if any, does a binary series of activity have, and how sure is
 * that.
 *
 * It works on the onset series (a burst counts once), cropped to [first onset, last onset], and unites three
 * tests; the answer of each is -ln p, p the probability that a series without a period would look as regular:
 *   - near-constant gaps (periods_short.c, periods_long.c): trains of 4 events and more, hardly any others;
 *   - autocorrelation against a Poisson process with a local base line (periods_lags.c): loss, accumulating
 *     jitter;
 *   - H-test of de Jager and Büsching over the harmonics of the spectrum (periods_spectrum.c): noise.
 * What a period explains is then removed, and the search is repeated on the rest.
 *
 * A series with dense runs of activity between which it is quiet (a device that does something, on the flow of its
 * keepalive) is judged by its quiet samples only (periods_mask.c, periods_quiet.c).
 *
 * All times are in samples of the series; the caller knows how long a sample is (1, 10 or 60 s).
 */
#ifndef IOTBPF_ANALYSIS_PERIODS_H
#define IOTBPF_ANALYSIS_PERIODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PERIODS_MAX 3		/* periods reported for one series */
#define PERIODS_MIN_EVENTS 4	/* onsets below which a series has no period */
#define PERIODS_MIN_SAMPLES 12
#define PERIODS_MAX_SAMPLES (1u << 17)

/* Work space for series of up to a fixed length; not to be shared between threads. */
struct periods;

struct periods_options {
	double pmin;		/* shortest period looked for, samples, >= 2 */
	double pmax;		/* longest, samples; a period is also never longer than a third of the activity */
	double alpha;		/* significance level of autocorrelation, spectrum and long regular trains */
	double alpha_weak;	/* significance level of short regular trains */
};

#define PERIODS_OPTIONS_DEFAULT \
	((struct periods_options){ .pmin = 2, .pmax = 600, .alpha = 1e-3, .alpha_weak = 7e-3 })

struct period {
	double samples;		/* the period: multiply by the length of a sample */
	double log_p;		/* -ln p, natural logarithm, before the correction for the number of periods tried */
	double support;		/* share of events that have a successor one period later, above chance; 0 .. about 1 */
	double r;		/* l R(l) / N of the raw series, l the period rounded; about 1 for a complete train */
	double rn;		/* l (R(l-1) + R(l) + R(l+1)) / N */
	size_t since;		/* samples between its last event and the end of the series */
	unsigned confirmed;	/* in how many of first, middle and last half of the activity it shows, 0 .. 3 */
	bool weak;		/* few events: regular, but not significant enough for the main tests */
};

/*
 * Allocate work space for series of up to max_samples samples (PERIODS_MIN_SAMPLES .. PERIODS_MAX_SAMPLES).
 * NULL when memory is short or max_samples out of range. Memory: about 100 to 200 bytes a sample;
 * the tables of a transform length are made when that length is first needed, and nothing is allocated afterwards.
 */
struct periods *periods_new(size_t max_samples);
void periods_free(struct periods *scratch);

/*
 * Find the periods of samples 0 .. n-1 of words (see bits.h), strongest first; options NULL: the default.
 * Returns how many were found (0 .. PERIODS_MAX), -EINVAL if n is larger than the work space or an option makes
 * no sense, -ENOMEM. A series shorter than PERIODS_MIN_SAMPLES, with fewer than PERIODS_MIN_EVENTS onsets, or
 * always active has none.
 */
int periods_find(struct periods *scratch, const uint64_t *words, size_t n, const struct periods_options *options,
		 struct period out[PERIODS_MAX]);

#endif
