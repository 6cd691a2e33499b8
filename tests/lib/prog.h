/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_PROG_H
#define TESTS_LIB_PROG_H

/* The real programs in the kernel, run on single frames by BPF_PROG_RUN. Needs root. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/source/slots.h"

enum prog_kind { PROG_XDP, PROG_IN, PROG_OUT, PROG_COUNT };

struct prog {
	struct bpf_object *object;
	int program[PROG_COUNT];
	struct iot_table table;	   /* the kernel's maps, mapped */
	struct iot_replay *replay; /* clock and length of the next frame */
	struct iot_services services;
};

/* Name of a program in the object, e.g. "iotbpf_xdp". */
const char *prog_name(enum prog_kind which);

/*
 * Load the embedded object with this configuration, for all CPUs, and map its tables. Returns 0 or -errno; -EPERM where the kernel does not let us.
 * Release with prog_close(), also after an error.
 */
int prog_load(struct prog *k, const struct iot_config *config);
void prog_close(struct prog *k);

/* Run a program on `length` bytes `repeat` times. Returns the mean nanoseconds of a run, or -errno. */
int prog_run(const struct prog *k, enum prog_kind which, const void *data, uint32_t length, uint32_t repeat);

/* Instructions that the verifier processed for a program: bpf_prog_info.verified_insns (kernel 5.16), else 0. */
uint32_t prog_verified(const struct prog *k, enum prog_kind which);

/* Enter the loopback interface, where BPF_PROG_RUN says that frames are, into the table's port lines. Returns its ifindex. */
uint32_t prog_register_port(const struct prog *k);

#endif
