/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Benchmarks: each measures something and its base line in the same interleaved rounds, and prints one JSON object a line.
 * Machines are shared and noisy: the ratio is what counts, and medians of many rounds are compared.
 */
#ifndef IOTBPF_TOOLS_BENCH_H
#define IOTBPF_TOOLS_BENCH_H

#include <stddef.h>

/* Monotonic time, nanoseconds. */
double bench_now(void);

/* Median of n values; reorders them. */
double bench_median(double *values, size_t n);

/* One line: {"bench","metric","n","value","unit","baseline","ratio"}, ratio = value / baseline. */
void bench_report(const char *bench, const char *metric, size_t n, double value, const char *unit, double baseline);

/* The benchmarks: 0, or -errno after a message. */
int bench_period(void);

#endif
