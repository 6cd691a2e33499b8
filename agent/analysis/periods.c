/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

/* The spectrum is not asked when the autocorrelation is this sure. */
#define SURE_MARGIN 20
#define SURE_SHARE 0.6

/*
 * Nor when no lag has a score of at least this: there is nothing then for the harmonics to add up. Of fewer
 * events than FEW, which do not reach such scores, the spectrum is always asked.
 */
#define HOPE 8
#define FEW 12

static size_t transform_length(size_t samples)
{
	size_t length = 16;

	while (length < PERIODS_OVERSAMPLING * samples)
		length *= 2;
	return length;
}

void periods_free(struct periods *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < PERIODS_TRANSFORMS; i++)
		kiss_fftr_free(s->transforms[i]);
	free(s->onsets);
	free(s->mask);
	free(s->run_starts);
	free(s->positions);
	free(s->train);
	free(s->chain_events);
	free(s->chain_start);
	free(s->acf);
	free(s->sums);
	free(s->scores);
	free(s->table);
	free(s->wave);
	free(s->spectrum);
	free(s);
}

struct periods *periods_new(size_t max_samples)
{
	const size_t length = transform_length(max_samples);
	struct periods *s;

	if (max_samples < PERIODS_MIN_SAMPLES || max_samples > PERIODS_MAX_SAMPLES)
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->max_samples = max_samples;
	s->onsets = calloc(bits_words(max_samples) + 1, sizeof(*s->onsets));
	s->mask = calloc(bits_words(max_samples), sizeof(*s->mask));
	s->run_starts = calloc(max_samples, sizeof(*s->run_starts));
	s->positions = calloc(max_samples, sizeof(*s->positions));
	s->train = calloc(max_samples, sizeof(*s->train));
	s->chain_events = calloc(max_samples, sizeof(*s->chain_events));
	s->chain_start = calloc(max_samples, sizeof(*s->chain_start));
	s->acf = calloc(max_samples + 1, sizeof(*s->acf));
	s->sums = calloc(max_samples + 2, sizeof(*s->sums));
	s->scores = calloc(max_samples, sizeof(*s->scores));
	s->table = calloc(max_samples, sizeof(*s->table));
	s->wave = calloc(length, sizeof(*s->wave));
	s->spectrum = calloc(length / 2 + 1, sizeof(*s->spectrum));
	periods_zoom_prepare(s);
	if (s->onsets && s->mask && s->run_starts && s->positions && s->train && s->chain_events && s->chain_start &&
	    s->acf && s->sums && s->scores && s->table && s->wave && s->spectrum)
		return s;
	periods_free(s);
	return NULL;
}

kiss_fftr_cfg periods_transform(struct periods *s, unsigned log2)
{
	if (!s->transforms[log2])
		s->transforms[log2] = kiss_fftr_alloc(1 << log2, 0, NULL, NULL);
	return s->transforms[log2];
}

bool periods_explained(const struct periods_accepted *accepted, double period)
{
	for (size_t i = 0; i < accepted->count; i++) {
		const double times = fmax(1, round(period / accepted->period[i]));

		if (fabs(period - times * accepted->period[i]) <= fmax(1.5, 0.02 * period))
			return true;
	}
	for (size_t i = 0; i < accepted->rejected_count; i++) {
		if (fabs(period - accepted->rejected[i]) <= fmax(1, 0.02 * period))
			return true;
	}
	return false;
}

/* Onsets of the series, cropped to the activity; false if there are too few. */
static bool load(struct periods *s, const uint64_t *words, size_t n)
{
	size_t first;

	bits_onsets(words, n, s->onsets);
	s->count = bits_positions(s->onsets, n, s->positions, n);
	if (s->count < PERIODS_MIN_EVENTS)
		return false;
	first = s->positions[0];
	s->n = s->positions[s->count - 1] - first + 1;
	s->silence = n - first - s->n;
	s->adjacent = bits_count(words, n) != s->count;
	memset(s->onsets, 0, bits_words(n) * sizeof(*s->onsets));
	for (size_t i = 0; i < s->count; i++) {
		s->positions[i] -= (uint32_t)first;
		bits_set(s->onsets, s->positions[i]);
	}
	memcpy(s->train, s->positions, s->count * sizeof(*s->train));
	s->train_count = s->count;
	return true;
}

/* Is it worth asking the spectrum, given what the autocorrelation found (NULL: nothing)? */
static bool spectrum_asked(const struct periods *s, const struct periods_candidate *lags)
{
	if (periods_sparse(s))
		return true;
	if (lags)
		return lags->margin < SURE_MARGIN || (double)s->table[lround(lags->period)].share < SURE_SHARE;
	return s->count < FEW || periods_lags_best(s) >= HOPE;
}

/* The best candidate of all the tests on what is left: 1 and a candidate, 0, or -ENOMEM. */
static int search(struct periods *s, const struct periods_options *o, const struct periods_accepted *accepted,
		  struct periods_candidate *best)
{
	struct periods_candidate lags, spectrum;
	bool found;
	int r;

	if (!accepted->count && !accepted->rejected_count && (periods_short(s, o, best) || periods_long(s, o, best)))
		return 1;
	if (!periods_lags_measure(s, o))
		return 0;
	found = periods_by_lags(s, o, accepted, &lags);
	if (found)
		*best = lags;
	if (spectrum_asked(s, found ? &lags : NULL)) {
		r = periods_by_spectrum(s, o, accepted, &spectrum);
		if (r < 0)
			return r;
		if (r)
			periods_fundamental(s, o, accepted, &spectrum);
		if (r && (!found || spectrum.margin > lags.margin))
			*best = spectrum;
		found |= r;
	}
	if (found)
		best->period = periods_refine(s, best);
	return found;
}

static struct period describe(const struct periods *s, const struct periods_candidate *c, const uint64_t *words,
			      size_t n)
{
	const size_t lag = (size_t)lround(c->period);
	const double scale = (double)lag / (double)n, at = autocorrelation_at(words, n, lag);
	struct period p = { .samples = c->period, .log_p = c->log_p, .support = c->support, .weak = c->weak };

	p.r = scale * at;
	p.rn = scale * (at + autocorrelation_at(words, n, lag - 1) + autocorrelation_at(words, n, lag + 1));
	p.confirmed = periods_confirmed(s, c->period);
	return p;
}

/* Of a series with dense runs: the periods of what is between them, or else that of the runs. */
static size_t find_masked(struct periods *s, const uint64_t *words, size_t n, const struct periods_options *o,
			  struct period out[PERIODS_MAX])
{
	struct periods_candidate found[PERIODS_MAX];
	size_t last[PERIODS_MAX], count = periods_quiet(s, words, o, found, last);

	if (!count && periods_runs(s, o, &found[0])) {
		last[0] = s->run_starts[s->runs - 1];
		count = 1;
	}
	s->n = n;
	s->train_count = bits_positions(words, n, s->train, n);
	for (size_t i = 0; i < count; i++) {
		out[i] = describe(s, &found[i], words, n);
		out[i].since = n - 1 - last[i];
	}
	return count;
}

int periods_find(struct periods *s, const uint64_t *words, size_t n, const struct periods_options *options,
		 struct period out[PERIODS_MAX])
{
	const struct periods_options o = options ? *options : PERIODS_OPTIONS_DEFAULT;
	struct periods_accepted accepted = { .count = 0 };

	if (n > s->max_samples || !(o.pmin >= 2) || !(o.pmax >= o.pmin) || !(o.alpha > 0 && o.alpha < 1) ||
	    !(o.alpha_weak > 0 && o.alpha_weak < 1))
		return -EINVAL;
	if (n < PERIODS_MIN_SAMPLES)
		return 0;
	if (periods_mask(s, words, n))
		return (int)find_masked(s, words, n, &o, out);
	if (!load(s, words, n))
		return 0;
	while (accepted.count < PERIODS_MAX && s->count >= PERIODS_MIN_EVENTS) {
		struct periods_candidate best;
		const int r = search(s, &o, &accepted, &best);

		if (r < 0)
			return r;
		if (!r)
			break;
		if (!best.regular && !periods_sustained(s, &best)) {
			if (accepted.rejected_count == PERIODS_REJECTED_MAX)
				break;
			accepted.rejected[accepted.rejected_count++] = best.period;
			continue;
		}
		if (periods_explained(&accepted, best.period))
			break;
		out[accepted.count] = describe(s, &best, words, n);
		out[accepted.count].since = s->silence + s->n - 1 - periods_remove(s, &best);
		accepted.period[accepted.count++] = best.period;
	}
	return (int)accepted.count;
}
