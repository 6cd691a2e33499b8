/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_DETACH_H
#define AGENT_SOURCE_KERNEL_DETACH_H

/* Clean up after an agent that was killed. */

struct detach_counts {
	unsigned int interfaces; /* where something was removed */
	unsigned int filters, qdiscs;
};

/*
 * Remove what an agent left on interface `name`, or on all where it is NULL. Only clsact filters can outlive an agent
 * (XDP and tcx hooks are held by its file descriptors); ours are known by priority, handle and program name. Doing it
 * again changes nothing. Returns 0 or -errno, logged: -ENODEV, -EPERM.
 */
int detach_all(const char *name, struct detach_counts *counts);

#endif
