/* SPDX-License-Identifier: BSD-2-Clause */
/* Synthetic activity: periodic trains, noise and bursts, from a fixed seed. Times in seconds. */
#ifndef IOTBPF_TESTS_LIB_SYNTHETIC_H
#define IOTBPF_TESTS_LIB_SYNTHETIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYNTHETIC_MAX 10080

struct synthetic {
	size_t n;				/* seconds */
	uint64_t words[SYNTHETIC_MAX / 64 + 1];
	uint64_t random;			/* state of the generator */
};

struct synthetic_train {
	double period;
	double jitter;		/* standard deviation, s */
	bool accumulating;	/* each gap jitters, instead of each event around a fixed grid */
	double loss;		/* probability that an event is missing */
};

void synthetic_clear(struct synthetic *s, size_t n);
double synthetic_uniform(struct synthetic *s);			/* [0, 1) */
double synthetic_normal(struct synthetic *s);
double synthetic_log_uniform(struct synthetic *s, double low, double high);
void synthetic_add(struct synthetic *s, double t);		/* an event, ignored outside the series */

void synthetic_add_train(struct synthetic *s, const struct synthetic_train *train);
void synthetic_add_poisson(struct synthetic *s, double rate);

/* Bursts: Pareto gaps (shape 1.2, from 20 s) between them, Pareto (shape 1.1) many events 1.2 s apart in them. */
void synthetic_add_pareto(struct synthetic *s);

/* `tries` events `step` seconds apart, repeated at Poisson times: a resolver or a scanner that retries. */
void synthetic_add_retries(struct synthetic *s, double rate, size_t tries, double step);

#endif
