/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "tests/accuracy/series.h"

void series_clear(struct series *s, size_t n)
{
	s->n = n;
	memset(s->words, 0, sizeof(s->words));
}

/* splitmix64 */
static uint64_t next(struct series *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

double series_uniform(struct series *s)
{
	return (double)(next(s) >> 11) * 0x1p-53;
}

double series_normal(struct series *s)
{
	const double radius = sqrt(-2 * log(1 - series_uniform(s)));

	return radius * cos(2 * M_PI * series_uniform(s));
}

double series_log_uniform(struct series *s, double low, double high)
{
	return low * pow(high / low, series_uniform(s));
}

static double exponential(struct series *s, double mean)
{
	return -mean * log(1 - series_uniform(s));
}

void series_add(struct series *s, double t)
{
	if (t >= 0 && t < (double)s->n)
		s->words[(size_t)t / 64] |= (uint64_t)1 << ((size_t)t % 64);
}

void series_add_train(struct series *s, const struct series_train *train)
{
	double t = series_uniform(s) * train->period;

	while (t < (double)s->n) {
		const double jitter = train->jitter * series_normal(s);

		if (series_uniform(s) >= train->loss)
			series_add(s, train->accumulating ? t : t + jitter);
		t += train->period + (train->accumulating ? jitter : 0);
	}
}

void series_add_poisson(struct series *s, double rate)
{
	for (double t = exponential(s, 1 / rate); t < (double)s->n; t += exponential(s, 1 / rate))
		series_add(s, t);
}

static double pareto(struct series *s, double least, double shape)
{
	return least * pow(1 - series_uniform(s), -1 / shape);
}

void series_add_pareto(struct series *s)
{
	for (double t = pareto(s, 20, 1.2) * series_uniform(s); t < (double)s->n; t += pareto(s, 20, 1.2)) {
		const double events = fmin(pareto(s, 1, 1.1), 200);

		for (double i = 0; i < events; i++) {
			series_add(s, t);
			t += exponential(s, 1.2);
		}
	}
}

void series_add_retries(struct series *s, double rate, size_t tries, double step)
{
	for (double t = exponential(s, 1 / rate); t < (double)s->n; t += exponential(s, 1 / rate)) {
		for (size_t i = 0; i < tries; i++)
			series_add(s, t + (double)i * step);
	}
}
