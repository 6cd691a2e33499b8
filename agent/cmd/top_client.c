// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/top_client.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#define CHUNK 65536

struct top_client {
	struct loop *loop;
	struct loop_source *source;
	struct top_client_handler handler;
	struct buffer in;
	bool busy, freed; /* in a handler; freed there */
	int fd;
};

static void release(struct top_client *c)
{
	if (c->source)
		loop_remove(c->loop, c->source);
	if (c->fd >= 0)
		close(c->fd);
	buffer_free(&c->in);
	free(c);
}

void top_client_free(struct top_client *c)
{
	if (c->busy)
		c->freed = true;
	else
		release(c);
}

static void end(struct top_client *c, int error)
{
	loop_remove(c->loop, TAKE_PTR(c->source));
	c->handler.end(c->handler.user, error);
}

/* Whole lines go to the handler, the rest stays; @from: where the new bytes begin. */
static void tell_lines(struct top_client *c, size_t from)
{
	size_t begin = 0;
	char *newline;

	while (!c->freed && (newline = memchr(c->in.data + from, '\n', c->in.len - from))) {
		*newline = '\0';
		c->handler.line(c->handler.user, c->in.data + begin, (size_t)(newline - (c->in.data + begin)));
		begin = from = (size_t)(newline + 1 - c->in.data);
	}
	memmove(c->in.data, c->in.data + begin, c->in.len - begin);
	c->in.len -= begin;
}

static void take(struct top_client *c)
{
	size_t from = c->in.len;
	int e = buffer_reserve(&c->in, CHUNK);
	ssize_t n = e < 0 ? 0 : recv(c->fd, c->in.data + from, CHUNK, 0);

	if (e < 0)
		return end(c, e);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		return end(c, n < 0 ? -errno : 0);
	c->in.len += (size_t)n;
	tell_lines(c, from);
}

static int on_readable(struct loop *loop, uint64_t what, void *user)
{
	struct top_client *c = user;

	(void)loop;
	(void)what;
	c->busy = true;
	take(c);
	c->busy = false;
	if (c->freed)
		release(c);
	return 0;
}

static int open_socket(const char *path, const struct buffer *request)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	/* A request is shorter than any socket's buffer. */
	if (send(fd, request->data, request->len, MSG_NOSIGNAL) != (ssize_t)request->len)
		return -EPIPE;
	return TAKE_FD(fd);
}

int top_client_new(struct top_client **client, struct loop *loop, const char *socket, const struct buffer *request,
		   const struct top_client_handler *handler)
{
	_cleanup_(top_client_free_p) struct top_client *c = calloc(1, sizeof(*c));
	int e;

	if (!c || request->failed) {
		if (c)
			c->fd = -1;
		return -ENOMEM;
	}
	c->loop = loop;
	c->handler = *handler;
	c->in.limit = CLIENT_LINE_MAX;
	c->fd = open_socket(socket, request);
	if (c->fd < 0)
		return c->fd;
	e = loop_add_fd(loop, c->fd, EPOLLIN, on_readable, c, &c->source);
	if (e == 0)
		*client = TAKE_PTR(c);
	return e;
}
