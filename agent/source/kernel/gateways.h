/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_GATEWAYS_H
#define AGENT_SOURCE_KERNEL_GATEWAYS_H

/* Addresses that belong to the network itself. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/source/kernel/desired.h"
#include "agent/source/kernel/links.h"

/*
 * Addresses of the default routes' gateways, IPv4 and IPv6, that are neighbours on a desired interface or on the bridge
 * above it. Returns how many distinct ones were written, at most `room`, or -errno.
 */
int gateways_find(const struct desired *desired, uint64_t *macs, size_t room);

/*
 * The same, and the addresses of the desired interfaces and of the bridges above them. *unresolved: some gateway's
 * address is not known yet.
 */
int gateways_find_own(const struct links *links, const struct desired *desired, uint64_t *macs, size_t room,
		      bool *unresolved);

#endif
