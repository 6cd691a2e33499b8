// SPDX-License-Identifier: BSD-2-Clause

/*
 * Cost of the complete program per frame, net of an empty one, against a conventional program and one that only parses and does one
 * HASH lookup, and against the floor: what the least that counts at all costs on this processor. Random flows over 256 devices, median of
 * interleaved rounds on one CPU.
 */

#include <stdio.h>

#include "tools/bench/programs.h"

extern const char bench_fastpath_object[], bench_fastpath_object_end[];

enum { EMPTY, COMPLETE, CONVENTIONAL, ONE_HASH, FLOOR, PROGRAMS };

static const char *const names[PROGRAMS] = {"empty", "complete", "conventional", "one-hash", "floor"};
static const char *const functions[PROGRAMS] = {"bench_empty", "bench_complete", "bench_conventional", "bench_one_hash", "bench_floor"};

static void print(uint32_t flows, const struct bench_rounds *rounds)
{
	const struct bench_rounds complete = bench_minus(&rounds[COMPLETE], &rounds[EMPTY]);
	char metric[64];

	bench_print("fastpath", "empty, gross", flows, bench_median(&rounds[EMPTY]), "ns/frame", NULL, 0);
	for (int i = COMPLETE; i < PROGRAMS; i++) {
		const struct bench_rounds net = bench_minus(&rounds[i], &rounds[EMPTY]);

		snprintf(metric, sizeof(metric), "%s, net", names[i]);
		bench_print("fastpath", metric, flows, bench_median(&net), "ns/frame", NULL, 0);
	}
	bench_print("fastpath", "complete, net, quiet", flows, bench_quiet(&complete), "ns/frame", NULL, 0);
	for (int i = CONVENTIONAL; i < PROGRAMS; i++) {
		const struct bench_rounds net = bench_minus(&rounds[i], &rounds[EMPTY]), ratio = bench_over(&complete, &net);

		bench_print("fastpath", "complete, net", flows, bench_median(&complete), "ns/frame", names[i], bench_median(&ratio));
	}
}

int bench_fastpath(void)
{
	static const uint32_t flows[] = {1000, 10000, 100000};
	const struct bench_set set = {.bytes = bench_fastpath_object, .end = bench_fastpath_object_end, .functions = functions, .count = PROGRAMS,
				      .rounds = 31, .repeat = 200000, .warm_up = 1500000};
	int status = 0;

	for (size_t i = 0; !status && i < sizeof(flows) / sizeof(flows[0]); i++) {
		struct bench_rounds rounds[PROGRAMS] = {};

		status = bench_programs(&set, flows[i], rounds);
		if (!status)
			print(flows[i], rounds);
	}
	return status;
}
