// SPDX-License-Identifier: BSD-2-Clause

/*
 * The running agent's socket. A client sends one line, a request as JSON (run_requests.c), and gets one JSON object back, or events or
 * snapshots for as long as it listens; a client that sends nothing asks for the status. Everything is bounded: clients, requests, what
 * waits for those that are slow, and the time that they may take; none is waited for.
 */

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/run_server_internal.h"

#define FILES_WANTED 4096 /* descriptors, where the hard limit allows that many */
#define FILES_KEPT 128	  /* of them for the agent itself: ports come and go */
#define GROUPS_MAX 256

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
	bool allowed = fd >= 0 && is_allowed(s, fd);

	(void)what;
	if (fd < 0) {
		/* Out of descriptors: whoever waits stays in the queue until the next pass. */
		if (errno == EMFILE || errno == ENFILE)
			loop_remove(loop, TAKE_PTR(s->source));
		return 0;
	}
	if (!allowed || s->counts.clients >= s->counts.clients_max) {
		s->counts.turned_away++;
		turn_away(fd, allowed ? "too many clients at once: try again" : "only root and the socket's group may ask");
		return 0;
	}
	if (client_new(s, fd))
		TAKE_FD(fd);
	return 0;
}

void server_flush(struct server *s)
{
	struct client *c = s->clients;

	s->stream.unflushed = 0;
	while (c) {
		struct client *next = c->next;

		if (c->answered && !c->blocked)
			client_push(c);
		c = next;
	}
}

void server_forget(struct server *s, uint64_t mac)
{
	if (!s)
		return;
	events_log_clear(s->stream.recent);
	stream_expire(&s->stream, INT64_MAX); /* snapshots that are new enough for the next who asks */
	view_forget(s->stream.view, mac);
}

void server_pass(struct server *s)
{
	struct client *c = s ? s->clients : NULL;
	int64_t now = time_monotonic_ns();

	if (!s)
		return;
	view_pass(s->stream.view);
	s->stream.unflushed = 0;
	while (c) {
		struct client *next = c->next;

		client_pass(c, now);
		c = next;
	}
	stream_expire(&s->stream, now);
	if (!s->source && loop_add_fd(s->stream.runner->loop, s->fd, EPOLLIN, on_connection, s, &s->source) < 0)
		log_debug("clients wait another second");
}

struct server_counts server_counts(struct server *s)
{
	struct server_counts counts = { 0 };

	if (!s)
		return counts;
	counts = s->counts;
	for (struct client *c = s->clients; c; c = c->next) {
		stream_gather(&s->stream, c);
		counts.following += c->follow.sequel == SEQUEL_EVENTS || c->follow.sequel == SEQUEL_SNAPSHOTS;
	}
	counts.events_lost = s->stream.lost;
	return counts;
}

/* The group that nobody asked for is looked up in the file alone: the system's name services load libraries, half a megabyte of them. */
static const struct group *local_group(FILE *file, const char *name)
{
	const struct group *g;

	do
		g = file ? fgetgrent(file) : NULL;
	while (g && strcmp(g->gr_name, name) != 0);
	return g;
}

int server_group(const char *name, gid_t *group)
{
	_cleanup_fclose_ FILE *file = name ? NULL : fopen("/etc/group", "re");
	const struct group *g = name ? getgrnam(name) : local_group(file, SERVER_GROUP);

	*group = g ? g->gr_gid : getegid();
	return g || !name ? 0 : log_error_r(-ENOENT, "--socket-group %s: no such group: make one (groupadd -r %s)", name, name);
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

/* The mode is for owner and group; a group that may not be given is no reason to stay away. */
static void set_group(struct server *s, gid_t group)
{
	struct stat st;

	if (group != getegid() && chown(s->path, (uid_t)-1, group) < 0)
		log_warn("%s: %s: its group stays as it is (--socket-group)", s->path, strerror(errno));
	s->group = stat(s->path, &st) == 0 ? st.st_gid : 0;
}

static int open_socket(struct server *s, gid_t group)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
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
	e = bind(s->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(s->fd, SOMAXCONN) < 0 ? -errno : 0;
	umask(mask);
	if (e < 0)
		return e;
	set_group(s, group);
	return loop_add_fd(s->stream.runner->loop, s->fd, EPOLLIN, on_connection, s, &s->source);
}

static uint32_t open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	uint32_t n = 0;

	while (directory && readdir(directory))
		n++;
	if (directory)
		closedir(directory);
	return n;
}

/* As many clients as there are descriptors to spare. */
static uint32_t most_clients(void)
{
	struct rlimit limit;
	uint32_t files, used = open_files() + FILES_KEPT;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return FILES_KEPT;
	if (limit.rlim_cur < FILES_WANTED && limit.rlim_max > limit.rlim_cur) {
		limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	files = limit.rlim_cur < FILES_WANTED ? (uint32_t)limit.rlim_cur : FILES_WANTED;
	return files > 2 * used ? files - used : files / 2;
}

static void close_server(struct server *s)
{
	while (s->clients)
		client_drop(s->clients);
	if (s->source)
		loop_remove(s->stream.runner->loop, s->source);
	if (s->fd >= 0)
		close(s->fd);
	stream_close(&s->stream);
	free(s);
}

int server_new(struct server **server, struct runner *r, const char *path, gid_t group)
{
	struct server *s;
	int e;

	if (!strcmp(path, "none"))
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->fd = -1;
	s->counts.clients_max = most_clients();
	e = stream_open(&s->stream, s, r) ?: strlen(path) < sizeof(s->path) ? 0 : -ENAMETOOLONG;
	if (e == 0) {
		strcpy(s->path, path);
		e = open_socket(s, group);
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
	server_flush(s);
	unlink(s->path);
	close_server(s);
}
