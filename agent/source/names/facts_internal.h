/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_FACTS_INTERNAL_H
#define AGENT_SOURCE_NAMES_FACTS_INTERNAL_H

#include "agent/source/names/facts.h"

/* Bytes that are there. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

/* What a frame says of itself before its payload is looked at. */
struct facts_frame {
	uint64_t src, dst;	    /* MAC addresses */
	struct name_address source; /* IP; family 0: none */
	uint8_t hops;		    /* TTL or hop limit */
};

/* Each reads one payload into @facts, which is zero but for mac, the sender's; false: nothing of use. */
bool facts_dhcp(const struct facts_frame *frame, struct bytes payload, struct name_facts *facts);
bool facts_mdns(const struct facts_frame *frame, struct bytes payload, struct name_facts *facts);
bool facts_arp(const struct facts_frame *frame, struct bytes payload, struct name_facts *facts);
bool facts_nd(const struct facts_frame *frame, struct bytes payload, struct name_facts *facts);

static inline uint32_t bytes_u16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

/* Step over @n bytes; false, and the end, where they are not there. */
static inline bool bytes_skip(struct bytes *b, size_t n)
{
	bool there = n <= b->left;

	n = there ? n : b->left;
	b->at += n;
	b->left -= n;
	return there;
}

#endif
