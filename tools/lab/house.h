/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_HOUSE_H
#define LAB_HOUSE_H

#include "tools/lab/spec.h"

/*
 * The household's addresses. Everything is inside the lab's own network namespaces: the LAN is
 * 192.168.77.0/24, and names of servers stand for addresses of two documentation networks (RFC 5737).
 */
#define LAB_LAN UINT32_C(0xc0a84d00) /* 192.168.77.0/24 */
#define LAB_GATEWAY (LAB_LAN + 1)
#define LAB_GATEWAY_MAC UINT64_C(0x021077000001)
#define LAB_WAN_A UINT32_C(0xc6336400) /* 198.51.100.0/24 */
#define LAB_WAN_B UINT32_C(0xcb007100) /* 203.0.113.0/24 */

enum lab_where { LAB_AT_GATEWAY, LAB_AT_WAN, LAB_AT_DEVICE, LAB_AT_GROUP };

struct lab_peer {
	enum lab_where where;
	uint32_t address; /* IPv4, host order */
	uint64_t mac;     /* what a device puts into the frame */
	int device;       /* index, for LAB_AT_DEVICE */
};

struct lab_house {
	struct lab_device devices[LAB_DEVICES];
	unsigned int n;
};

/**
 * lab_house_load - the devices whose names are in @list (comma separated, or "all") from the *.conf files of @dir
 *
 * In the order of their file names; MAC addresses and names must differ. Returns a house to be freed with
 * free(3), or NULL after logging the cause.
 */
struct lab_house *lab_house_load(const char *dir, const char *list);

/** lab_house_resolve - where @host is: gateway, broadcast, a.b.c.d, a device's name, or a server on the WAN side */
struct lab_peer lab_house_resolve(const struct lab_house *house, const char *host);

/** lab_house_find - index of the device with @mac, -1 if there is none */
int lab_house_find(const struct lab_house *house, uint64_t mac);

/** lab_group_ttl - the time to live that a datagram to a group's port is sent with */
unsigned int lab_group_ttl(uint16_t port);

#endif
