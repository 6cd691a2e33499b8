/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_NAMES_INTERNAL_H
#define AGENT_HISTORY_NAMES_INTERNAL_H

#include "agent/history/names.h"
#include "agent/source/names/vendors.h"

enum { NAMES_MAX = 4096 };

/* One MAC address. */
struct name_record {
	struct name_entry entry; /* what is shown of it */
	uint64_t mac;
	char said[NAME_VENDOR][NAME_SIZE]; /* by each source above the vendor */
	char instance[NAME_SIZE];	   /* of a service: the name by mDNS where no host name is said */
	char model[NAME_SIZE], vendor_class[NAME_SIZE];
	uint8_t parameters[FACT_PARAMETERS], parameter_count;
	int64_t seen_us;		   /* when something new was heard of it */
	bool dirty;			   /* not in the store as it is here */
	bool looked_up;			   /* the vendor was looked for */
};

struct names {
	struct name_record **records; /* by address */
	size_t count, room;
	struct vendors *vendors; /* NULL: none installed */
	uint64_t forgotten;	 /* records that made room for others */
};

/** names_record - the record of @mac, or NULL */
struct name_record *names_record(const struct names *names, uint64_t mac);

/** names_touch - the record of @mac, made where it is new; NULL when memory is short */
struct name_record *names_touch(struct names *names, uint64_t mac);

/** names_resolve - choose the name that is shown from what was said */
void names_resolve(struct name_record *record);

#endif
