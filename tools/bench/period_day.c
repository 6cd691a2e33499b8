/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Autocorrelation and period search over 24 h of seconds at about 200 events, against the way of Fourier transforms:
 * autocorrelation by a pair of them, the spectrum by one of eight times the length, all else the same. Both ways find
 * the same periods (tests/unit/analysis/test_periods_ways.c).
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"
#include "agent/base/log.h"
#include "tools/bench/bench.h"

#define DAY 86400
#define WORDS ((DAY + 63) / 64)
#define LAGS (DAY / 2)
#define TRANSFORM 18	/* log2 of DAY + LAGS, rounded up */
#define SERIES 4
#define ROUNDS 7
#define AGAIN 16	/* times that the fast way is run for each of the slow one, so that both are long enough to time */

struct work {
	struct periods *scratch;
	uint64_t series[SERIES][WORDS];
	uint32_t positions[SERIES][DAY], acf[LAGS];
	size_t counts[SERIES];
};

static const struct kind {
	const char *name;
	double period[2];	/* trains, one event in ten missing; 0: none */
	double jitter;
	size_t random;		/* other events */
	const char *acf;	/* name under which the autocorrelation alone is reported */
} kinds[] = {
	{ "day_random_200", { 0, 0 }, 0, 200, "day_autocorrelation_200" },
	{ "day_train_200", { 400, 0 }, 2, 0, NULL },
	{ "day_train_in_noise_200", { 800, 0 }, 2, 100, NULL },
	{ "day_two_trains_200", { 830, 770 }, 0.5, 0, NULL },
};

static void fill(struct work *w, const struct kind *k)
{
	memset(w->series, 0, sizeof(w->series));
	for (size_t i = 0; i < SERIES; i++) {
		for (size_t e = 0; e < k->random; e++)
			bits_set(w->series[i], (size_t)(drand48() * DAY));
		for (int p = 0; p < 2; p++) {
			for (double t = drand48() * k->period[p]; k->period[p] > 0 && t < DAY - 8; t += k->period[p]) {
				if (drand48() < 0.9)
					bits_set(w->series[i], (size_t)(t + k->jitter * 2 * drand48()));
			}
		}
		w->counts[i] = bits_positions(w->series[i], DAY, w->positions[i], DAY);
	}
}

static double find_us(struct work *w, enum periods_way way, size_t again)
{
	const struct periods_options options = { .pmin = 2, .pmax = DAY / 3.0, .alpha = 1e-3, .alpha_weak = 7e-3 };
	const double start = bench_now();

	w->scratch->way = way;
	for (size_t i = 0; i < SERIES * again; i++) {
		struct period out[PERIODS_MAX];

		periods_find(w->scratch, w->series[i % SERIES], DAY, &options, out);
	}
	return (bench_now() - start) / (double)(SERIES * again) / 1e3;
}

static double pairs_us(struct work *w, size_t again)
{
	const double start = bench_now();

	for (size_t i = 0; i < SERIES * again; i++)
		autocorrelation_pairs(w->positions[i % SERIES], w->counts[i % SERIES], LAGS, w->acf);
	return (bench_now() - start) / (double)(SERIES * again) / 1e3;
}

static double transforms_us(struct work *w)
{
	kiss_fftr_cfg transform = periods_transform(w->scratch, TRANSFORM);
	const double start = bench_now();

	for (size_t i = 0; transform && i < SERIES; i++)
		autocorrelation_transform(transform, (size_t)1 << TRANSFORM, w->positions[i], w->counts[i], LAGS,
					  w->scratch->wave, w->scratch->spectrum, w->acf);
	return (bench_now() - start) / SERIES / 1e3;
}

static void report(const char *name, const struct bench_rounds *value, const char *baseline, const struct bench_rounds *of)
{
	const double v = bench_median(value), b = bench_median(of);

	bench_print("period", name, DAY, v, "us", baseline, v / b);
}

static void measure(struct work *w, const struct kind *k)
{
	struct bench_rounds find = { .n = 0 }, find_fft = { .n = 0 }, acf = { .n = 0 }, acf_fft = { .n = 0 };

	fill(w, k);
	for (size_t round = 0; round < ROUNDS; round++) {
		bench_add(&find_fft, find_us(w, PERIODS_TRANSFORMED, 1));
		bench_add(&find, find_us(w, PERIODS_CHEAPEST, AGAIN));
		bench_add(&acf_fft, transforms_us(w));
		bench_add(&acf, pairs_us(w, AGAIN));
	}
	if (k->acf)
		report(k->acf, &acf, "fft", &acf_fft);
	report(k->name, &find, "fft", &find_fft);
}

int bench_period_day(void)
{
	struct work *w = calloc(1, sizeof(*w));

	if (w)
		w->scratch = periods_new(DAY);
	if (!w || !w->scratch) {
		free(w);
		log_error("period: not enough memory");
		return EX_OSERR;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		measure(w, &kinds[i]);
	periods_free(w->scratch);
	free(w);
	return EX_OK;
}
