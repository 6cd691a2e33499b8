/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_LINKS_H
#define AGENT_SOURCE_KERNEL_LINKS_H

/* The interfaces of this network namespace, as route netlink tells them. */

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/cleanup.h"

struct link {
	uint32_t ifindex;
	uint32_t master; /* ifindex of the bridge, bond, ... that it is a port of; 0: none */
	char name[IFNAMSIZ];
	char kind[16]; /* "bridge", "veth", ...; empty for hardware */
	uint64_t mac;  /* 0: none */
	uint16_t type; /* ARPHRD_* */
	bool up;       /* administratively */
	bool device;   /* has a parent device: a NIC's driver made it */
	bool switchdev; /* its driver tells the id of a switch that it is a port of */
};

struct links {
	struct link *link;
	uint32_t count, room;
};

/* Fill `links` with all interfaces. Returns 0 or -errno. Release with links_free(). */
int links_dump(struct links *links);
void links_free(struct links *links);

/* The interface with this name or number, or NULL. */
const struct link *links_by_name(const struct links *links, const char *name);
const struct link *links_by_index(const struct links *links, uint32_t ifindex);

static inline bool link_is_bridge(const struct link *link)
{
	return link && strcmp(link->kind, "bridge") == 0;
}

/*
 * Hardware whose driver may run XDP in front of the stack: has a parent device and is neither Wi-Fi nor a port of a DSA
 * switch, whose frames come through another interface. virtio counts: it is the NIC of a virtual machine.
 */
bool link_is_physical(const struct link *link);

/* A non-blocking socket that becomes readable when one of `enum links_change` happens; -errno on failure. */
int links_watch(void);

enum links_change {
	LINKS_CHANGED = 1, /* an interface changed, or lost a filter */
	LINKS_TOUCHED = 2, /* `touched` said so of a message about a route or neighbour */
};

struct nlmsghdr;

/*
 * Read what is there and forget it: whoever is told so dumps anew. Returns a mask of `enum links_change`, -ENOBUFS where
 * messages were lost, or another -errno.
 */
int links_drain(int fd, bool (*touched)(const struct nlmsghdr *h, const void *user), const void *user);

#endif
