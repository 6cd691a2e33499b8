// SPDX-License-Identifier: BSD-2-Clause

/* The running agent's side of `iotbpf status`: one JSON object to whoever connects. */

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
#include "agent/cmd/run_internal.h"
#include "agent/output/render.h"

struct status_server {
	struct runner *runner;
	struct loop_source *source;
	struct buffer text;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	int fd;
};

int run_status(const struct runner *r, struct buffer *out)
{
	_cleanup_(run_stats_free) struct run_stats s = { .ports = NULL };
	struct events_counters events = events_counters(r->events);
	struct event_context context = { .written = events.written, .dropped = events.dropped, .failed = events.failed };
	struct json j = json_init(out);
	int e = run_stats_gather(r, &s);

	if (e < 0)
		return e;
	json_begin_object(&j);
	json_pair_str(&j, "version", IOTBPF_VERSION);
	json_pair_u64(&j, "pid", (uint64_t)getpid());
	json_pair_time(&j, "since", r->started_us);
	json_pair_str(&j, "model", r->model ? model_name(r->model) : NULL);
	json_pair_u64(&j, "hz", kernel_hz(r->kernel));
	json_pair_bool(&j, "jit", kernel_has_jit(r->kernel));
	event_render_stats(&j, &s.stats, &context);
	json_pair_u64(&j, "unknown_port", IOT_LOAD(kernel_table(r->kernel)->counters->unknown_port));
	json_pair_u64(&j, "netlink_overflows", ports_overflows(r->ports));
	json_end_object(&j);
	return buffer_append_char(out, '\n', 1);
}

/* The object fits a socket's buffer; a reader that is gone or does not read loses it. */
static int on_client(struct loop *loop, uint64_t what, void *user)
{
	struct status_server *s = user;
	_cleanup_close_ int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)loop;
	(void)what;
	if (fd < 0)
		return 0;
	buffer_reset(&s->text);
	if (run_status(s->runner, &s->text) == 0 && send(fd, s->text.data, s->text.len, MSG_NOSIGNAL) < (ssize_t)s->text.len)
		log_debug("status: a client did not take the whole answer");
	return 0;
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

static int open_socket(struct status_server *s)
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
	e = bind(s->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 || listen(s->fd, 16) < 0 ? -errno : 0;
	umask(mask);
	return e ?: loop_add_fd(s->runner->loop, s->fd, EPOLLIN, on_client, s, &s->source);
}

static void close_server(struct status_server *s)
{
	if (s->source)
		loop_remove(s->runner->loop, s->source);
	if (s->fd >= 0)
		close(s->fd);
	buffer_free(&s->text);
	free(s);
}

int status_server_new(struct status_server **server, struct runner *r, const char *path)
{
	struct status_server *s;
	int e;

	if (!strcmp(path, "none"))
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->runner = r;
	s->fd = -1;
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

void status_server_free(struct status_server *s)
{
	unlink(s->path);
	close_server(s);
}
