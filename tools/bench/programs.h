/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_BENCH_PROGRAMS_H
#define TOOLS_BENCH_PROGRAMS_H

/* Kernel programs that are run on one made-up frame again and again, in turn. */

#include <bpf/libbpf.h>
#include <stdint.h>

#include "tools/bench/bench.h"

#define BENCH_PROGRAMS_MAX 8

/* An object whose read-only data are those of bpf/iotbpf.bpf.c, then the number of flows; and which of its programs to run how often. */
struct bench_set {
	const char *bytes, *end;
	const char *const *functions;
	int count;   /* of them, up to BENCH_PROGRAMS_MAX */
	int rounds;
	int repeat;  /* frames a round */
	int warm_up; /* frames before the first */
};

/**
 * bench_programs - measure the programs of @set with room for @flows
 * @rounds: of each program, nanoseconds of this thread a frame, a 60-byte one of UDP
 *
 * Stays on the CPU it is on. Returns 0 or an exit status, having said why.
 */
int bench_programs(const struct bench_set *set, uint32_t flows, struct bench_rounds *rounds);

#endif
