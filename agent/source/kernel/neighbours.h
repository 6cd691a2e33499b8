/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_NEIGHBOURS_H
#define AGENT_SOURCE_KERNEL_NEIGHBOURS_H

/* The kernel's neighbour table: which IP address has which MAC address, as the router itself found out. */

#include <stdint.h>

/* An entry that is there, or changed. @family: AF_INET or AF_INET6; @address: 4 or 16 bytes. */
typedef void (*neighbour_fn)(void *user, uint64_t mac, uint8_t family, const uint8_t *address);

/** neighbours_dump - tell all entries that have a MAC address; 0 or -errno */
int neighbours_dump(neighbour_fn fn, void *user);

/** neighbours_watch - a descriptor that is readable when an entry changed; the caller closes it; -errno */
int neighbours_watch(void);

/** neighbours_drain - tell what changed; 0, -ENOBUFS (some changes are lost: dump again) or another -errno */
int neighbours_drain(int fd, neighbour_fn fn, void *user);

#endif
