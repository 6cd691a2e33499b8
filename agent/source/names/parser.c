// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/names/parser.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iotbpf/limits.h>

enum { READY_MS = 1000, WAITING_MAX = 2 * IOT_COPIES };

struct name_parser {
	int fd;
	pid_t pid;
	uint32_t waiting;
};

/* _exit() is a call that does not return, before which sanitizers make one that is not allowed. */
static void leave(int status)
{
	syscall(SYS_exit_group, status);
}

/* Only read, write and exit from here on. */
static void answer_all(int fd)
{
	static uint8_t frame[IOT_COPY_BYTES];
	ssize_t n;

	while ((n = read(fd, frame, sizeof(frame))) > 0) {
		struct name_facts facts;

		if (!facts_read(frame, (size_t)n, &facts))
			facts = (struct name_facts){ 0 };
		if (write(fd, &facts, sizeof(facts)) != sizeof(facts))
			break;
	}
}

static void be_child(int fd)
{
	int r = confine(fd);

	if (write(fd, &r, sizeof(r)) == sizeof(r) && r == 0)
		answer_all(fd);
	leave(r);
}

/* The result of the process's confine(). */
static int wait_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int r, ready = poll(&p, 1, READY_MS);

	if (ready <= 0)
		return ready < 0 ? -errno : -ETIMEDOUT;
	if (recv(fd, &r, sizeof(r), 0) != sizeof(r))
		return -ECHILD;
	return r > 0 ? -EBADMSG : r;
}

static int start(struct name_parser *p)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	p->pid = fork();
	if (p->pid == 0)
		be_child(pair[1]);
	close(pair[1]);
	p->fd = pair[0];
	return p->pid < 0 ? -errno : wait_ready(p->fd);
}

int name_parser_new(struct name_parser **parser)
{
	_cleanup_(name_parser_free_p) struct name_parser *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->fd = p->pid = -1;
	r = start(p);
	if (r < 0)
		return r;
	*parser = TAKE_PTR(p);
	return 0;
}

void name_parser_free(struct name_parser *p)
{
	if (p->fd >= 0)
		close(p->fd);
	if (p->pid > 0) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	free(p);
}

int name_parser_fd(const struct name_parser *p)
{
	return p->fd;
}

pid_t name_parser_pid(const struct name_parser *p)
{
	return p->pid;
}

uint32_t name_parser_waiting(const struct name_parser *p)
{
	return p->waiting;
}

int name_parser_ask(struct name_parser *p, const void *frame, size_t size)
{
	ssize_t n;

	if (!size || size > IOT_COPY_BYTES)
		return -EINVAL;
	if (p->waiting >= WAITING_MAX)
		return -EAGAIN;
	n = send(p->fd, frame, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	p->waiting++;
	return 0;
}

int name_parser_take(struct name_parser *p, struct name_facts *facts)
{
	ssize_t n = recv(p->fd, facts, sizeof(*facts), MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ECONNRESET;
	if (n != sizeof(*facts) || !p->waiting)
		return -EBADMSG;
	p->waiting--;
	return facts->protocol == FACTS_NONE || facts_valid(facts) ? 1 : -EBADMSG;
}
