/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_LEASES_H
#define AGENT_SOURCE_NAMES_LEASES_H

/*
 * What a DHCP server on this machine keeps in its leases file. The names in it are what clients said, so the bytes are as hostile as a
 * frame's: nothing is allocated, every line is bounded, what is none is skipped.
 */

#include "agent/source/names/facts.h"

enum leases_form {
	LEASES_DNSMASQ,	 /* "expiry mac address name client-id" a line; OpenWrt's, too */
	LEASES_KEA,	 /* Kea's memfile: comma-separated values under a header; the last line on a client counts */
	LEASES_NETWORKD, /* systemd-networkd's DHCP server: JSON */
};

struct lease {
	uint64_t mac;
	struct name_address address;
	char name[FACT_TEXT]; /* "": none */
};

/* A reading of @text from its begin; all else is zero at the start. */
struct leases {
	enum leases_form form;
	const char *text;
	size_t size;
	size_t at;
	uint8_t columns[3]; /* of LEASES_KEA: number of the one with the address, the MAC, the name, plus one */
};

/** leases_next - the next lease that has a MAC address and an IPv4 address; false at the end */
bool leases_next(struct leases *leases, struct lease *out);

#endif
