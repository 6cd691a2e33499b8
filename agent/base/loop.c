/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "agent/base/clock.h"

enum { EVENTS_PER_WAIT = 16 };

enum source_kind { SOURCE_FD, SOURCE_TIMER, SOURCE_SIGNAL };

struct loop_source {
	enum source_kind kind;
	int fd; /* -1 once removed; the loop's own for timers and signals */
	int signo;
	bool unblock; /* the signal was not blocked before */
	loop_fn fn;
	void *user;
	struct loop_source *next;
};

struct loop {
	int epoll;
	bool running;
	int result;
	struct loop_source *sources;
	struct loop_source *removed; /* freed between two waits, when no event can point at them */
};

int loop_new(struct loop **loop)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		int r = -errno;

		free(l);
		return r;
	}
	*loop = l;
	return 0;
}

static void unblock_signal(const struct loop_source *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, s->signo);
	if (s->unblock)
		sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void source_stop(struct loop *loop, struct loop_source *s)
{
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, s->fd, NULL);
	if (s->kind != SOURCE_FD)
		close(s->fd);
	if (s->kind == SOURCE_SIGNAL)
		unblock_signal(s);
	s->fd = -1;
}

static void free_list(struct loop_source **list)
{
	while (*list) {
		struct loop_source *s = *list;

		*list = s->next;
		free(s);
	}
}

void loop_free(struct loop *loop)
{
	for (struct loop_source *s = loop->sources; s; s = s->next)
		source_stop(loop, s);
	free_list(&loop->sources);
	free_list(&loop->removed);
	close(loop->epoll);
	free(loop);
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
	struct loop_source **p = &loop->sources;

	while (*p && *p != source)
		p = &(*p)->next;
	if (!*p)
		return;
	*p = source->next;
	source_stop(loop, source);
	source->next = loop->removed;
	loop->removed = source;
}

/* Takes over @template->fd of timers and signals, also on failure. */
static int add(struct loop *loop, const struct loop_source *template, uint32_t events, struct loop_source **source)
{
	struct loop_source *s = malloc(sizeof(*s));
	struct epoll_event event = { .events = events, .data.ptr = s };
	int r = s ? 0 : -ENOMEM;

	if (s && epoll_ctl(loop->epoll, EPOLL_CTL_ADD, template->fd, &event) < 0)
		r = -errno;
	if (r < 0) {
		if (template->kind != SOURCE_FD)
			close(template->fd);
		if (template->kind == SOURCE_SIGNAL)
			unblock_signal(template);
		free(s);
		return r;
	}
	*s = *template;
	s->next = loop->sources;
	loop->sources = s;
	if (source)
		*source = s;
	return 0;
}

int loop_add_fd(struct loop *loop, int fd, uint32_t events, loop_fn fn, void *user, struct loop_source **source)
{
	struct loop_source s = { .kind = SOURCE_FD, .fd = fd, .fn = fn, .user = user };

	return add(loop, &s, events, source);
}

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_SECOND), .tv_nsec = (long)(ns % NS_PER_SECOND) };
}

int loop_set_timer(struct loop_source *timer, int64_t first_ns, int64_t interval_ns)
{
	struct itimerspec when = { .it_value = timespec_of(first_ns), .it_interval = timespec_of(interval_ns) };

	return timerfd_settime(timer->fd, 0, &when, NULL) < 0 ? -errno : 0;
}

int loop_add_timer(struct loop *loop, int64_t interval_ns, loop_fn fn, void *user, struct loop_source **source)
{
	struct loop_source s = { .kind = SOURCE_TIMER, .fn = fn, .user = user };
	int r;

	s.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (s.fd < 0)
		return -errno;
	r = loop_set_timer(&s, interval_ns, interval_ns);
	if (r < 0) {
		close(s.fd);
		return r;
	}
	return add(loop, &s, EPOLLIN, source);
}

int loop_add_signal(struct loop *loop, int signo, loop_fn fn, void *user, struct loop_source **source)
{
	struct loop_source s = { .kind = SOURCE_SIGNAL, .signo = signo, .fn = fn, .user = user };
	sigset_t set;
	sigset_t before;

	sigemptyset(&set);
	sigaddset(&set, signo);
	if (sigprocmask(SIG_BLOCK, &set, &before) < 0)
		return -errno;
	s.unblock = !sigismember(&before, signo);
	s.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s.fd < 0) {
		int r = -errno;

		unblock_signal(&s);
		return r;
	}
	return add(loop, &s, EPOLLIN, source);
}

static int dispatch(struct loop *loop, struct loop_source *s, uint32_t events)
{
	struct signalfd_siginfo info;
	uint64_t expirations;

	if (s->fd < 0)
		return 0;
	if (s->kind == SOURCE_FD)
		return s->fn(loop, events, s->user);
	if (s->kind == SOURCE_TIMER)
		return read(s->fd, &expirations, sizeof(expirations)) == sizeof(expirations) ?
			       s->fn(loop, expirations, s->user) :
			       0;
	return read(s->fd, &info, sizeof(info)) == sizeof(info) ? s->fn(loop, info.ssi_signo, s->user) : 0;
}

int loop_run(struct loop *loop)
{
	struct epoll_event events[EVENTS_PER_WAIT];

	loop->running = true;
	while (loop->running) {
		int n = epoll_wait(loop->epoll, events, EVENTS_PER_WAIT, -1);

		if (n < 0 && errno != EINTR)
			return -errno;
		for (int i = 0; i < n && loop->running; i++) {
			int r = dispatch(loop, events[i].data.ptr, events[i].events);

			if (r < 0)
				return r;
		}
		free_list(&loop->removed);
	}
	return loop->result;
}

void loop_quit(struct loop *loop, int result)
{
	loop->result = result;
	loop->running = false;
}
