// SPDX-License-Identifier: BSD-2-Clause

/* ARP (RFC 826) and neighbour discovery (RFC 4861): which address its sender has. */

#include <iotbpf/protocols.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/source/names/facts_internal.h"

enum { ARP_BYTES = 28, ND_ADVERTISEMENT = 136, ND_BYTES = 24, ND_HOPS = 255 };

/* Ethernet and IPv4; the sender that it names must be the frame's own. A probe (RFC 5227) has no address yet. */
bool facts_arp(const struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	static const uint8_t kind[] = { 0, 1, 8, 0, 6, 4 };

	if (b.left < ARP_BYTES || memcmp(b.at, kind, sizeof(kind)) != 0 || mac_from_bytes(b.at + 8) != frame->src)
		return false;
	facts->protocol = FACTS_ARP;
	facts_address(facts, AF_INET, b.at + 14);
	return facts->address_count != 0;
}

/*
 * Nothing that was forwarded has all its hops left, so the IP source is the sender's own; who looks whether an address is free has none
 * yet. An advertisement names the address that it is about, which may be another of the sender's.
 */
bool facts_nd(const struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	if (b.left < 4 || frame->hops != ND_HOPS || b.at[0] < IOT_ND_FIRST || b.at[0] > IOT_ND_LAST || b.at[1] != 0)
		return false;
	facts->protocol = FACTS_ND;
	if (b.at[0] == ND_ADVERTISEMENT && b.left >= ND_BYTES)
		facts_address(facts, AF_INET6, b.at + 8);
	facts_address(facts, AF_INET6, frame->source.bytes);
	return facts->address_count != 0;
}
