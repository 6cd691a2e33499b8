/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_FRAME_H
#define LAB_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { LAB_FRAME_MAX = 1514, LAB_MSS = 1448 };

struct lab_frame {
	uint8_t data[LAB_FRAME_MAX];
	size_t len; /* without FCS, not padded: as a virtual Ethernet port shows it */
};

struct lab_end {
	uint64_t mac;
	uint32_t address; /* IPv4, host order */
	uint16_t port;
};

struct lab_segment {
	uint32_t seq, ack;
	uint8_t flags; /* FIN 1, SYN 2, PSH 8, ACK 16 */
	uint16_t window;
	uint32_t stamp, echo; /* time stamp option, milliseconds */
	uint32_t size;        /* payload, zero bytes */
};

struct lab_packet {
	const struct lab_end *from, *to;
	uint8_t ttl;
	uint16_t id;
};

/** lab_frame_arp - a request (@op 1) or reply (2); the target's MAC of a request is zero and it is broadcast */
void lab_frame_arp(struct lab_frame *f, unsigned int op, const struct lab_end *from, const struct lab_end *to);

/** lab_frame_udp - a datagram of @n bytes at @payload (NULL: zeros), at most 1472 */
void lab_frame_udp(struct lab_frame *f, const struct lab_packet *p, const void *payload, size_t n);

/** lab_frame_icmp - echo request (@type 8) or reply (0) with @n zero bytes, at most 1472 */
void lab_frame_icmp(struct lab_frame *f, const struct lab_packet *p, unsigned int type, unsigned int seq, size_t n);

/** lab_frame_tcp - a segment of at most LAB_MSS bytes, with the options that Linux sends */
void lab_frame_tcp(struct lab_frame *f, const struct lab_packet *p, const struct lab_segment *s);

#endif
