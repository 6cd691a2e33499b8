// SPDX-License-Identifier: BSD-2-Clause

/*
 * What clients are told: events out of a log of fixed size that all share, and snapshots that are made once for all who want the same. A
 * client that does not keep up with the log is overtaken by it and loses events; nothing waits for it and nothing grows.
 */

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "agent/base/clock.h"
#include "agent/cmd/run_server_internal.h"
#include "agent/output/render.h"

#define LIVE_BYTES ((size_t)2 << 20)
#define LIVE_LINES 8192
#define FLUSH_BYTES (LIVE_BYTES / 8) /* in one pass, after which the clients are told without waiting for its end */
#define KEPT_BYTES ((size_t)256 << 10)
#define KEPT_LINES 512
#define KEPT_EVENTS (EVENTS_DEFAULT & ~EVENT_BIT(EVENT_STATS)) /* worth to be looked at later */
#define SNAPSHOT_NS (NS_PER_SECOND / 10) /* one that is not older is new enough, */
#define SNAPSHOT_COSTS 10		 /* or than so many times what it took: requests never take more than a tenth of the agent's time */
#define BATCH 32						  /* events sent at once */

static void on_event(void *user, const struct event *event, const char *line, size_t len)
{
	struct stream *s = user;

	view_event(s->view, event);
	if (KEPT_EVENTS & EVENT_BIT(event->type))
		events_log_append(s->recent, event->type, line, len);
	if (!(s->followed & EVENT_BIT(event->type)))
		return;
	events_log_append(s->live, event->type, line, len);
	s->unflushed += len;
	if (s->unflushed >= FLUSH_BYTES)
		server_flush(s->server);
}

int stream_open(struct stream *s, struct server *server, struct runner *r)
{
	s->server = server;
	s->runner = r;
	s->view = view_new(r);
	s->live = events_log_new(LIVE_BYTES, LIVE_LINES);
	s->recent = events_log_new(KEPT_BYTES, KEPT_LINES);
	if (!s->view || !s->live || !s->recent)
		return -ENOMEM;
	events_set_tap(r->events, on_event, s);
	stream_want(s, 0);
	return 0;
}

void stream_close(struct stream *s)
{
	if (s->runner)
		events_set_tap(s->runner->events, NULL, NULL);
	stream_expire(s, INT64_MAX);
	if (s->view)
		view_free(s->view);
	if (s->live)
		events_log_free(s->live);
	if (s->recent)
		events_log_free(s->recent);
}

void stream_want(struct stream *s, uint32_t mask)
{
	s->followed = mask;
	events_set_tap_mask(s->runner->events, mask | VIEW_EVENTS | KEPT_EVENTS);
}

void stream_release(struct shared_text *text)
{
	if (--text->users)
		return;
	text->stream->snapshot_bytes -= text->text.cap;
	buffer_free(&text->text);
	free(text);
}

static struct shared_text *make_snapshot(struct stream *s, const struct view_options *options)
{
	struct shared_text *t = s->snapshot_bytes < ANSWERS_HELD ? calloc(1, sizeof(*t)) : NULL;

	if (!t)
		return NULL;
	t->users = 1;
	t->stream = s;
	view_snapshot(s->view, options, &t->text);
	s->snapshot_bytes += t->text.cap;
	if (t->text.failed)
		stream_release(TAKE_PTR(t));
	return t;
}

struct shared_text *stream_snapshot(struct stream *s, const struct view_options *options)
{
	struct shared_text **kept = &s->snapshots[options->flows];
	int64_t begin = time_monotonic_ns(), cost;

	if (options->device)
		return make_snapshot(s, options);
	stream_expire(s, begin);
	if (!*kept) {
		*kept = make_snapshot(s, options);
		cost = SNAPSHOT_COSTS * (time_monotonic_ns() - begin);
		s->snapshots_until_ns[options->flows] = begin + (cost > SNAPSHOT_NS ? cost : SNAPSHOT_NS);
	}
	if (*kept)
		(*kept)->users++;
	return *kept;
}

void stream_expire(struct stream *s, int64_t now_ns)
{
	for (int i = 0; i < 2; i++) {
		if (s->snapshots[i] && now_ns > s->snapshots_until_ns[i])
			stream_release(TAKE_PTR(s->snapshots[i]));
	}
}

void stream_gather(struct stream *s, struct client *c)
{
	uint64_t lost;

	if (c->follow.sequel != SEQUEL_EVENTS)
		return;
	lost = c->follow.recent ? events_log_overtaken(s->recent, &c->recent, c->follow.mask) : 0;
	lost += c->follow.live ? events_log_overtaken(s->live, &c->live, c->follow.mask) : 0;
	c->lost += lost;
	s->lost += lost;
}

/* The event that tells of losses, as a line of the client's own. */
static void tell_lost(struct client *c)
{
	const struct event event = { .type = EVENT_LOST, .head = { .time_us = time_now_us() }, .lost = { c->lost } };
	const struct event_context context = { 0 };

	if (c->lost)
		event_render_json(&event, &context, &c->out);
	c->lost = 0;
}

/* The log that the client reads now, and its place there: what is kept first, then what is new. NULL: nothing more */
static const struct events_log *reads(struct stream *s, struct client *c, struct events_cursor **cursor)
{
	if (c->follow.recent && c->recent.next < c->recent_end) {
		*cursor = &c->recent;
		return s->recent;
	}
	c->follow.recent = false;
	*cursor = &c->live;
	return c->follow.live ? s->live : NULL;
}

/* The next few lines that the client wants. */
static size_t collect(const struct events_log *log, const struct events_cursor *from, const struct client *c, bool recent,
		      struct iovec iov[BATCH])
{
	struct events_cursor at = *from;
	struct events_line line;
	size_t n = 0;

	while (n < BATCH && (!recent || at.next < c->recent_end) && events_log_next(log, &at, c->follow.mask, &line)) {
		if (recent && at.next > c->recent_end)
			break;
		iov[n++] = (struct iovec){ (void *)(line.text ? line.text : ""), line.text ? line.len : 0 };
	}
	return n;
}

/* Move past what was sent; the rest of a line that was sent in part becomes the client's own, before the log overwrites it. */
static int advance(const struct events_log *log, struct events_cursor *cursor, struct client *c, size_t lines, size_t bytes)
{
	struct events_cursor before = *cursor;
	struct events_line line;

	for (; lines && events_log_next(log, cursor, c->follow.mask, &line); lines--, before = *cursor) {
		if (!line.text) {
			c->lost++;
		} else if (bytes >= line.len) {
			bytes -= line.len;
		} else if (bytes) {
			return buffer_append(&c->out, line.text + bytes, line.len - bytes);
		} else {
			*cursor = before;
			return 0;
		}
	}
	return 0;
}

/* Nothing is left of the log that the client read: 1 where there is another one. */
static int end_log(struct stream *s, struct client *c, const struct events_log *log)
{
	if (log == s->recent) {
		c->recent.next = c->recent_end;
		return 1;
	}
	if (log)
		c->live = events_log_last(log);
	return 0;
}

static int send_batch(struct stream *s, struct client *c)
{
	struct events_cursor *cursor;
	const struct events_log *log = reads(s, c, &cursor);
	struct iovec iov[BATCH];
	size_t n = log ? collect(log, cursor, c, log == s->recent, iov) : 0;
	struct msghdr message = { .msg_iov = iov, .msg_iovlen = n };
	ssize_t sent;

	if (!n)
		return end_log(s, c, log);
	sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		return errno == EINTR ? 1 : -errno;
	return advance(log, cursor, c, n, (size_t)sent) < 0 ? -ENOMEM : 1;
}

int stream_send(struct stream *s, struct client *c)
{
	int e = 1;

	stream_gather(s, c);
	tell_lost(c);
	while (e > 0 && !c->out.len)
		e = send_batch(s, c);
	return e;
}
