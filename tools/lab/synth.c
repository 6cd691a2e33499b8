/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges without a connection, and the capture file. */
#include "tools/lab/synth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "tools/lab/payload.h"

enum { WIRE_US = 60, EPHEMERAL = 32768, EPHEMERALS = 28232, MAGIC_US = (int)0xa1b2c3d4u, DHCP_SIZE = 300 };

struct pending {
	struct lab_synth *synth;
	size_t len;
	uint8_t data[];
};

static void write_frame(void *arg)
{
	struct pending *p = arg;
	struct lab_synth *s = p->synth;
	int64_t us = s->epoch_us + s->sched->now;
	const uint32_t head[4] = { (uint32_t)(us / 1000000), (uint32_t)(us % 1000000), (uint32_t)p->len,
				   (uint32_t)p->len };

	if (s->sched->now > s->length_us) {
		free(p);
		return;
	}
	if (s->first_us < 0)
		s->first_us = s->sched->now;
	s->frames++;
	s->bytes += p->len;
	lab_tally_frame(s->tally, p->data, p->len, p->len);
	if (fwrite(head, sizeof(head), 1, s->out) != 1 || fwrite(p->data, p->len, 1, s->out) != 1)
		s->error = -EIO;
	free(p);
}

void lab_synth_put(struct lab_synth *s, int64_t at, const struct lab_frame *frame)
{
	struct pending *p = malloc(sizeof(*p) + frame->len);

	if (p) {
		p->synth = s;
		p->len = frame->len;
		memcpy(p->data, frame->data, frame->len);
	}
	if (!p || lab_sched_add(s->sched, at, write_frame, p) < 0) {
		free(p);
		s->error = -ENOMEM;
	}
}

int lab_synth_init(struct lab_synth *s, const struct lab_house *house, struct lab_sched *sched, struct lab_tally *tally,
		   FILE *out, const struct lab_options *options)
{
	static const uint32_t version = 2 | 4 << 16;
	const uint32_t head[6] = { (uint32_t)MAGIC_US, version, 0, 0, 262144, 1 };

	memset(s, 0, sizeof(*s));
	s->house = house;
	s->sched = sched;
	s->tally = tally;
	s->out = out;
	s->first_us = -1;
	s->length_us = options->length_us;
	s->rng.state = options->seed ^ UINT64_C(0x5e7);
	s->epoch_us = INT64_C(1700000000000000);
	return fwrite(head, sizeof(head), 1, out) == 1 ? 0 : log_error_r(-EIO, "cannot write the capture");
}

uint16_t lab_synth_port(struct lab_synth *s, unsigned int device)
{
	uint16_t *next = &s->next_port[device];

	if (!*next)
		*next = (uint16_t)lab_rng_range(&s->rng, 1, EPHEMERALS - 1);
	*next = (uint16_t)((*next + 2 * lab_rng_range(&s->rng, 1, 40)) % EPHEMERALS + 1);
	return (uint16_t)(EPHEMERAL + *next);
}

static struct lab_end device_end(const struct lab_synth *s, const struct lab_exchange *x, uint16_t port)
{
	const struct lab_device *d = &s->house->devices[x->device];

	return (struct lab_end){ d->mac, d->address, port };
}

static uint8_t answer_ttl(const struct lab_exchange *x)
{
	return x->peer.where == LAB_AT_WAN ? 63 : 64;
}

/* A server's address, for the name that a DNS question is about. */
static uint32_t dns_address(const struct lab_synth *s, const struct lab_exchange *x)
{
	return lab_house_resolve(s->house, x->step->host).address;
}

static int64_t datagrams(struct lab_synth *s, const struct lab_exchange *x, int64_t at)
{
	struct lab_end me = device_end(s, x, x->local_port);
	struct lab_end peer = { x->peer.mac, x->peer.address, x->step->port };
	unsigned int ttl =
		x->peer.where == LAB_AT_GROUP && x->peer.address != UINT32_MAX ? lab_group_ttl(peer.port) : 64;
	struct lab_packet up = { &me, &peer, (uint8_t)ttl, 0 }, down = { &peer, &me, answer_ttl(x), 0 };
	uint8_t payload[LAB_PAYLOAD_MAX];
	struct lab_frame f;

	up.id = (uint16_t)lab_rng_next(&s->rng);
	lab_payload(x->step, false, 0, payload, x->rounds[0].up);
	lab_frame_udp(&f, &up, payload, x->rounds[0].up);
	lab_synth_put(s, at, &f);
	if (!x->rounds[0].down || x->peer.where == LAB_AT_GROUP)
		return at + WIRE_US;
	at += x->rounds[0].think_us;
	down.id = (uint16_t)lab_rng_next(&s->rng);
	lab_payload(x->step, true, dns_address(s, x), payload, x->rounds[0].down);
	lab_frame_udp(&f, &down, payload, x->rounds[0].down);
	lab_synth_put(s, at, &f);
	return at + WIRE_US;
}

static int64_t dhcp_pair(struct lab_synth *s, const struct lab_exchange *x, int64_t at, enum lab_dhcp ask,
			 enum lab_dhcp answer)
{
	const struct lab_device *d = &s->house->devices[x->device];
	bool renew = x->step->verb == LAB_DHCP_RENEW;
	struct lab_end me = { d->mac, renew ? d->address : 0, 68 }, there = { d->mac, d->address, 68 };
	struct lab_end all = { UINT64_C(0xffffffffffff), UINT32_MAX, 67 },
		       server = { LAB_GATEWAY_MAC, LAB_GATEWAY, 67 };
	struct lab_packet up = { &me, renew ? &server : &all, 64, 0 }, down = { &server, &there, 64, 0 };
	uint8_t payload[DHCP_SIZE];
	struct lab_frame f;

	lab_payload_dhcp(d, ask, (uint32_t)at, payload);
	lab_frame_udp(&f, &up, payload, sizeof(payload));
	lab_synth_put(s, at, &f);
	at += x->rounds[0].think_us;
	lab_payload_dhcp(d, answer, (uint32_t)at, payload);
	lab_frame_udp(&f, &down, payload, sizeof(payload));
	lab_synth_put(s, at, &f);
	return at + WIRE_US;
}

static int64_t dhcp(struct lab_synth *s, const struct lab_exchange *x, int64_t at)
{
	if (x->step->verb == LAB_DHCP_DISCOVER)
		at = dhcp_pair(s, x, at, LAB_DHCP_MSG_DISCOVER, LAB_DHCP_MSG_OFFER);
	return dhcp_pair(s, x, at, LAB_DHCP_MSG_REQUEST, LAB_DHCP_MSG_ACK);
}

static int64_t arp(struct lab_synth *s, const struct lab_exchange *x, int64_t at)
{
	struct lab_end me = device_end(s, x, 0), peer = { x->peer.mac, x->peer.address, 0 };
	struct lab_frame f;

	lab_frame_arp(&f, 1, &me, &peer);
	lab_synth_put(s, at, &f);
	lab_frame_arp(&f, 2, &peer, &me);
	lab_synth_put(s, at + WIRE_US, &f);
	return at + 2 * WIRE_US;
}

static int64_t icmp(struct lab_synth *s, const struct lab_exchange *x, int64_t at)
{
	struct lab_end me = device_end(s, x, 1), peer = { x->peer.mac, x->peer.address, 1 };
	struct lab_packet up = { &me, &peer, 64, (uint16_t)lab_rng_next(&s->rng) };
	struct lab_packet down = { &peer, &me, answer_ttl(x), (uint16_t)lab_rng_next(&s->rng) };
	struct lab_frame f;

	lab_frame_icmp(&f, &up, 8, 1, x->rounds[0].up);
	lab_synth_put(s, at, &f);
	lab_frame_icmp(&f, &down, 0, 1, x->rounds[0].up);
	lab_synth_put(s, at + WIRE_US, &f);
	return at + 2 * WIRE_US;
}

static void finish(void *arg)
{
	struct lab_exchange *x = arg;

	lab_engine_done((struct lab_task *)((char *)x - offsetof(struct lab_task, x)));
}

int lab_synth_begin(void *context, struct lab_task *task)
{
	struct lab_synth *s = context;
	struct lab_exchange *x = &task->x;
	int64_t at = s->sched->now, end;

	switch (x->step->verb) {
	case LAB_ARP:
		end = arp(s, x, at);
		break;
	case LAB_ICMP:
		end = icmp(s, x, at);
		break;
	case LAB_DHCP_DISCOVER:
	case LAB_DHCP_RENEW:
		end = dhcp(s, x, at);
		break;
	case LAB_TCP:
		end = lab_synth_tcp(s, x, at);
		break;
	case LAB_SEND:
		end = lab_synth_send(s, x, at);
		break;
	default:
		end = datagrams(s, x, at);
	}
	return s->error ? s->error : lab_sched_add(s->sched, end, finish, x);
}
