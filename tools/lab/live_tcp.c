/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP: a device's end sends what the exchange says, a server's end answers as it says. */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/lab/live.h"

enum { PATIENCE_US = 5000000, CHUNK = 65536 };

static const char zeros[CHUNK];

/* Send what is left of *@unsent; watches for room when the socket is full. */
static int push(struct live *l, struct live_source *source, uint32_t *unsent)
{
	bool full = false;

	while (*unsent && !full) {
		ssize_t n = send(source->fd, zeros, *unsent < CHUNK ? *unsent : CHUNK, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return -errno;
		full = n < 0;
		*unsent -= full ? 0 : (uint32_t)n;
	}
	live_rewatch(l, source, full ? EPOLLIN | EPOLLOUT : EPOLLIN);
	return 0;
}

static int64_t pull(int fd)
{
	static char sink[CHUNK];
	ssize_t n = recv(fd, sink, sizeof(sink), 0);

	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	return n ? n : -ECONNRESET;
}

static void drop_client(struct live_client *c)
{
	struct live *l = c->live;

	lab_sched_cancel(&l->sched, c);
	for (struct live_serving *s = l->servings; s; s = s->next)
		if (s->client == c)
			s->client = NULL;
	for (struct live_client **p = &l->clients; *p; p = &(*p)->next)
		if (*p == c) {
			*p = c->next;
			break;
		}
	if (c->connection >= 0)
		l->devices[c->device].connections[c->connection] = NULL;
	live_unwatch(l, &c->source);
	free(c);
}

static void give_up(void *arg)
{
	struct live_client *c = arg;
	struct lab_task *task = c->task, *waiting = c->waiting;

	log_warn("%s: no answer from port %u; connection closed", c->live->house->devices[c->device].name,
		 (unsigned int)c->port);
	drop_client(c);
	if (task)
		lab_engine_done(task);
	while (waiting) {
		struct lab_task *next = waiting->next;

		lab_engine_done(waiting);
		waiting = next;
	}
}

static void begin_exchange(struct live_client *c, struct lab_task *task);

static void end_exchange(struct live_client *c)
{
	struct lab_task *task = c->task, *next = c->waiting;

	lab_sched_cancel(&c->live->sched, c);
	c->task = NULL;
	if (c->connection < 0) {
		drop_client(c);
		lab_engine_done(task);
		return;
	}
	if (next) {
		c->waiting = next->next;
		begin_exchange(c, next);
	}
	lab_engine_done(task);
}

/* Returns whether @c still exists. */
static void go_on(struct live_client *c)
{
	while (c->task && c->connected && !c->unsent && !c->expected) {
		const struct lab_round *round;

		if (c->round == c->task->x.n_rounds) {
			end_exchange(c);
			return;
		}
		round = &c->task->x.rounds[c->round++];
		c->unsent = round->up;
		c->expected = round->down;
		c->sent_goal += round->up;
		if (push(c->live, &c->source, &c->unsent) < 0) {
			give_up(c);
			return;
		}
	}
}

static void begin_exchange(struct live_client *c, struct lab_task *task)
{
	c->task = task;
	c->round = 0;
	lab_sched_add(&c->live->sched, c->live->sched.now + PATIENCE_US, give_up, c);
	go_on(c);
}

static void client_ready(struct live_source *source, uint32_t events)
{
	struct live_client *c = (struct live_client *)source;
	int64_t n;

	if (events & EPOLLOUT && !c->connected) {
		c->connected = true;
		live_rewatch(c->live, source, EPOLLIN);
	}
	if (events & (EPOLLERR | EPOLLHUP)) {
		give_up(c);
		return;
	}
	n = events & EPOLLIN ? pull(source->fd) : 0;
	if (n < 0 || push(c->live, source, &c->unsent) < 0) {
		give_up(c);
		return;
	}
	c->expected -= (uint32_t)n < c->expected ? (uint32_t)n : c->expected;
	go_on(c);
}

static int connect_client(struct live_client *c)
{
	struct sockaddr_in to = live_address(c->peer.address, c->port), me = { 0 };
	socklen_t n = sizeof(me);

	c->source.fd = live_socket(c->live, c->live->devices[c->device].ns, SOCK_STREAM, 0);
	if (c->source.fd < 0)
		return c->source.fd;
	if (connect(c->source.fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		return log_errno_r(-errno, "connect to port %u", (unsigned int)c->port);
	getsockname(c->source.fd, (struct sockaddr *)&me, &n);
	c->local_port = ntohs(me.sin_port);
	return live_watch(c->live, &c->source, EPOLLIN | EPOLLOUT);
}

static struct live_client *new_client(struct live *l, const struct lab_exchange *x)
{
	struct live_client *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	*c = (struct live_client){
		.live = l, .device = x->device, .connection = -1, .peer = x->peer, .port = x->step->port
	};
	c->source = (struct live_source){ -1, client_ready };
	c->next = l->clients;
	l->clients = c;
	if (x->step->verb == LAB_SEND) {
		c->connection = (int)x->step->connection;
		l->devices[c->device].connections[c->connection] = c;
	}
	if (connect_client(c) == 0)
		return c;
	drop_client(c);
	return NULL;
}

int live_tcp_begin(struct live *l, struct lab_task *task)
{
	const struct lab_exchange *x = &task->x;
	struct live_client *c = NULL;

	if (x->step->verb == LAB_SEND)
		c = l->devices[x->device].connections[x->step->connection];
	if (!c)
		c = new_client(l, x);
	if (!c)
		return -EIO;
	task->next = NULL;
	if (c->task) {
		struct lab_task **last = &c->waiting;

		while (*last)
			last = &(*last)->next;
		*last = task;
	} else {
		begin_exchange(c, task);
	}
	return 0;
}

static void drop_serving(struct live_serving *s)
{
	struct live *l = s->live;

	lab_sched_cancel(&l->sched, s);
	for (struct live_serving **p = &l->servings; *p; p = &(*p)->next)
		if (*p == s) {
			*p = s->next;
			break;
		}
	live_unwatch(l, &s->source);
	free(s);
}

static void answer(void *arg)
{
	struct live_serving *s = arg;

	s->thinking = false;
	if (!s->client || !s->client->task || !s->client->round)
		return;
	s->unsent = s->client->task->x.rounds[s->client->round - 1].down;
	if (push(s->live, &s->source, &s->unsent) < 0)
		drop_serving(s);
}

static void think(struct live_serving *s)
{
	struct live_client *c = s->client;

	if (!c || !c->task || !c->round || s->thinking || s->unsent || !c->expected || s->got < c->sent_goal)
		return;
	s->thinking = true;
	lab_sched_add(&s->live->sched, s->live->sched.now + c->task->x.rounds[c->round - 1].think_us, answer, s);
}

static void serving_ready(struct live_source *source, uint32_t events)
{
	struct live_serving *s = (struct live_serving *)source;
	int64_t n = events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? pull(source->fd) : 0;

	if (n < 0 || push(s->live, source, &s->unsent) < 0) {
		drop_serving(s);
		return;
	}
	s->got += (uint64_t)n;
	think(s);
}

static struct live_client *find_client(struct live *l, const struct sockaddr_in *from)
{
	for (struct live_client *c = l->clients; c; c = c->next)
		if (c->local_port == ntohs(from->sin_port) &&
		    l->house->devices[c->device].address == ntohl(from->sin_addr.s_addr))
			return c;
	return NULL;
}

void live_tcp_accept(struct live_source *source, uint32_t events)
{
	struct live *l = ((struct live_server *)source)->live;
	struct sockaddr_in from = { 0 };
	socklen_t n = sizeof(from);
	struct live_serving *s;
	int fd = accept4(source->fd, (struct sockaddr *)&from, &n, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0)
		return;
	s = calloc(1, sizeof(*s));
	if (!s) {
		close(fd);
		return;
	}
	*s = (struct live_serving){ .source = { fd, serving_ready }, .live = l, .next = l->servings };
	s->client = find_client(l, &from);
	l->servings = s;
	if (live_watch(l, &s->source, EPOLLIN) < 0)
		drop_serving(s);
}

/*
 * A household that is switched off says no goodbye: a socket under repair (CRIU's option) is closed without FIN
 * or RST, so nothing is on the wire that was not counted.
 */
static void silence(int fd)
{
	const int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on));
}

void live_tcp_silence(struct live *l)
{
	for (struct live_client *c = l->clients; c; c = c->next)
		silence(c->source.fd);
	for (struct live_serving *s = l->servings; s; s = s->next)
		silence(s->source.fd);
}

void live_tcp_close(struct live *l)
{
	while (l->clients)
		drop_client(l->clients);
	while (l->servings)
		drop_serving(l->servings);
}
