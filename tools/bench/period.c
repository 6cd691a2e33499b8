/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The period detector, per series: of 1800 samples against one real FFT of that length by kissfft; of a day against
 * the same search by Fourier transforms (period_day.c).
 */
#include <kiss_fftr.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"
#include "agent/analysis/periods.h"
#include "agent/base/log.h"
#include "tools/bench/bench.h"

#define SAMPLES 1800
#define WORDS ((SAMPLES + 63) / 64)
#define SERIES 32
#define ROUNDS 41
#define LAGS 850

struct work {
	struct periods *scratch;
	kiss_fftr_cfg transform;
	float wave[SAMPLES];
	kiss_fft_cpx spectrum[SAMPLES / 2 + 1];
	uint64_t series[SERIES][WORDS];
	uint32_t positions[SERIES][SAMPLES], acf[LAGS];
	size_t counts[SERIES];
};

/* A train of this period with jitter, one event in ten missing; or, with period 0, `events` at random. */
struct kind {
	const char *name;
	double period, jitter;
	size_t events;
	const char *acf;	/* name under which the autocorrelation alone is reported */
};

static const struct kind kinds[] = {
	{ "find_idle", 0, 0, 3, NULL },
	{ "find_clean_train", 60, 0, 0, NULL },
	{ "find_train_30", 60, 0.5, 0, NULL },
	{ "find_train_90", 20, 0.5, 0, NULL },
	{ "find_random_30", 0, 0, 30, "autocorrelation_30" },
	{ "find_random_90", 0, 0, 90, "autocorrelation_90" },
	{ "find_beacon_360", 5, 0.1, 0, NULL },
};

static double uniform(void)
{
	return drand48();
}

static void fill(struct work *w, const struct kind *k)
{
	memset(w->series, 0, sizeof(w->series));
	for (size_t i = 0; i < SERIES; i++) {
		for (size_t e = 0; e < k->events; e++)
			bits_set(w->series[i], (size_t)(uniform() * SAMPLES));
		for (double t = uniform() * k->period; k->period > 0 && t < SAMPLES - 2; t += k->period) {
			const double jitter = k->jitter * (uniform() + uniform() + uniform() - 1.5) * 2;

			if (k->jitter <= 0 || uniform() > 0.1)
				bits_set(w->series[i], (size_t)fmax(0, t + jitter));
		}
		w->counts[i] = bits_positions(w->series[i], SAMPLES, w->positions[i], SAMPLES);
	}
}

static double transform_us(struct work *w)
{
	const double start = bench_now();

	for (size_t i = 0; i < SERIES; i++)
		kiss_fftr(w->transform, w->wave, w->spectrum);
	return (bench_now() - start) / SERIES / 1e3;
}

static double find_us(struct work *w)
{
	const double start = bench_now();

	for (size_t i = 0; i < SERIES; i++) {
		struct period out[PERIODS_MAX];

		periods_find(w->scratch, w->series[i], SAMPLES, NULL, out);
	}
	return (bench_now() - start) / SERIES / 1e3;
}

static double autocorrelation_us(struct work *w)
{
	const double start = bench_now();

	for (size_t i = 0; i < SERIES; i++)
		autocorrelation(w->series[i], SAMPLES, w->positions[i], w->counts[i], LAGS, w->acf);
	return (bench_now() - start) / SERIES / 1e3;
}

static void measure(struct work *w, const struct kind *k)
{
	struct bench_rounds find = { .n = 0 }, acf = { .n = 0 }, transform = { .n = 0 };
	double baseline, value;

	fill(w, k);
	for (size_t round = 0; round < ROUNDS; round++) {
		bench_add(&transform, transform_us(w));
		bench_add(&find, find_us(w));
		bench_add(&acf, autocorrelation_us(w));
	}
	baseline = bench_median(&transform);
	value = bench_median(&find);
	bench_print("period", k->name, SAMPLES, value, "us", "real-fft", value / baseline);
	value = bench_median(&acf);
	if (k->acf)
		bench_print("period", k->acf, SAMPLES, value, "us", "real-fft", value / baseline);
	if (k->events == 3)
		bench_print("period", "real_fft", SAMPLES, baseline, "us", NULL, 0);
}

int bench_period(void)
{
	struct work *w = calloc(1, sizeof(*w));
	int status = EX_OSERR;

	if (!w)
		return status;
	w->scratch = periods_new(SAMPLES);
	w->transform = kiss_fftr_alloc(SAMPLES, 0, NULL, NULL);
	if (!w->scratch || !w->transform) {
		log_error("period: not enough memory");
	} else {
		status = EX_OK;
		bench_pin();
		srand48(1);
		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
			measure(w, &kinds[i]);
	}
	kiss_fftr_free(w->transform);
	periods_free(w->scratch);
	free(w);
	return status == EX_OK ? bench_period_day() : status;
}
