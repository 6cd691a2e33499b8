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
#include "agent/history/store.h"
#include "agent/source/names/facts.h"
#include "agent/source/names/leases.h"

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

/** names_new - nobody is known; 0 or -ENOMEM. Where no list of vendors is installed, nobody has one: names_vendors() */
int names_new(struct names **names);
void names_free(struct names *names);
DEFINE_CLEANUP(struct names, names_free)

/** names_find - what is known of @mac; NULL: nothing. Valid until the next call that is not names_find() */
const struct name_entry *names_find(const struct names *names, uint64_t mac);

/** names_device - a device with this address is there: know its vendor */
void names_device(struct names *names, uint64_t mac);

/** names_take - what a frame says of a device that is there; of others nothing is kept. Returns whether it is there */
bool names_take(struct names *names, const struct name_facts *facts);

/** names_take_lease - what a leases file says of a device that is there */
void names_take_lease(struct names *names, const struct lease *lease);

/** names_take_address - what the kernel's neighbour table says of a device that is there */
void names_take_address(struct names *names, uint64_t mac, const struct name_address *address);

/** names_set_owner - the owner's name of @mac, "" takes it back; 0, -EINVAL (too long, or not to be printed) or -ENOMEM */
int names_set_owner(struct names *names, uint64_t mac, const char *name);

/** names_drop - know nothing more of @mac; what the store has of it is the caller's business */
void names_drop(struct names *names, uint64_t mac);

/**
 * names_merge - @mac is another address of the device @into; 0: a device of its own again
 *
 * Returns 0, -EINVAL (of itself), -ENOENT (it is merged into none), -ENOMEM.
 */
int names_merge(struct names *names, uint64_t mac, uint64_t into);

/** names_each - every address that something is known of, in order */
void names_each(const struct names *names, void (*fn)(void *user, uint64_t mac, const struct name_entry *entry), void *user);

/**
 * name_evidence - what the device said of itself besides its name
 *
 * Texts are "" where it said none; DHCP's option 60, the `model` of _device-info, and the codes of option 55 in the device's order.
 */
struct name_evidence {
	const char *vendor_class, *model, *instance;
	const uint8_t *parameters;
	uint32_t parameter_count;
};
bool names_evidence(const struct names *names, uint64_t mac, struct name_evidence *evidence);

/** names_load - take up what @store holds; names_save - write what changed since; 0 or -errno with store->why */
int names_load(struct names *names, struct store *store);
int names_save(struct names *names, struct store *store);

struct names_counts {
	uint64_t known;	    /* addresses that something is known of */
	uint64_t unsaved;   /* of them, not yet in the store as they are */
	uint64_t forgotten; /* that made room for others */
};
struct names_counts names_counts(const struct names *names);

/** names_known - the first of them alone */
uint64_t names_known(const struct names *names);

/** names_vendors - where vendors are looked up, NULL: nowhere */
const char *names_vendors(const struct names *names);

/** name_source_text - "owner", "dhcp", "lease", "mdns", "vendor"; NULL for none */
const char *name_source_text(enum name_source source);

#endif
