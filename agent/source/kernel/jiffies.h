/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_JIFFIES_H
#define AGENT_SOURCE_KERNEL_JIFFIES_H

/*
 * The kernel's tick counter. Programs read it for free (bpf_jiffies64() is inlined), but user space sees neither the
 * counter nor its rate, so both are had from programs of two instructions.
 */

#include <stdint.h>

struct jiffies {
	int fd;        /* program that returns the low 32 bits; -1 when closed */
	uint32_t hz;   /* ticks a second; 0 before jiffies_calibrate() */
	uint64_t last; /* last value read, which extends the next */
};

#define JIFFIES_CLOSED   \
	{                \
		.fd = -1 \
	}

/*
 * Load the program and read the full counter once. Returns 0 or -errno as bpf(2): -EPERM without CAP_BPF, -EINVAL or
 * -EOPNOTSUPP where the kernel has no bpf_jiffies64(). Logs nothing. Close with jiffies_close().
 */
int jiffies_open(struct jiffies *j);
void jiffies_close(struct jiffies *j);

/* The counter now; reads may be at most 49 days (2^32 ticks of 1 ms) apart. Returns 0 or -errno. */
int jiffies_read(struct jiffies *j, uint64_t *now);

/*
 * Measure the rate against CLOCK_MONOTONIC, from tick to tick over tenths of a second, until three measurements agree.
 * Both clocks stop in suspend and the kernel derives one from the other, so the snapped rate is exact. Returns 0 and
 * sets hz, or -errno (-ERANGE: no rate could be measured).
 */
int jiffies_calibrate(struct jiffies *j);

/* The usual CONFIG_HZ nearest to a measured rate when within 1.2 % of it, else the rounded rate. */
uint32_t jiffies_snap(double hz);

#endif
