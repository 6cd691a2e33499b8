/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP as two Linux hosts speak it over a short wire with "quickack" routes, which the live lab sets too: every
 * data segment is acknowledged at once, in batches of the initial congestion window.
 */
#include "tools/lab/synth.h"

enum {
	FIN = 1,
	SYN = 2,
	PSH = 8,
	ACK = 16,
	WIRE_US = 60,
	BATCH = 10, /* segments before the sender waits for an acknowledgement */
	SYN_WINDOW = 64240,
	SYNACK_WINDOW = 65160,
	CLIENT_WINDOW = 502,
	SERVER_WINDOW = 510,
};

struct talk {
	struct lab_synth *s;
	struct lab_tcp *c;
	int64_t at;
};

static uint32_t stamp(const struct talk *t)
{
	return t->c->stamp_offset + (uint32_t)(t->at / 1000);
}

static void put(struct talk *t, bool up, uint8_t flags, uint32_t size)
{
	struct lab_tcp *c = t->c;
	uint8_t ttl = !up && c->server_behind_router ? 63 : 64;
	struct lab_packet p = { up ? &c->client : &c->server, up ? &c->server : &c->client, ttl, 0 };
	struct lab_segment g = { .flags = flags, .stamp = stamp(t), .echo = flags == SYN ? 0 : stamp(t), .size = size };
	uint32_t *seq = up ? &c->client_seq : &c->server_seq;
	struct lab_frame f;

	p.id = up ? c->client_id++ : c->server_id++;
	if (flags == (SYN | ACK))
		p.id = 0;
	g.seq = *seq;
	g.ack = flags & ACK ? (up ? c->server_seq : c->client_seq) : 0;
	g.window = up ? CLIENT_WINDOW : SERVER_WINDOW;
	if (flags & SYN)
		g.window = up ? SYN_WINDOW : SYNACK_WINDOW;
	*seq += size + (flags & (SYN | FIN) ? 1 : 0);
	lab_frame_tcp(&f, &p, &g);
	lab_synth_put(t->s, t->at, &f);
	t->at += 4;
}

static void connect_to(struct talk *t, const struct lab_exchange *x)
{
	const struct lab_device *d = &t->s->house->devices[x->device];
	struct lab_tcp *c = t->c;

	c->client = (struct lab_end){ d->mac, d->address, lab_synth_port(t->s, x->device) };
	c->server = (struct lab_end){ x->peer.mac, x->peer.address, x->step->port };
	c->server_behind_router = x->peer.where == LAB_AT_WAN;
	c->client_seq = (uint32_t)lab_rng_next(&t->s->rng);
	c->server_seq = (uint32_t)lab_rng_next(&t->s->rng);
	c->client_id = (uint16_t)lab_rng_next(&t->s->rng);
	c->server_id = (uint16_t)lab_rng_next(&t->s->rng);
	c->stamp_offset = (uint32_t)lab_rng_next(&t->s->rng);
	c->open = true;
	put(t, true, SYN, 0);
	t->at += WIRE_US;
	put(t, false, SYN | ACK, 0);
	t->at += WIRE_US;
	put(t, true, ACK, 0);
}

static void data(struct talk *t, bool up, uint32_t bytes)
{
	uint32_t *seq = up ? &t->c->client_seq : &t->c->server_seq;

	while (bytes) {
		uint32_t start = *seq, sizes[BATCH];
		unsigned int n = 0;

		for (; n < BATCH && bytes; n++, bytes -= sizes[n - 1]) {
			sizes[n] = bytes < LAB_MSS ? bytes : LAB_MSS;
			put(t, up, sizes[n] == bytes ? PSH | ACK : ACK, sizes[n]);
		}
		t->at += WIRE_US;
		*seq = start;
		for (unsigned int i = 0; i < n; i++) {
			*seq += sizes[i];
			put(t, !up, ACK, 0);
		}
		t->at += WIRE_US;
	}
}

static void rounds(struct talk *t, const struct lab_exchange *x)
{
	for (unsigned int i = 0; i < x->n_rounds; i++) {
		data(t, true, x->rounds[i].up);
		if (!x->rounds[i].down)
			continue;
		t->at += x->rounds[i].think_us;
		data(t, false, x->rounds[i].down);
	}
}

static void close_down(struct talk *t)
{
	put(t, true, FIN | ACK, 0);
	put(t, false, ACK, 0);
	t->at += WIRE_US;
	put(t, false, FIN | ACK, 0);
	t->at += WIRE_US;
	put(t, true, ACK, 0);
	t->c->open = false;
}

int64_t lab_synth_tcp(struct lab_synth *s, const struct lab_exchange *x, int64_t at)
{
	struct lab_tcp c = { 0 };
	struct talk t = { s, &c, at };

	connect_to(&t, x);
	rounds(&t, x);
	close_down(&t);
	return t.at;
}

int64_t lab_synth_send(struct lab_synth *s, const struct lab_exchange *x, int64_t at)
{
	struct lab_tcp *c = &s->connections[x->device][x->step->connection];
	struct talk t = { s, c, c->busy_until > at ? c->busy_until : at };

	if (!c->open)
		connect_to(&t, x);
	rounds(&t, x);
	c->busy_until = t.at;
	return t.at;
}
