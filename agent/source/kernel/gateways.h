/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_GATEWAYS_H
#define AGENT_SOURCE_KERNEL_GATEWAYS_H

/* Addresses that belong to the network itself. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/source/kernel/desired.h"
#include "agent/source/kernel/links.h"

enum { GATEWAYS_MAX = 16, GATEWAY_ADDRESS_MAX = 16 };

/* Next hop of a default route. */
struct gateway {
	uint32_t ifindex;
	uint32_t length; /* of the address: 4 or 16 */
	uint8_t address[GATEWAY_ADDRESS_MAX];
};

struct gateways {
	struct gateway list[GATEWAYS_MAX];
	size_t count;
};

/*
 * Addresses of the default routes' gateways, IPv4 and IPv6, that are neighbours on a desired interface or on the bridge
 * above it. Returns how many distinct ones were written, at most `room`, or -errno.
 */
int gateways_find(const struct desired *desired, uint64_t *macs, size_t room);

/*
 * The same, and the addresses of the desired interfaces and of the bridges above them. *found: the gateways, also those
 * whose address is not known yet.
 */
int gateways_find_own(const struct links *links, const struct desired *desired, struct gateways *found, uint64_t *macs,
		      size_t room);

/*
 * Does this message of route netlink change the answer: about a default route, or about the neighbour that is one of
 * `gateways`? For links_drain().
 */
bool gateways_touched(const struct nlmsghdr *h, const void *gateways);

#endif
