/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams and echo requests, each from a socket of its own. */
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/lab/live.h"
#include "tools/lab/payload.h"

enum { PATIENCE_US = 1000000 };

static void end(struct live_datagram *d)
{
	struct live *l = d->live;
	struct lab_task *task = d->task;

	lab_sched_cancel(&l->sched, d);
	for (struct live_datagram **p = &l->datagrams; *p; p = &(*p)->next)
		if (*p == d) {
			*p = d->next;
			break;
		}
	live_unwatch(l, &d->source);
	free(d);
	if (task)
		lab_engine_done(task);
}

static void give_up(void *arg)
{
	struct live_datagram *d = arg;

	log_warn("%s: no answer from port %u", d->live->house->devices[d->task->x.device].name,
		 (unsigned int)d->task->x.step->port);
	end(d);
}

static void answered(struct live_source *source, uint32_t events)
{
	char sink[2048];

	(void)events;
	if (recv(source->fd, sink, sizeof(sink), 0) >= 0 || errno != EAGAIN)
		end((struct live_datagram *)source);
}

static int connect_socket(struct live_datagram *d, const struct lab_exchange *x)
{
	struct sockaddr_in to = live_address(x->peer.address, x->step->port),
			   me = live_address(INADDR_ANY, x->local_port);
	socklen_t n = sizeof(d->from);
	const int on = 1, ttl = (int)lab_group_ttl(x->step->port);

	setsockopt(d->source.fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	setsockopt(d->source.fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof(ttl));
	/* Where the port is taken the kernel's choice serves as well. */
	if (x->step->verb != LAB_ICMP)
		bind(d->source.fd, (struct sockaddr *)&me, sizeof(me));
	if (connect(d->source.fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return log_errno_r(-errno, "connect to port %u", (unsigned int)x->step->port);
	getsockname(d->source.fd, (struct sockaddr *)&d->from, &n);
	return 0;
}

static struct live_datagram *new_datagram(struct live *l, struct lab_task *task, int type, int protocol)
{
	struct live_datagram *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	*d = (struct live_datagram){ .live = l, .task = task, .next = l->datagrams };
	l->datagrams = d;
	d->source.ready = answered;
	d->source.fd = live_socket(l, l->devices[task->x.device].ns, type, protocol);
	if (d->source.fd >= 0 && connect_socket(d, &task->x) == 0 && live_watch(l, &d->source, EPOLLIN) == 0)
		return d;
	d->task = NULL;
	end(d);
	return NULL;
}

static int await(struct live_datagram *d, bool answer)
{
	if (!answer) {
		end(d);
		return 0;
	}
	return lab_sched_add(&d->live->sched, d->live->sched.now + PATIENCE_US, give_up, d);
}

int live_udp_begin(struct live *l, struct lab_task *task)
{
	struct live_datagram *d = new_datagram(l, task, SOCK_DGRAM, 0);
	const struct lab_round *round = &task->x.rounds[0];
	uint8_t payload[LAB_PAYLOAD_MAX];

	if (!d)
		return -EIO;
	lab_payload(task->x.step, false, 0, payload, round->up);
	if (send(d->source.fd, payload, round->up, 0) < 0)
		log_warn("cannot send to port %u: %s", (unsigned int)task->x.step->port, strerror(errno));
	return await(d, round->down && task->x.peer.where != LAB_AT_GROUP);
}

static void answer(void *arg)
{
	struct live_datagram *d = arg;
	const struct lab_exchange *x = &d->task->x;
	uint8_t payload[LAB_PAYLOAD_MAX];

	lab_payload(x->step, true, lab_house_resolve(d->live->house, x->step->host).address, payload,
		    x->rounds[0].down);
	sendto(d->server->source.fd, payload, x->rounds[0].down, 0, (struct sockaddr *)&d->from, sizeof(d->from));
}

void live_udp_serve(struct live_source *source, uint32_t events)
{
	struct live_server *s = (struct live_server *)source;
	struct sockaddr_in from = { 0 };
	socklen_t n = sizeof(from);
	char sink[2048];

	(void)events;
	if (recvfrom(source->fd, sink, sizeof(sink), 0, (struct sockaddr *)&from, &n) < 0)
		return;
	for (struct live_datagram *d = s->live->datagrams; d; d = d->next) {
		if (d->from.sin_port != from.sin_port || d->from.sin_addr.s_addr != from.sin_addr.s_addr)
			continue;
		d->server = s;
		lab_sched_add(&s->live->sched, s->live->sched.now + d->task->x.rounds[0].think_us, answer, d);
		return;
	}
}

int live_icmp_begin(struct live *l, struct lab_task *task)
{
	struct live_datagram *d = new_datagram(l, task, SOCK_RAW, IPPROTO_ICMP);
	uint8_t packet[LAB_PAYLOAD_MAX + 8] = { ICMP_ECHO, 0, 0, 0, 0, 1, 0, 1 };

	if (!d)
		return -EIO;
	/* All zero but type, identifier and sequence: the one's complement sum is known. */
	packet[2] = 0xf7;
	packet[3] = 0xfd;
	if (send(d->source.fd, packet, 8 + task->x.rounds[0].up, 0) < 0)
		log_warn("cannot send an echo request: %s", strerror(errno));
	return await(d, true);
}

void live_udp_close(struct live *l)
{
	while (l->datagrams) {
		l->datagrams->task = NULL;
		end(l->datagrams);
	}
}
