/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_PINS_INTERNAL_H
#define AGENT_SOURCE_KERNEL_PINS_INTERNAL_H

/* Shared by pins.c (directories and maps), pins_links.c and pins_settle.c (what goes). */

#include "agent/source/kernel/pins_files.h"

struct pins {
	char root[PINS_PATH];	   /* DIR */
	char name_space[PINS_PATH]; /* DIR/NAMESPACE */
	char layout[PINS_PATH];	   /* DIR/NAMESPACE/LAYOUT */
	int lock;		   /* of the namespace's directory */
	uint64_t *put;		   /* links pinned by this agent: ifindex << 1 | egress */
	size_t count, room;
};

/* Where everything is below `directory`, for this network namespace. 0 or -ENAMETOOLONG. */
int pins_set_paths(struct pins *pins, const char *directory);

/* Open and lock a directory: 0, -EBUSY (somebody else has the lock), or another -errno. */
int pins_lock(const char *path, int *fd);

/* Was the link of that direction pinned by this agent? */
bool pins_is_ours(const struct pins *pins, uint32_t ifindex, bool egress);

#endif
