/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_KERNEL_INTERNAL_H
#define AGENT_SOURCE_KERNEL_KERNEL_INTERNAL_H

/* Shared by kernel.c and kernel_load.c, which makes a table or takes over one that is pinned. */

#include <bpf/libbpf.h>

#include "agent/source/kernel/clock.h"
#include "agent/source/kernel/jiffies.h"
#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/object.h"

struct kernel {
	struct bpf_object *object;
	struct iot_table table;
	struct iot_services services;
	struct jiffies jiffies;
	struct clock_anchor anchor;
	struct pins *pins; /* NULL: nothing is pinned */
	char why[PINS_WHY]; /* why not */
	struct kept kept;
	size_t kept_mapped;
	int64_t since_us;
	struct iot_port_count departed; /* where nothing is kept */
	bool taken; /* the table was there before */
	bool dispatcher; /* of the options */
	bool leave; /* hooks and pins stay when this ends */
	int programs[KERNEL_PROGRAMS];
	uint32_t lock; /* of claims before the first hook */
	bool hooked;
};

/* Load the programs on a table that is pinned, else on a new one, which is pinned if that works. Returns 0 or -errno, logged. */
int kernel_load(struct kernel *kernel, const struct kernel_options *options);

/* Without a program and a table again. */
void kernel_unload(struct kernel *kernel);

#endif
