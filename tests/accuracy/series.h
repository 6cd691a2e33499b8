/* SPDX-License-Identifier: BSD-2-Clause */
/* Synthetic activity for the acceptance tables: periodic trains, noise and bursts, from a fixed seed. Times in seconds. */
#ifndef IOTBPF_TESTS_ACCURACY_SERIES_H
#define IOTBPF_TESTS_ACCURACY_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIES_MAX 10080

struct series {
	size_t n;				/* seconds */
	uint64_t words[SERIES_MAX / 64 + 1];
	uint64_t random;			/* state of the generator */
};

struct series_train {
	double period;
	double jitter;		/* standard deviation, s */
	bool accumulating;	/* each gap jitters, instead of each event around a fixed grid */
	double loss;		/* probability that an event is missing */
};

void series_clear(struct series *s, size_t n);
double series_uniform(struct series *s);			/* [0, 1) */
double series_normal(struct series *s);
double series_log_uniform(struct series *s, double low, double high);
void series_add(struct series *s, double t);		/* an event, ignored outside the series */

void series_add_train(struct series *s, const struct series_train *train);
void series_add_poisson(struct series *s, double rate);

/* Bursts with Pareto (shape 1.2, from 20 s) gaps between them, and Pareto (shape 1.1) many events 1.2 s apart on average. */
void series_add_pareto(struct series *s);

/* `tries` events `step` seconds apart, repeated at Poisson times: a resolver or a scanner that retries. */
void series_add_retries(struct series *s, double rate, size_t tries, double step);

#endif
