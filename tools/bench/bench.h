/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_BENCH_BENCH_H
#define TOOLS_BENCH_BENCH_H

/* What the benchmarks share. Each is one function that prints its results and returns 0 or an exit status. */

#include <stdint.h>

int bench_fastpath(void);
int bench_table(void);
int bench_poll(void);
int bench_read(void);
int bench_period(void);
int bench_model(void);
int bench_path(void);
int bench_period_day(void);	/* a part of bench_period() */

#define BENCH_ROUNDS_MAX 101

/* Measured values of one thing; the median is what counts. */
struct bench_rounds {
	double value[BENCH_ROUNDS_MAX];
	int n;
};

void bench_add(struct bench_rounds *r, double value);
double bench_median(const struct bench_rounds *r);

/*
 * a - b and a / b, round by round. A neighbour on the same core halves a program's speed for seconds, and then that of all in the round: what
 * is compared within rounds is not spoilt by it, while two medians may come from either side.
 */
struct bench_rounds bench_minus(const struct bench_rounds *a, const struct bench_rounds *b);
struct bench_rounds bench_over(const struct bench_rounds *a, const struct bench_rounds *b);

/* A value that one round in ten falls below: that of a quiet machine, where this one was not all the time. */
double bench_quiet(const struct bench_rounds *r);

/* CPU time of this thread in nanoseconds, system calls included: what others do on the machine does not count. */
double bench_now(void);

/* Stay on the CPU we are on, so that rounds compare. */
void bench_pin(void);

/* One line of JSON. `baseline` names what `ratio` is against; NULL where value is a baseline itself. */
void bench_print(const char *bench, const char *metric, uint64_t n, double value, const char *unit, const char *baseline, double ratio);

#endif
