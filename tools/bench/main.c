/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "tools/bench/bench.h"

static const struct {
	const char *name;
	int (*run)(void);
} benches[] = {
	{ "period", bench_period },
};

double bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

void bench_report(const char *bench, const char *metric, size_t n, double value, const char *unit, double baseline)
{
	printf("{\"bench\":\"%s\",\"metric\":\"%s\",\"n\":%zu,\"value\":%.4g,\"unit\":\"%s\",\"baseline\":%.4g,\"ratio\":%.4g}\n",
	       bench, metric, n, value, unit, baseline, value / baseline);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int status = EX_OK, ran = 0;

	for (size_t i = 0; i < sizeof(benches) / sizeof(*benches); i++) {
		if (argc > 1 && strcmp(argv[1], benches[i].name))
			continue;
		ran++;
		if (benches[i].run() < 0)
			status = EX_SOFTWARE;
	}
	if (ran)
		return status;
	fprintf(stderr, "iotbpf-bench: no benchmark named %s\n", argv[1]);
	return EX_USAGE;
}
