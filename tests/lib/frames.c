// SPDX-License-Identifier: BSD-2-Clause

#include "tests/lib/frames.h"

#include <assert.h>
#include <string.h>

#include <linux/types.h>

#include <iotbpf/protocols.h>

void frame_u8(struct frame *f, uint32_t v)
{
	assert(f->length < FRAME_ROOM);
	f->data[f->length++] = (uint8_t)v;
}

void frame_u16(struct frame *f, uint32_t v)
{
	frame_u8(f, v >> 8);
	frame_u8(f, v);
}

void frame_u32(struct frame *f, uint32_t v)
{
	frame_u16(f, v >> 16);
	frame_u16(f, v);
}

static void frame_mac(struct frame *f, uint64_t mac)
{
	frame_u16(f, (uint32_t)(mac >> 32));
	frame_u32(f, (uint32_t)mac);
}

void frame_fill(struct frame *f, uint32_t bytes, uint8_t value)
{
	assert(bytes <= FRAME_ROOM - f->length);
	memset(f->data + f->length, value, bytes);
	f->length += bytes;
}

static void put16(struct frame *f, uint32_t at, uint32_t v)
{
	f->data[at] = (uint8_t)(v >> 8);
	f->data[at + 1] = (uint8_t)v;
}

void frame_begin(struct frame *f, uint64_t dst, uint64_t src)
{
	memset(f, 0, sizeof(*f));
	frame_mac(f, dst);
	frame_mac(f, src);
}

void frame_tag(struct frame *f, uint32_t type, uint32_t vlan)
{
	frame_u16(f, type);
	frame_u16(f, vlan);
}

void frame_pppoe(struct frame *f, uint32_t ppp)
{
	frame_u16(f, IOT_ETH_PPPOE);
	frame_u16(f, 0x1100);
	frame_u16(f, 1);
	frame_u16(f, 0);
	frame_u16(f, ppp);
}

void frame_llc(struct frame *f, uint32_t dsap, uint32_t ssap, uint32_t control)
{
	f->llc = f->length;
	frame_u16(f, 0);
	frame_u8(f, dsap);
	frame_u8(f, ssap);
	frame_u8(f, control);
	if (dsap == 0xaa && ssap == 0xaa)
		frame_fill(f, 3, 0);
}

void frame_ip4(struct frame *f, uint32_t proto, uint32_t dst, uint32_t options, uint32_t fragment)
{
	f->ip4 = f->length;
	frame_u16(f, (0x45 + options / 4) << 8);
	frame_u32(f, 0x00001234);
	frame_u16(f, fragment);
	frame_u8(f, 64);
	frame_u8(f, proto);
	frame_u16(f, 0);
	frame_u32(f, 0xc0a8010a);
	frame_u32(f, dst);
	frame_fill(f, options, 1);
}

void frame_ip6(struct frame *f, uint32_t next)
{
	f->ip6 = f->length;
	frame_u32(f, 0x60000000);
	frame_u16(f, 0);
	frame_u8(f, next);
	frame_u8(f, 255);
	frame_u16(f, 0xfe80);
	frame_fill(f, 13, 0);
	frame_u8(f, 1);
	frame_u16(f, 0x2001);
	frame_fill(f, 13, 0);
	frame_u8(f, 2);
}

void frame_ip6_extension(struct frame *f, uint32_t kind, uint32_t next, uint32_t bytes)
{
	frame_u8(f, next);
	frame_u8(f, kind == IOT_IP_AH ? bytes / 4 - 2 : bytes / 8 - 1);
	frame_fill(f, bytes - 2, 0);
}

void frame_ip6_fragment(struct frame *f, uint32_t next, uint32_t offset, uint32_t more)
{
	frame_u8(f, next);
	frame_u8(f, 0);
	frame_u16(f, offset << 3 | more);
	frame_u32(f, 0xdeadbeef);
}

void frame_tcp(struct frame *f, uint32_t sport, uint32_t dport, uint32_t flags, const uint8_t *options, uint32_t bytes)
{
	frame_u16(f, sport);
	frame_u16(f, dport);
	frame_u32(f, 1);
	frame_u32(f, 2);
	frame_u8(f, (5 + bytes / 4) << 4);
	frame_u8(f, flags);
	frame_u16(f, 0x7210);
	frame_u32(f, 0);
	for (uint32_t i = 0; i < bytes; i++)
		frame_u8(f, options[i]);
}

void frame_udp(struct frame *f, uint32_t sport, uint32_t dport)
{
	f->udp = f->length;
	frame_u16(f, sport);
	frame_u16(f, dport);
	frame_u32(f, 0);
}

void frame_end(struct frame *f, uint32_t minimum)
{
	if (f->llc)
		put16(f, f->llc, f->length - f->llc - 2);
	if (f->ip4)
		put16(f, f->ip4 + 2, f->length - f->ip4);
	if (f->ip6)
		put16(f, f->ip6 + 4, f->length - f->ip6 - 40);
	if (f->udp)
		put16(f, f->udp + 4, f->length - f->udp);
	if (f->length < minimum)
		frame_fill(f, minimum - f->length, 0);
}

void frame_make_udp(struct frame *f, uint64_t dst_mac, uint64_t src_mac, uint32_t sport, uint32_t dport, uint32_t payload)
{
	frame_begin(f, dst_mac, src_mac);
	frame_u16(f, IOT_ETH_IP4);
	frame_ip4(f, IOT_IP_UDP, FRAME_LAN_IP4, 0, 0);
	frame_udp(f, sport, dport);
	frame_fill(f, payload, 0x5a);
	frame_end(f, 60);
}

void frame_make_tcp(struct frame *f, uint64_t dst_mac, uint64_t src_mac, uint32_t sport, uint32_t dport, uint32_t flags,
		    uint32_t payload)
{
	frame_begin(f, dst_mac, src_mac);
	frame_u16(f, IOT_ETH_IP4);
	frame_ip4(f, IOT_IP_TCP, FRAME_WAN_IP4, 0, 0x4000);
	frame_tcp(f, sport, dport, flags, NULL, 0);
	frame_fill(f, payload, 0x5a);
	frame_end(f, 60);
}
