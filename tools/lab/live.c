/* SPDX-License-Identifier: BSD-2-Clause */
/* The live lab's loop: sockets and the scheduler on the real clock. */
#include "tools/lab/live.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include "agent/base/clock.h"
#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/lab/estate.h"
#include "tools/lab/netns.h"

int live_watch(struct live *l, struct live_source *source, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = source };

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, source->fd, &e) == 0 ? 0 : log_errno_r(-errno, "epoll_ctl");
}

void live_rewatch(struct live *l, struct live_source *source, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = source };

	epoll_ctl(l->epoll, EPOLL_CTL_MOD, source->fd, &e);
}

void live_unwatch(struct live *l, struct live_source *source)
{
	if (source->fd < 0)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, source->fd, NULL);
	close(source->fd);
	source->fd = -1;
}

struct sockaddr_in live_address(uint32_t address, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(address),
				     .sin_port = htons(port) };
}

int live_socket(struct live *l, int ns, int type, int protocol)
{
	return lab_ns_socket(ns, l->self, AF_INET, type, protocol);
}

static int begin(void *context, struct lab_task *task)
{
	struct live *l = context;

	switch (task->x.step->verb) {
	case LAB_ARP:
		return live_arp_begin(l, task);
	case LAB_ICMP:
		return live_icmp_begin(l, task);
	case LAB_DHCP_DISCOVER:
	case LAB_DHCP_RENEW:
		return live_dhcp_begin(l, task);
	case LAB_TCP:
	case LAB_SEND:
		return live_tcp_begin(l, task);
	default:
		return live_udp_begin(l, task);
	}
}

static int server_namespace(const struct live *l, const struct lab_peer *peer)
{
	switch (peer->where) {
	case LAB_AT_GATEWAY:
		return l->ns_router;
	case LAB_AT_WAN:
		return l->ns_wan;
	case LAB_AT_DEVICE:
		return l->devices[peer->device].ns;
	default:
		return -1;
	}
}

static int bind_server(struct live_server *s)
{
	struct sockaddr_in a = live_address(s->address, s->port);
	const int on = 1;

	setsockopt(s->source.fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s->source.fd, (struct sockaddr *)&a, sizeof(a)) < 0 || (s->tcp && listen(s->source.fd, 64) < 0))
		return log_errno_r(-errno, "cannot serve port %u", (unsigned int)s->port);
	return 0;
}

static int open_server(struct live *l, const struct lab_peer *peer, uint16_t port, bool tcp)
{
	int ns = server_namespace(l, peer), r;
	struct live_server *s;

	for (s = l->servers; s; s = s->next)
		if (s->address == peer->address && s->port == port && s->tcp == tcp)
			return 0;
	if (ns < 0)
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return log_error_r(-ENOMEM, "out of memory");
	*s = (struct live_server){ .live = l, .address = peer->address, .port = port, .tcp = tcp, .next = l->servers };
	l->servers = s;
	s->source.ready = tcp ? live_tcp_accept : live_udp_serve;
	s->source.fd = live_socket(l, ns, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
	if (s->source.fd < 0)
		return s->source.fd;
	r = bind_server(s);
	return r < 0 ? r : live_watch(l, &s->source, EPOLLIN);
}

static int open_servers_of(struct live *l, const struct lab_activity *a)
{
	int r = 0;

	for (unsigned int i = 0; r == 0 && i < a->n_steps; i++) {
		const struct lab_step *step = &a->steps[i];
		struct lab_peer peer = lab_house_resolve(l->house, step->verb == LAB_DNS ? "gateway" : step->host);

		if (step->verb == LAB_UDP || step->verb == LAB_DNS || step->verb == LAB_NTP)
			r = open_server(l, &peer, step->port, false);
		else if (step->verb == LAB_TCP || step->verb == LAB_SEND)
			r = open_server(l, &peer, step->port, true);
	}
	return r;
}

static void stop(struct live_source *source, uint32_t events)
{
	struct signalfd_siginfo info;

	(void)events;
	while (read(source->fd, &info, sizeof(info)) > 0)
		;
	((struct live *)((char *)source - offsetof(struct live, signals)))->stopped = true;
}

void live_block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigprocmask(SIG_BLOCK, set, NULL);
}

static int open_signals(struct live *l)
{
	sigset_t set;

	live_block_signals(&set);
	l->signals = (struct live_source){ signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), stop };
	return l->signals.fd < 0 ? log_errno_r(-errno, "signalfd") : live_watch(l, &l->signals, EPOLLIN);
}

static int open_device(struct live *l, const struct lab_estate *e, unsigned int i)
{
	const struct lab_device *d = &l->house->devices[i];
	char name[LAB_NS_NAME_SIZE];
	int r;

	l->devices[i].live = l;
	l->devices[i].ns = lab_ns_open(lab_estate_ns(e, d->name, name));
	if (l->devices[i].ns < 0)
		return l->devices[i].ns;
	r = live_raw_open(l, i);
	return r;
}

int live_open(struct live *l, const struct lab_house *house, const char *prefix, int self)
{
	struct lab_estate e = { .prefix = prefix };
	char name[LAB_NS_NAME_SIZE];
	int r;

	memset(l, 0, sizeof(*l));
	l->house = house;
	l->self = self;
	l->signals.fd = l->dhcp_server.fd = l->ns_router = l->ns_wan = -1;
	for (unsigned int i = 0; i < LAB_DEVICES; i++)
		l->devices[i].ns = l->devices[i].raw.fd = l->devices[i].tap.fd = l->devices[i].dhcp.fd = -1;
	lab_tally_init(&l->tally, house);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->ns_router = lab_ns_open(lab_estate_ns(&e, "rtr", name));
	l->ns_wan = lab_ns_open(lab_estate_ns(&e, "wan", name));
	if (l->epoll < 0 || l->ns_router < 0 || l->ns_wan < 0)
		return -EIO;
	r = open_signals(l);
	for (unsigned int i = 0; r == 0 && i < house->n; i++)
		r = open_device(l, &e, i);
	for (unsigned int i = 0; r == 0 && i < house->n; i++)
		for (unsigned int j = 0; r == 0 && j < house->devices[i].n_activities; j++)
			r = open_servers_of(l, &house->devices[i].activities[j]);
	return r == 0 ? live_dhcp_open(l) : r;
}

static int wait_and_serve(struct live *l, int64_t wait_us)
{
	struct timespec t = { wait_us / 1000000, wait_us % 1000000 * 1000 };
	struct epoll_event e;
	/* One event at a time: what it does may free the owner of another one. */
	int n = epoll_pwait2(l->epoll, &e, 1, &t, NULL);

	if (n < 0 && errno != EINTR)
		return log_errno_r(-errno, "epoll_pwait2");
	if (n == 1) {
		struct live_source *source = e.data.ptr;

		source->ready(source, e.events);
	}
	return 0;
}

int live_run(struct live *l, const struct lab_options *options)
{
	struct lab_emitter emitter = { begin, l };
	int64_t now = 0;
	int r;

	l->start_ns = time_monotonic_ns();
	l->epoch_us = time_now_us();
	r = lab_engine_init(&l->engine, l->house, &l->sched, options, &emitter);
	while (r == 0 && !l->stopped && now < options->length_us) {
		int64_t next;

		lab_sched_run(&l->sched, now);
		next = lab_sched_next(&l->sched);
		next = next < options->length_us ? next : options->length_us;
		now = (time_monotonic_ns() - l->start_ns) / 1000;
		r = l->engine.error ? l->engine.error : wait_and_serve(l, next > now ? next - now : 0);
		now = (time_monotonic_ns() - l->start_ns) / 1000;
	}
	live_tcp_silence(l);
	for (unsigned int i = 0; i < l->house->n; i++)
		l->devices[i].tap.ready(&l->devices[i].tap, EPOLLIN);
	l->sched.now = now < options->length_us ? now : options->length_us;
	return r;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void live_close(struct live *l)
{
	live_tcp_close(l);
	live_udp_close(l);
	while (l->servers) {
		struct live_server *s = l->servers;

		l->servers = s->next;
		live_unwatch(l, &s->source);
		free(s);
	}
	for (unsigned int i = 0; i < LAB_DEVICES; i++) {
		live_unwatch(l, &l->devices[i].raw);
		live_unwatch(l, &l->devices[i].tap);
		live_unwatch(l, &l->devices[i].dhcp);
		close_fd(&l->devices[i].ns);
	}
	live_unwatch(l, &l->signals);
	live_unwatch(l, &l->dhcp_server);
	close_fd(&l->ns_router);
	close_fd(&l->ns_wan);
	close_fd(&l->epoll);
	lab_engine_free(&l->engine);
	lab_sched_free(&l->sched);
}
