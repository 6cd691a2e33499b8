/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_LEASES_INTERNAL_H
#define AGENT_SOURCE_NAMES_LEASES_INTERNAL_H

#include "agent/source/names/leases.h"

/* Some bytes of the text. */
struct span {
	const char *at;
	size_t size;
};

/** leases_of_json - the lease that the text of one JSON object holds */
bool leases_of_json(struct span object, struct lease *out);

#endif
