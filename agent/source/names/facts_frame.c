// SPDX-License-Identifier: BSD-2-Clause

/* From a frame to the payload of the protocols that carry names and addresses. */

#include <iotbpf/protocols.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/source/names/facts_internal.h"

enum { TAGS = 2, EXTENSIONS = 8, IP6_HEADER = 40, UDP_HEADER = 8 };

static bool udp(const struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	uint32_t port, length;

	if (b.left < UDP_HEADER)
		return false;
	port = bytes_u16(b.at + 2);
	length = bytes_u16(b.at + 4);
	if (length >= UDP_HEADER && length < b.left)
		b.left = length;
	bytes_skip(&b, UDP_HEADER);
	if (port == IOT_PORT_DHCP_SERVER || port == IOT_PORT_DHCP_CLIENT)
		return facts_dhcp(frame, b, facts);
	return port == IOT_PORT_MDNS && facts_mdns(frame, b, facts);
}

static void set_source(struct facts_frame *frame, uint8_t family, const uint8_t *address)
{
	frame->source.family = family;
	memcpy(frame->source.bytes, address, family == AF_INET ? 4 : 16);
}

static bool ip4(struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	size_t header, total;

	if (b.left < 20 || b.at[0] >> 4 != 4)
		return false;
	header = (size_t)(b.at[0] & 15) * 4;
	total = bytes_u16(b.at + 2);
	if (header < 20 || total < header || bytes_u16(b.at + 6) & 0x1fff || b.at[9] != IOT_IP_UDP)
		return false;
	if (total < b.left)
		b.left = total;
	frame->hops = b.at[8];
	set_source(frame, AF_INET, b.at + 12);
	return bytes_skip(&b, header) && udp(frame, b, facts);
}

/* Step over one extension header; false where there is no transport header behind it. */
static bool extension(struct bytes *b, uint8_t *next)
{
	uint8_t kind = *next;

	if (b->left < 8 || (kind == IOT_IP_FRAGMENT && bytes_u16(b->at + 2) & 0xfff8))
		return false;
	*next = b->at[0];
	return bytes_skip(b, kind == IOT_IP_FRAGMENT ? 8 : ((size_t)b->at[1] + 1) * 8);
}

static bool is_extension(uint8_t next)
{
	return next == IOT_IP_HOPOPTS || next == IOT_IP_ROUTING || next == IOT_IP_FRAGMENT || next == IOT_IP_DSTOPTS;
}

static bool ip6(struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	size_t payload;
	uint8_t next;

	if (b.left < IP6_HEADER || b.at[0] >> 4 != 6)
		return false;
	payload = bytes_u16(b.at + 4);
	next = b.at[6];
	frame->hops = b.at[7];
	set_source(frame, AF_INET6, b.at + 8);
	bytes_skip(&b, IP6_HEADER);
	if (payload < b.left)
		b.left = payload;
	for (int i = 0; i < EXTENSIONS && is_extension(next); i++) {
		if (!extension(&b, &next))
			return false;
	}
	return next == IOT_IP_UDP ? udp(frame, b, facts) : next == IOT_IP_ICMP6 && facts_nd(frame, b, facts);
}

bool facts_read(const uint8_t *bytes, size_t size, struct name_facts *facts)
{
	struct bytes b = { bytes, size };
	struct facts_frame frame = { 0 };
	uint32_t type;

	*facts = (struct name_facts){ 0 };
	if (size < 14)
		return false;
	frame.dst = mac_from_bytes(bytes);
	frame.src = mac_from_bytes(bytes + 6);
	type = bytes_u16(bytes + 12);
	bytes_skip(&b, 14);
	for (int i = 0; i < TAGS && (type == IOT_ETH_VLAN || type == IOT_ETH_QINQ || type == IOT_ETH_QINQ_OLD); i++) {
		if (b.left < 4)
			return false;
		type = bytes_u16(b.at + 2);
		bytes_skip(&b, 4);
	}
	if (!frame.src || mac_is_multicast(frame.src))
		return false;
	facts->mac = frame.src;
	if (type == IOT_ETH_ARP)
		return facts_arp(&frame, b, facts);
	return type == IOT_ETH_IP4 ? ip4(&frame, b, facts) : type == IOT_ETH_IP6 && ip6(&frame, b, facts);
}
