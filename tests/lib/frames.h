/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_FRAMES_H
#define TESTS_LIB_FRAMES_H

/*
 * Frames, header by header: frame_begin(), then layers from the outside in, then frame_end(), which fills in the lengths that each
 * header says of what follows it. Checksums stay 0: nobody under test reads them.
 */

#include <stdint.h>

#define FRAME_ROOM 16384

struct frame {
	uint8_t data[FRAME_ROOM];
	uint32_t length;
	uint32_t ip4, ip6, udp, llc; /* offsets of headers whose length frame_end() fills in; 0: none */
};

#define FRAME_DEVICE 0x02aabbcc0001ULL /* locally administered addresses */
#define FRAME_SERVER 0x02aabbcc0002ULL
#define FRAME_BROADCAST 0xffffffffffffULL

/* The two addresses; an EtherType, a tag or an LLC length comes next. */
void frame_begin(struct frame *f, uint64_t dst, uint64_t src);
void frame_u8(struct frame *f, uint32_t v);
void frame_u16(struct frame *f, uint32_t v);
void frame_u32(struct frame *f, uint32_t v);
void frame_fill(struct frame *f, uint32_t bytes, uint8_t value);

/* One 802.1Q tag: type (0x8100, 0x88a8, ...) and VLAN; the EtherType behind it comes next. */
void frame_tag(struct frame *f, uint32_t type, uint32_t vlan);

/* PPPoE session header with its EtherType, carrying a PPP protocol. */
void frame_pppoe(struct frame *f, uint32_t ppp);

/* 802.3 length and LLC; SNAP where both access points are 0xaa, and then an EtherType comes next. */
void frame_llc(struct frame *f, uint32_t dsap, uint32_t ssap, uint32_t control);

/* An IPv4 header without its EtherType: 192.168.1.10 to `dst`, `options` bytes of NOP (a multiple of 4). */
void frame_ip4(struct frame *f, uint32_t proto, uint32_t dst, uint32_t options, uint32_t fragment);

/* An IPv6 header without its EtherType, fe80::1 to a global address. */
void frame_ip6(struct frame *f, uint32_t next);

/* An extension header of `bytes` bytes (a multiple of 8; AH: of 4) whose successor is `next`. `kind` says how its length is coded. */
void frame_ip6_extension(struct frame *f, uint32_t kind, uint32_t next, uint32_t bytes);
void frame_ip6_fragment(struct frame *f, uint32_t next, uint32_t offset, uint32_t more);

/* Transport headers; `options` are bytes of TCP options, a multiple of 4. */
void frame_tcp(struct frame *f, uint32_t sport, uint32_t dport, uint32_t flags, const uint8_t *options, uint32_t bytes);
void frame_udp(struct frame *f, uint32_t sport, uint32_t dport);

/* Fill in lengths; pad to `minimum` bytes (60 on a wire, 0 for none). */
void frame_end(struct frame *f, uint32_t minimum);

/* In one: Ethernet, IPv4 from 192.168.1.10 to `dst`, and UDP or TCP with `payload` bytes. */
void frame_make_udp(struct frame *f, uint64_t dst_mac, uint64_t src_mac, uint32_t sport, uint32_t dport, uint32_t payload);
void frame_make_tcp(struct frame *f, uint64_t dst_mac, uint64_t src_mac, uint32_t sport, uint32_t dport, uint32_t flags,
		    uint32_t payload);

#define FRAME_LAN_IP4 0xc0a80114u /* 192.168.1.20 */
#define FRAME_WAN_IP4 0x08080808u

#endif
