// SPDX-License-Identifier: BSD-2-Clause

/* One client of the agent's socket: reads a request, sends the answer and what follows it. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/cmd/run_server_internal.h"

#define SEND_BUFFER (64 << 10)	     /* in the kernel, of one client */
#define KEEP_BYTES ((size_t)16 << 10) /* a longer buffer is given back when it is sent */
#define DUE_SLACK_NS (NS_PER_SECOND / 4) /* passes do not come to the millisecond */

static int on_ready(struct loop *loop, uint64_t what, void *user);

/* Be called for these epoll events; the end of the other side always is one. */
static int wait_for(struct client *c, uint32_t events)
{
	struct loop *loop = c->server->stream.runner->loop;

	if (c->source && c->waits_for == events)
		return 0;
	if (c->source)
		loop_remove(loop, TAKE_PTR(c->source));
	c->waits_for = events;
	return loop_add_fd(loop, c->fd, events, on_ready, c, &c->source);
}

struct client *client_new(struct server *s, int fd)
{
	_cleanup_free_ struct client *c = calloc(1, sizeof(*c));
	const int size = SEND_BUFFER;

	if (!c)
		return NULL;
	c->server = s;
	c->fd = fd;
	c->in.limit = REQUEST_MAX + 1024;
	c->out.limit = ANSWER_BYTES;
	c->deadline_ns = time_monotonic_ns() + REQUEST_S * NS_PER_SECOND;
	if (wait_for(c, EPOLLIN) < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) < 0)
		return NULL;
	c->next = s->clients;
	if (c->next)
		c->next->previous = c;
	s->clients = c;
	s->counts.clients++;
	return TAKE_PTR(c);
}

/* What all clients that follow events want, after one came or went. */
static void follow_events(struct server *s)
{
	uint32_t mask = 0;

	for (const struct client *c = s->clients; c; c = c->next) {
		if (c->follow.sequel == SEQUEL_EVENTS && c->follow.live)
			mask |= c->follow.mask;
	}
	stream_want(&s->stream, mask);
}

void client_drop(struct client *c)
{
	struct server *s = c->server;
	bool events = c->follow.sequel == SEQUEL_EVENTS;

	stream_gather(&s->stream, c);
	if (c->source)
		loop_remove(s->stream.runner->loop, c->source);
	if (c->previous)
		c->previous->next = c->next;
	else
		s->clients = c->next;
	if (c->next)
		c->next->previous = c->previous;
	close(c->fd);
	if (c->snapshot)
		stream_release(c->snapshot);
	buffer_free(&c->in);
	buffer_free(&c->out);
	free(c);
	s->counts.clients--;
	if (events)
		follow_events(s);
}

/* 0: all is sent, -EAGAIN: the socket is full, or another -errno. */
static int send_bytes(struct client *c, const struct buffer *b, size_t *sent)
{
	while (*sent < b->len) {
		ssize_t n = send(c->fd, b->data + *sent, b->len - *sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno != EINTR)
			return -errno;
		*sent += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int send_out(struct client *c)
{
	int e = send_bytes(c, &c->out, &c->sent);

	if (e < 0)
		return e;
	if (c->out.cap > KEEP_BYTES)
		buffer_free(&c->out);
	buffer_reset(&c->out);
	c->sent = 0;
	return 0;
}

static int send_snapshot(struct client *c)
{
	int e = c->snapshot ? send_bytes(c, &c->snapshot->text, &c->snapshot_sent) : 0;

	if (e == 0 && c->snapshot)
		stream_release(TAKE_PTR(c->snapshot));
	return e;
}

/* All that there is to send at the moment. */
static int send_all(struct client *c)
{
	int e;

	do {
		e = send_out(c);
		if (e == 0)
			e = send_snapshot(c);
		if (e == 0 && c->follow.sequel == SEQUEL_EVENTS)
			e = stream_send(&c->server->stream, c);
	} while (e > 0);
	return e;
}

static bool is_done(const struct client *c)
{
	return c->follow.sequel < SEQUEL_SNAPSHOTS || (c->follow.sequel == SEQUEL_EVENTS && !c->follow.live);
}

void client_push(struct client *c)
{
	int e = send_all(c);

	c->blocked = e == -EAGAIN;
	if ((e < 0 && e != -EAGAIN) || (e == 0 && is_done(c)) || wait_for(c, c->blocked ? EPOLLOUT : 0) < 0)
		client_drop(c);
}

/* Is so much waiting for slow clients that there is to be no more? */
static bool holds_too_much(const struct server *s)
{
	size_t bytes = 0;

	for (const struct client *c = s->clients; c; c = c->next)
		bytes += c->out.len - c->sent;
	return bytes >= ANSWERS_HELD;
}

static void take_snapshot(struct client *c, int64_t now)
{
	c->snapshot = stream_snapshot(&c->server->stream, &c->follow.view);
	c->snapshot_sent = 0;
	c->deadline_ns = now + ANSWER_S * NS_PER_SECOND;
	c->due_ns = c->due_ns + c->follow.every_ns > now ? c->due_ns + c->follow.every_ns : now + c->follow.every_ns;
}

/* What comes after the answer begins now. */
static void begin_sequel(struct client *c, int64_t now)
{
	struct stream *s = &c->server->stream;

	if (c->follow.sequel == SEQUEL_EVENTS) {
		c->live = events_log_last(s->live);
		c->recent = events_log_first(s->recent);
		c->recent_end = events_log_end(s->recent);
		follow_events(c->server);
	} else if (c->follow.sequel != SEQUEL_NONE) {
		buffer_reset(&c->out);
		c->due_ns = now;
		take_snapshot(c, now);
		if (!c->snapshot)
			run_request_refuse(&c->out, "the agent holds too much for other clients: try again");
		if (!c->snapshot)
			c->follow.sequel = SEQUEL_NONE;
	}
}

static void answer(struct client *c)
{
	int64_t now = time_monotonic_ns();

	c->deadline_ns = now + ANSWER_S * NS_PER_SECOND;
	if (holds_too_much(c->server)) {
		run_request_refuse(&c->out, "the agent holds too much for other clients: try again");
	} else {
		run_request(c->server->stream.runner, c->in.data ? c->in.data : "", &c->out, &c->follow);
		begin_sequel(c, now);
	}
	/* Only now: what a request makes the agent tell is flushed to those that are answered. */
	c->answered = true;
	buffer_free(&c->in);
	client_push(c);
}

static void refuse(struct client *c, const char *why)
{
	c->answered = true;
	run_request_refuse(&c->out, why);
	client_push(c);
}

static void read_request(struct client *c)
{
	char chunk[1024], *end;
	ssize_t n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || (n > 0 && buffer_append(&c->in, chunk, (size_t)n) < 0)) {
		client_drop(c);
		return;
	}
	end = c->in.len ? memchr(c->in.data, '\n', c->in.len) : NULL;
	if (end)
		*end = '\0';
	if (c->in.len > REQUEST_MAX)
		refuse(c, "the request is too long");
	else if (end || n == 0)
		answer(c);
}

static int on_ready(struct loop *loop, uint64_t what, void *user)
{
	struct client *c = user;

	(void)loop;
	if (!c->answered)
		read_request(c);
	else if (what & (EPOLLHUP | EPOLLERR))
		client_drop(c);
	else
		client_push(c);
	return 0;
}

/* A client that is slow to take its answer, or holds an old snapshot while memory for them runs out. */
static bool is_too_slow(const struct client *c, int64_t now)
{
	if (now < c->deadline_ns)
		return false;
	if (c->follow.sequel == SEQUEL_SNAPSHOTS)
		return c->snapshot && c->server->stream.snapshot_bytes > ANSWERS_HELD / 2;
	return c->follow.sequel != SEQUEL_EVENTS || !c->follow.live;
}

static void drop_slow(struct client *c)
{
	c->server->counts.dropped++;
	client_drop(c);
}

void client_pass(struct client *c, int64_t now)
{
	if (!c->answered && now >= c->deadline_ns && !c->in.len) {
		answer(c);
	} else if (is_too_slow(c, now)) {
		drop_slow(c);
	} else if (c->answered && !c->blocked) {
		if (c->follow.sequel == SEQUEL_SNAPSHOTS && !c->snapshot && now + DUE_SLACK_NS >= c->due_ns)
			take_snapshot(c, now);
		client_push(c);
	}
}
