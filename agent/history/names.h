/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_NAMES_H
#define AGENT_HISTORY_NAMES_H

/*
 * What a device is called, by whom, who made it, and its addresses: one entry a MAC address, so a device that changes its IP address stays
 * one. Names are text for people: UTF-8 without control characters, whatever the wire said.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

enum { NAME_SIZE = 64, NAME_ADDRESSES = 8 };

/* Who says the name, the better one first. */
enum name_source {
	NAME_NONE,
	NAME_OWNER,  /* the owner, by `iotbpf name` */
	NAME_DHCP,   /* the device, in option 12 */
	NAME_LEASE,  /* a leases file of the DHCP server */
	NAME_MDNS,   /* the device, by multicast DNS */
	NAME_VENDOR, /* nobody: the vendor and the last three bytes */
	NAME_SOURCES
};

struct name_address {
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t bytes[16];
};

struct name_entry {
	char name[NAME_SIZE]; /* "": none */
	enum name_source source;
	char vendor[NAME_SIZE];	 /* "": not known */
	bool randomized;	 /* a made-up address: no vendor */
	struct name_address addresses[NAME_ADDRESSES]; /* newest first */
	uint32_t address_count;
	uint64_t merged_into; /* the owner says that this is another address of that device; 0: a device of its own */
};

struct names;

/** names_new - nobody is known; 0 or -ENOMEM. That no list of vendors is installed is one warning */
int names_new(struct names **names);
void names_free(struct names *names);
DEFINE_CLEANUP(struct names, names_free)

/** names_find - what is known of @mac; NULL: nothing. Valid until the next call that is not names_find() */
const struct name_entry *names_find(const struct names *names, uint64_t mac);

/** names_device - a device with this address is there: know its vendor */
void names_device(struct names *names, uint64_t mac);

/** names_vendors - where vendors are looked up, NULL: nowhere */
const char *names_vendors(const struct names *names);

/** name_source_text - "owner", "dhcp", "lease", "mdns", "vendor"; NULL for none */
const char *name_source_text(enum name_source source);

#endif
