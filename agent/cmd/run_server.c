// SPDX-License-Identifier: BSD-2-Clause

/*
 * The running agent's socket. A client sends one line, a request as JSON (run_requests.c), and gets one JSON object back; a client that
 * sends nothing asks for the status. Everything is bounded: clients, requests, and the time that a client may take; none is waited for.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/run_requests.h"

#define CLIENTS 16
#define REQUEST_MAX 8192
#define REQUEST_S 2 /* until a client that says nothing is taken to ask for the status */
#define ANSWER_S 10 /* until a client that does not take its answer is dropped */
#define GROUPS_MAX 256

struct client {
	struct server *server;
	struct loop_source *source;
	struct buffer in, out;
	size_t sent;
	int64_t deadline_ns;
	int fd; /* -1: free */
};

struct server {
	struct runner *runner;
	struct loop_source *source, *timer;
	struct client clients[CLIENTS];
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	gid_t group;
	int fd;
	bool ticking; /* the timer runs */
};

static void drop(struct client *c)
{
	if (c->source)
		loop_remove(c->server->runner->loop, c->source);
	close(c->fd);
	buffer_free(&c->in);
	buffer_free(&c->out);
	*c = (struct client){ .server = c->server, .fd = -1 };
}

static int on_writable(struct loop *loop, uint64_t what, void *user);

/* Send what the socket takes; for the rest the loop says when. */
static void push(struct client *c)
{
	struct loop *loop = c->server->runner->loop;

	while (c->sent < c->out.len) {
		ssize_t n = send(c->fd, c->out.data + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN && (c->source || loop_add_fd(loop, c->fd, EPOLLOUT, on_writable, c, &c->source) == 0))
			return;
		if (n < 0)
			break;
		c->sent += (size_t)n;
	}
	drop(c);
}

static int on_writable(struct loop *loop, uint64_t what, void *user)
{
	(void)loop;
	(void)what;
	push(user);
	return 0;
}

static void answer(struct client *c)
{
	loop_remove(c->server->runner->loop, TAKE_PTR(c->source));
	c->deadline_ns = time_monotonic_ns() + ANSWER_S * NS_PER_SECOND;
	c->out.limit = ANSWER_MAX;
	run_request(c->server->runner, c->in.data ? c->in.data : "", &c->out);
	push(c);
}

static void refuse(struct client *c, const char *why)
{
	loop_remove(c->server->runner->loop, TAKE_PTR(c->source));
	run_request_refuse(&c->out, why);
	push(c);
}

static int on_readable(struct loop *loop, uint64_t what, void *user)
{
	struct client *c = user;
	char chunk[1024], *end;
	ssize_t n = recv(c->fd, chunk, sizeof(chunk), 0);

	(void)loop;
	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0 || (n > 0 && buffer_append(&c->in, chunk, (size_t)n) < 0)) {
		drop(c);
		return 0;
	}
	end = c->in.len ? memchr(c->in.data, '\n', c->in.len) : NULL;
	if (end)
		*end = '\0';
	if (c->in.len > REQUEST_MAX)
		refuse(c, "the request is too long");
	else if (end || n == 0)
		answer(c);
	return 0;
}

/* The socket's mode lets in its owner and its group; this says so for whoever got a descriptor in another way. */
static bool is_allowed(const struct server *s, int fd)
{
	struct ucred peer;
	gid_t groups[GROUPS_MAX];
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	if (peer.uid == 0 || peer.uid == geteuid() || peer.gid == s->group)
		return true;
	size = sizeof(groups);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(groups[0]); i++) {
		if (groups[i] == s->group)
			return true;
	}
	return false;
}

static struct client *free_client(struct server *s)
{
	for (size_t i = 0; i < CLIENTS; i++) {
		if (s->clients[i].fd < 0)
			return &s->clients[i];
	}
	return NULL;
}

/* A client that is not served is told why, as far as its socket takes that at once. */
static void turn_away(int fd, const char *why)
{
	struct buffer out = { 0 };

	run_request_refuse(&out, why);
	if (!out.failed && send(fd, out.data, out.len, MSG_NOSIGNAL) < 0)
		log_debug("a client did not wait for its refusal");
	buffer_free(&out);
}

static int on_connection(struct loop *loop, uint64_t what, void *user)
{
	struct server *s = user;
	_cleanup_close_ int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct client *c = free_client(s);

	(void)what;
	if (fd < 0)
		return 0;
	if (!is_allowed(s, fd) || !c) {
		turn_away(fd, c ? "only root and the socket's group may ask" : "too many clients at once: try again");
		return 0;
	}
	c->deadline_ns = time_monotonic_ns() + REQUEST_S * NS_PER_SECOND;
	c->in.limit = REQUEST_MAX + 1024;
	if (loop_add_fd(loop, fd, EPOLLIN, on_readable, c, &c->source) < 0)
		return 0;
	c->fd = TAKE_FD(fd);
	if (s->ticking)
		return 0;
	s->ticking = true;
	return loop_set_timer(s->timer, NS_PER_SECOND, NS_PER_SECOND);
}

/* Runs while there are clients. */
static int on_timer(struct loop *loop, uint64_t what, void *user)
{
	struct server *s = user;
	int64_t now = time_monotonic_ns();
	bool used = false;

	(void)loop;
	(void)what;
	for (size_t i = 0; i < CLIENTS; i++) {
		struct client *c = &s->clients[i];

		if (c->fd >= 0 && now >= c->deadline_ns) {
			if (c->out.len || c->in.len)
				drop(c);
			else
				answer(c);
		}
		used |= c->fd >= 0;
	}
	s->ticking = used;
	return used ? 0 : loop_set_timer(s->timer, 0, 0);
}

/* A socket that nobody answers at is left over from an agent that was killed. */
static int take_path(const struct sockaddr_un *address)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
		return -EADDRINUSE;
	return unlink(address->sun_path) < 0 && errno != ENOENT ? -errno : 0;
}

static int make_directory(const char *path)
{
	char directory[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	char *slash;

	strcpy(directory, path);
	slash = strrchr(directory, '/');
	if (!slash || slash == directory)
		return 0;
	*slash = '\0';
	return mkdir(directory, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int open_socket(struct server *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct loop *loop = s->runner->loop;
	struct stat st;
	mode_t mask;
	int e;

	strcpy(address.sun_path, s->path);
	e = make_directory(s->path) ?: take_path(&address);
	if (e < 0)
		return e;
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return -errno;
	mask = umask(0117); /* owner and group */
	e = bind(s->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(s->fd, CLIENTS) < 0 ? -errno : 0;
	umask(mask);
	if (e == 0 && stat(s->path, &st) < 0)
		e = -errno;
	s->group = e == 0 ? st.st_gid : 0;
	e = e ?: loop_add_timer(loop, 0, on_timer, s, &s->timer);
	return e ?: loop_add_fd(loop, s->fd, EPOLLIN, on_connection, s, &s->source);
}

static void close_server(struct server *s)
{
	for (size_t i = 0; i < CLIENTS; i++) {
		if (s->clients[i].fd >= 0)
			drop(&s->clients[i]);
	}
	if (s->timer)
		loop_remove(s->runner->loop, s->timer);
	if (s->source)
		loop_remove(s->runner->loop, s->source);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

int server_new(struct server **server, struct runner *r, const char *path)
{
	struct server *s;
	int e;

	if (!strcmp(path, "none"))
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->runner = r;
	s->fd = -1;
	for (size_t i = 0; i < CLIENTS; i++)
		s->clients[i] = (struct client){ .server = s, .fd = -1 };
	e = strlen(path) < sizeof(s->path) ? 0 : -ENAMETOOLONG;
	if (e == 0) {
		strcpy(s->path, path);
		e = open_socket(s);
	}
	if (e == 0) {
		*server = s;
		return 0;
	}
	if (e == -EADDRINUSE)
		log_warn("%s: another agent answers there: `iotbpf status` shows that one (use --socket)", path);
	else
		log_warn("%s: %s: `iotbpf status` will not find this agent", path, strerror(-e));
	close_server(s);
	return e;
}

void server_free(struct server *s)
{
	unlink(s->path);
	close_server(s);
}
