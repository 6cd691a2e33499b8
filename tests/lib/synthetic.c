/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "tests/lib/synthetic.h"

void synthetic_clear(struct synthetic *s, size_t n)
{
	s->n = n;
	memset(s->words, 0, sizeof(s->words));
}

/* splitmix64 */
static uint64_t next(struct synthetic *s)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

double synthetic_uniform(struct synthetic *s)
{
	return (double)(next(s) >> 11) * 0x1p-53;
}

double synthetic_normal(struct synthetic *s)
{
	const double radius = sqrt(-2 * log(1 - synthetic_uniform(s)));

	return radius * cos(2 * M_PI * synthetic_uniform(s));
}

double synthetic_log_uniform(struct synthetic *s, double low, double high)
{
	return low * pow(high / low, synthetic_uniform(s));
}

static double exponential(struct synthetic *s, double mean)
{
	return -mean * log(1 - synthetic_uniform(s));
}

void synthetic_add(struct synthetic *s, double t)
{
	if (t >= 0 && t < (double)s->n)
		s->words[(size_t)t / 64] |= (uint64_t)1 << ((size_t)t % 64);
}

void synthetic_add_train(struct synthetic *s, const struct synthetic_train *train)
{
	double t = synthetic_uniform(s) * train->period;

	while (t < (double)s->n) {
		const double jitter = train->jitter * synthetic_normal(s);

		if (synthetic_uniform(s) >= train->loss)
			synthetic_add(s, train->accumulating ? t : t + jitter);
		t += train->period + (train->accumulating ? jitter : 0);
	}
}

void synthetic_add_poisson(struct synthetic *s, double rate)
{
	for (double t = exponential(s, 1 / rate); t < (double)s->n; t += exponential(s, 1 / rate))
		synthetic_add(s, t);
}

static double pareto(struct synthetic *s, double least, double shape)
{
	return least * pow(1 - synthetic_uniform(s), -1 / shape);
}

void synthetic_add_pareto(struct synthetic *s)
{
	for (double t = pareto(s, 20, 1.2) * synthetic_uniform(s); t < (double)s->n; t += pareto(s, 20, 1.2)) {
		const double events = fmin(pareto(s, 1, 1.1), 200);

		for (double i = 0; i < events; i++) {
			synthetic_add(s, t);
			t += exponential(s, 1.2);
		}
	}
}

void synthetic_add_retries(struct synthetic *s, double rate, size_t tries, double step)
{
	for (double t = exponential(s, 1 / rate); t < (double)s->n; t += exponential(s, 1 / rate)) {
		for (size_t i = 0; i < tries; i++)
			synthetic_add(s, t + (double)i * step);
	}
}
