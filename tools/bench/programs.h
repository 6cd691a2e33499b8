/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_BENCH_PROGRAMS_H
#define TOOLS_BENCH_PROGRAMS_H

/* Kernel programs that are run on one made-up frame again and again: fastpath.c has them. */

#include <bpf/libbpf.h>
#include <stdint.h>

/**
 * bench_load - load an object whose read-only data are those of bpf/iotbpf.bpf.c, then the number of @flows, with room for as many
 *
 * Returns NULL, with errno set, where the kernel does not take it.
 */
struct bpf_object *bench_load(const char *bytes, const char *end, uint32_t flows);

/** bench_run - nanoseconds of this thread for one run of @program on a 60-byte UDP frame, of @repeat; 0 where it cannot be run */
double bench_run(int program, int repeat);

/** bench_silent - libbpf's messages are not the benchmark's: for libbpf_set_print() */
int bench_silent(enum libbpf_print_level level, const char *format, va_list args);

#endif
