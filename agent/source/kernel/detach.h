/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_DETACH_H
#define AGENT_SOURCE_KERNEL_DETACH_H

/* Clean up after an agent that was killed. */

#include <stdbool.h>

struct detach_counts {
	unsigned int interfaces; /* where filters were removed */
	unsigned int filters, qdiscs;
	unsigned int hooks; /* that were pinned, or in a dispatcher */
	bool held;	    /* what is pinned belongs to an agent that runs: it was left alone */
};

/*
 * Remove what an agent left on interface `name`, or on all where it is NULL: clsact filters, which are known by priority, handle and
 * program name, programs in libxdp's dispatcher, and the hooks and the table that are pinned below `pins` (NULL: none). XDP and tcx hooks that are not pinned end with
 * their agent. Doing it again changes nothing. Returns 0 or -errno, logged: -ENODEV, -EPERM.
 */
int detach_all(const char *name, const char *pins, struct detach_counts *counts);

#endif
