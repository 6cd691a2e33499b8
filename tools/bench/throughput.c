// SPDX-License-Identifier: BSD-2-Clause

/*
 * What the path through a bridge loses: nanoseconds per frame of the complete programs over empty ones at TC and in XDP (random flows of a home,
 * median of interleaved rounds on one CPU), then TCP's throughput with the agent against without (throughput.sh).
 */

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tools/bench/programs.h"

extern const char bench_throughput_object[], bench_throughput_object_end[];

enum { TC_EMPTY, TC_COMPLETE, XDP_EMPTY, XDP_COMPLETE, PROGRAMS };

static const char *const functions[PROGRAMS] = { "bench_tc_empty", "bench_tc_complete", "bench_xdp_empty", "bench_xdp_complete" };

static void print(uint32_t flows, const struct bench_rounds *rounds)
{
	static const char *const names[] = { "TC", "native XDP" };
	char metric[64], baseline[64];

	for (int i = 0; i < 2; i++) {
		const struct bench_rounds *empty = &rounds[2 * i], *complete = empty + 1;
		const struct bench_rounds net = bench_minus(complete, empty), ratio = bench_over(complete, empty);

		snprintf(baseline, sizeof(baseline), "empty %s program", names[i]);
		bench_print("path", baseline, flows, bench_median(empty), "ns/frame", NULL, 0);
		snprintf(metric, sizeof(metric), "%s, over an empty program", names[i]);
		bench_print("path", metric, flows, bench_median(&net), "ns/frame", baseline, bench_median(&ratio));
		snprintf(metric, sizeof(metric), "%s, over an empty program, quiet", names[i]);
		bench_print("path", metric, flows, bench_quiet(&net), "ns/frame", NULL, 0);
	}
}

/* The script finds the agent beside this program. */
static int transfer(void)
{
	char self[PATH_MAX] = "";
	int status;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 || setenv("O", dirname(self), 1) < 0)
		return EX_OSERR;
	status = system("exec sh tools/bench/throughput.sh");
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

int bench_path(void)
{
	static const uint32_t flows[] = { 1, 64, 1000 };
	const struct bench_set set = { .bytes = bench_throughput_object, .end = bench_throughput_object_end, .functions = functions, .count = PROGRAMS,
				       .rounds = 61, .repeat = 60000, .warm_up = 600000 };
	int status = 0;

	for (size_t i = 0; !status && i < sizeof(flows) / sizeof(flows[0]); i++) {
		struct bench_rounds rounds[PROGRAMS] = { 0 };

		status = bench_programs(&set, flows[i], rounds);
		if (!status)
			print(flows[i], rounds);
	}
	return status ? status : transfer();
}
