/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/output/sink.h"

struct fd_sink {
	struct sink sink;
	int fd;
	bool may_wait;
	bool torn; /* the last line failed in its middle: a full disk */
};

static bool has_room(int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	/* An error condition is for write() to name. */
	return poll(&p, 1, timeout_ms) != 0;
}

static int write_all(struct fd_sink *s, const char *line, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(s->fd, line + done, len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN && (s->may_wait || done))
			has_room(s->fd, -1); /* half a line must not stay */
		else if (errno != EINTR) {
			s->torn |= done > 0;
			return -errno;
		}
	}
	return 0;
}

static int fd_sink_write(struct sink *sink, const char *line, size_t len)
{
	struct fd_sink *s = (struct fd_sink *)sink;
	int r;

	if (!s->may_wait && !has_room(s->fd, 0))
		return -EAGAIN;
	if (s->torn) {
		r = write_all(s, "\n", 1);
		if (r < 0)
			return r;
		s->torn = false;
	}
	return write_all(s, line, len);
}

static void fd_sink_free(struct sink *sink)
{
	free(sink);
}

int sink_fd_new(int fd, bool may_wait, struct sink **sink)
{
	static const struct sink_ops ops = { .write = fd_sink_write, .free = fd_sink_free };
	struct fd_sink *s = malloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	signal(SIGPIPE, SIG_IGN);
	*s = (struct fd_sink){ .sink = { .ops = &ops }, .fd = fd, .may_wait = may_wait };
	*sink = &s->sink;
	return 0;
}
