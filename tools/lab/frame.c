/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet frames as Linux sends them: ARP, and IPv4 with UDP, ICMP or TCP. */
#include "tools/lab/frame.h"

#include <stdbool.h>
#include <string.h>

#include "agent/base/mac.h"

enum { ETHER = 14, IP = 20, SYN = 0x02, ICMP_PROTO = 1, TCP_PROTO = 6, UDP_PROTO = 17 };

static uint8_t *put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v & 0xffff);
}

static uint32_t sum(const uint8_t *p, size_t n, uint32_t total)
{
	for (; n > 1; n -= 2, p += 2)
		total += (uint32_t)p[0] << 8 | p[1];
	if (n)
		total += (uint32_t)p[0] << 8;
	return total;
}

static uint16_t fold(uint32_t total)
{
	total = (total & 0xffff) + (total >> 16);
	total = (total & 0xffff) + (total >> 16);
	return (uint16_t)~total;
}

static uint8_t *ethernet(struct lab_frame *f, uint64_t to, uint64_t from, uint32_t type)
{
	mac_to_bytes(to, f->data);
	mac_to_bytes(from, f->data + 6);
	return put16(f->data + 12, type);
}

void lab_frame_arp(struct lab_frame *f, unsigned int op, const struct lab_end *from, const struct lab_end *to)
{
	bool request = op == 1;
	uint8_t *p = ethernet(f, request ? MAC_BROADCAST : to->mac, from->mac, 0x0806);

	p = put16(put16(p, 1), 0x0800);
	*p++ = 6;
	*p++ = 4;
	p = put16(p, op);
	mac_to_bytes(from->mac, p);
	p = put32(p + 6, from->address);
	mac_to_bytes(request ? 0 : to->mac, p);
	p = put32(p + 6, to->address);
	f->len = (size_t)(p - f->data);
}

/* The header before @n bytes of @protocol; returns where they go. "Don't fragment" is set as Linux does. */
static uint8_t *ip(struct lab_frame *f, const struct lab_packet *q, unsigned int protocol, size_t n)
{
	uint8_t *start = ethernet(f, q->to->mac, q->from->mac, 0x0800), *p = start;

	p = put16(p, 0x4500);
	p = put16(p, (uint32_t)(IP + n));
	p = put16(put16(p, q->id), 0x4000);
	*p++ = q->ttl;
	*p++ = (uint8_t)protocol;
	p = put16(p, 0);
	p = put32(put32(p, q->from->address), q->to->address);
	put16(start + 10, fold(sum(start, IP, 0)));
	f->len = ETHER + IP + n;
	return p;
}

static uint16_t transport_sum(const struct lab_frame *f, unsigned int protocol)
{
	const uint8_t *l4 = f->data + ETHER + IP;
	size_t n = f->len - ETHER - IP;
	uint32_t total = sum(f->data + ETHER + 12, 8, protocol + (uint32_t)n);

	return fold(sum(l4, n, total));
}

void lab_frame_udp(struct lab_frame *f, const struct lab_packet *q, const void *payload, size_t n)
{
	uint8_t *start = ip(f, q, UDP_PROTO, 8 + n), *p = start;
	uint16_t check;

	p = put16(put16(p, q->from->port), q->to->port);
	p = put16(put16(p, (uint32_t)(8 + n)), 0);
	if (payload)
		memcpy(p, payload, n);
	else
		memset(p, 0, n);
	check = transport_sum(f, UDP_PROTO);
	put16(start + 6, check ? check : 0xffff);
}

void lab_frame_icmp(struct lab_frame *f, const struct lab_packet *q, unsigned int type, unsigned int seq, size_t n)
{
	uint8_t *start = ip(f, q, ICMP_PROTO, 8 + n);

	memset(start, 0, 8 + n);
	start[0] = (uint8_t)type;
	put16(start + 4, q->from->port);
	put16(start + 6, seq);
	put16(start + 2, fold(sum(start, 8 + n, 0)));
}

static uint8_t *tcp_options(uint8_t *p, const struct lab_segment *s)
{
	if (s->flags & SYN) {
		p = put32(p, 0x020405b4);
		p = put32(p, 0x0402080a);
		p = put32(put32(p, s->stamp), s->echo);
		return put32(p, 0x01030307);
	}
	p = put32(p, 0x0101080a);
	return put32(put32(p, s->stamp), s->echo);
}

void lab_frame_tcp(struct lab_frame *f, const struct lab_packet *q, const struct lab_segment *s)
{
	size_t header = s->flags & SYN ? 40 : 32;
	uint8_t *start = ip(f, q, TCP_PROTO, header + s->size), *p = start;

	p = put16(put16(p, q->from->port), q->to->port);
	p = put32(put32(p, s->seq), s->ack);
	*p++ = (uint8_t)(header / 4 << 4);
	*p++ = s->flags;
	p = put32(put16(p, s->window), 0);
	p = tcp_options(p, s);
	memset(p, 0, s->size);
	put16(start + 16, transport_sum(f, TCP_PROTO));
}
