/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_NETLINK_H
#define AGENT_SOURCE_KERNEL_NETLINK_H

/* Route netlink: requests whose answers are read to the end. */

#include <libmnl/libmnl.h>
#include <stddef.h>

enum { NETLINK_REQUEST_MAX = 512 };

/*
 * Send a dump request of `type` with a fixed header of `size` bytes at `header`, and call `fn` on every message of the
 * answer. A dump that changed while it was read is begun again, so `fn` may see a message twice: `restart` (may be
 * NULL) tells `user` to forget. Returns 0 or -errno: that of `fn` (MNL_CB_ERROR with errno), of the kernel, or -EAGAIN
 * after too many restarts.
 */
int netlink_dump(int type, const void *header, size_t size, mnl_cb_t fn, void (*restart)(void *user), void *user);

#endif
