/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_DESIRED_H
#define AGENT_SOURCE_KERNEL_DESIRED_H

/* Which interfaces the names of the command line stand for. */

#include <stddef.h>

#include "agent/source/kernel/links.h"

struct desired {
	const struct link **link; /* each once, pointing into the dump */
	size_t count;
};

static inline void desired_free(struct desired *desired)
{
	free(desired->link);
}

/* Can this interface be named at all? Returns 0, or logs why not and returns -ENODEV or -EINVAL. */
int desired_check(const struct links *links, const char *name);

/* Expand `names`; those that do not exist are left out. Returns 0 or -ENOMEM. */
int desired_expand(const struct links *links, char *const *names, size_t count, struct desired *desired);

#endif
