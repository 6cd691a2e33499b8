/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_KERNEL_H
#define TESTS_LIB_KERNEL_H

/* The real programs in the kernel, run on single frames by BPF_PROG_RUN. Needs root. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/source/slots.h"

enum kernel_program { KERNEL_XDP, KERNEL_IN, KERNEL_OUT, KERNEL_PROGRAMS };

struct kernel {
	struct bpf_object *object;
	int program[KERNEL_PROGRAMS];
	struct iot_table table;	   /* the kernel's maps, mapped */
	struct iot_replay *replay; /* clock and length of the next frame */
	struct iot_services services;
};

/* Name of a program in the object, e.g. "iotbpf_xdp". */
const char *kernel_program_name(enum kernel_program which);

/*
 * Load the embedded object with this configuration and map its tables. Returns 0 or -errno; -EPERM where the kernel does not let us.
 * Release with kernel_close(), also after an error.
 */
int kernel_load(struct kernel *k, const struct iot_config *config);
void kernel_close(struct kernel *k);

/* Run a program on `length` bytes `repeat` times. Returns the mean nanoseconds of a run, or -errno. */
int kernel_run(const struct kernel *k, enum kernel_program which, const void *data, uint32_t length, uint32_t repeat);

/* Instructions that the verifier processed for a program: bpf_prog_info.verified_insns (kernel 5.16), else 0. */
uint32_t kernel_verified(const struct kernel *k, enum kernel_program which);

/* Enter the loopback interface, where BPF_PROG_RUN says that frames are, into the table's port lines. Returns its ifindex. */
uint32_t kernel_register_port(const struct kernel *k, enum kernel_program which);

#endif
