// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf-bench [NAME...]: measure, print one JSON object a line. */

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "tools/bench/bench.h"

/* A benchmark that this build does not have is a null pointer. */
#pragma weak bench_read
#pragma weak bench_period
#pragma weak bench_model
#pragma weak bench_path

static const struct {
	const char *name;
	int (*run)(void);
} benches[] = {
	{"fastpath", bench_fastpath}, {"table", bench_table}, {"poll", bench_poll}, {"read", bench_read}, {"period", bench_period}, {"model", bench_model},
	{"path", bench_path},
};

#define BENCHES (sizeof(benches) / sizeof(benches[0]))

void bench_add(struct bench_rounds *r, double value)
{
	if (r->n < BENCH_ROUNDS_MAX)
		r->value[r->n++] = value;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct bench_rounds in_order(const struct bench_rounds *r)
{
	struct bench_rounds sorted = *r;

	qsort(sorted.value, (size_t)sorted.n, sizeof(sorted.value[0]), by_value);
	return sorted;
}

double bench_median(const struct bench_rounds *r)
{
	const struct bench_rounds s = in_order(r);

	if (!s.n)
		return 0;
	return s.n % 2 ? s.value[s.n / 2] : (s.value[s.n / 2 - 1] + s.value[s.n / 2]) / 2;
}

double bench_quiet(const struct bench_rounds *r)
{
	const struct bench_rounds s = in_order(r);

	return s.n ? s.value[s.n / 10] : 0;
}

struct bench_rounds bench_minus(const struct bench_rounds *a, const struct bench_rounds *b)
{
	struct bench_rounds r = { .n = a->n };

	for (int i = 0; i < r.n; i++)
		r.value[i] = a->value[i] - b->value[i];
	return r;
}

struct bench_rounds bench_over(const struct bench_rounds *a, const struct bench_rounds *b)
{
	struct bench_rounds r = { .n = a->n };

	for (int i = 0; i < r.n; i++)
		r.value[i] = a->value[i] / b->value[i];
	return r;
}

double bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

void bench_pin(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

void bench_print(const char *bench, const char *metric, uint64_t n, double value, const char *unit, const char *baseline, double ratio)
{
	printf("{\"bench\":\"%s\",\"metric\":\"%s\",\"n\":%llu,\"value\":%.3f,\"unit\":\"%s\",", bench, metric, (unsigned long long)n,
	       value, unit);
	if (baseline)
		printf("\"baseline\":\"%s\",\"ratio\":%.4f}\n", baseline, ratio);
	else
		printf("\"baseline\":null,\"ratio\":null}\n");
	fflush(stdout);
}

static int run_named(const char *name)
{
	for (size_t i = 0; i < BENCHES; i++) {
		if (strcmp(name, benches[i].name))
			continue;
		if (benches[i].run)
			return benches[i].run();
		fprintf(stderr, "iotbpf-bench: %s is not in this build\n", name);
		return EX_UNAVAILABLE;
	}
	fprintf(stderr, "iotbpf-bench: no benchmark %s; there are fastpath, table, poll, read, period, model, path and all\n", name);
	return EX_USAGE;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc > 1 && strcmp(argv[1], "all") != 0) {
		for (int i = 1; i < argc && !status; i++)
			status = run_named(argv[i]);
		return status;
	}
	for (size_t i = 0; i < BENCHES; i++) {
		int r = run_named(benches[i].name);

		if (r && !status)
			status = r;
	}
	return status;
}
