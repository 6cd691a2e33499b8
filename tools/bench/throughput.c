// SPDX-License-Identifier: BSD-2-Clause

/*
 * What the path through a bridge loses: nanoseconds per frame of the complete programs over empty ones at TC and in XDP (random flows of a home,
 * median of interleaved rounds on one CPU), then TCP's throughput with the agent against without (throughput.sh).
 */

#include <bpf/bpf.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tools/bench/bench.h"
#include "tools/bench/programs.h"

#define ROUNDS 61
#define REPEAT 60000
#define WARM_UP 600000

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

static int measure(uint32_t flows)
{
	struct bpf_object *object = bench_load(bench_throughput_object, bench_throughput_object_end, flows);
	struct bench_rounds rounds[PROGRAMS] = {};
	int program[PROGRAMS];

	if (!object) {
		fprintf(stderr, "iotbpf-bench: cannot load the kernel programs (%s): run as root\n", strerror(errno));
		return EX_NOPERM;
	}
	for (int i = 0; i < PROGRAMS; i++) {
		program[i] = bpf_program__fd(bpf_object__find_program_by_name(object, functions[i]));
		bench_run(program[i], WARM_UP);
	}
	for (int r = 0; r < ROUNDS; r++)
		for (int i = 0; i < PROGRAMS; i++)
			bench_add(&rounds[i], bench_run(program[i], REPEAT));
	print(flows, rounds);
	bpf_object__close(object);
	return 0;
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
	int status = 0;

	libbpf_set_print(bench_silent);
	bench_pin();
	for (size_t i = 0; !status && i < sizeof(flows) / sizeof(flows[0]); i++)
		status = measure(flows[i]);
	return status ? status : transfer();
}
