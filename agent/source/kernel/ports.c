/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/ports.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/source/kernel/desired.h"
#include "agent/source/kernel/gateways.h"
#include "agent/source/kernel/mechanisms.h"

#define GATEWAYS_IGNORED 16
#define SETTLE_NS (NS_PER_SECOND / 20) /* one change is many messages: dump once they pause, not for each */

struct ports {
	struct kernel *kernel;
	struct loop *loop;
	struct loop_source *watch, *timer;
	int fd;
	bool pending;		/* the timer runs */
	bool starting;
	enum hook hook;
	char *const *names;
	size_t names_count;
	bool *missing;		/* by name: said to be gone */
	struct ports_events events;
	struct port *port;
	size_t count, room;
	struct iot_port departed;
	unsigned int overflows;
};

/* Wait until no program runs that began before: then nobody uses what was just detached. */
static void wait_for_programs(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static void unhook(struct ports *ports, struct port *port)
{
	hook_detach(&port->hooks);
	if (!port->counters)
		return;
	wait_for_programs();
	iot_tally_merge(&ports->departed.in, iot_tally_read(&port->counters->in));
	iot_tally_merge(&ports->departed.out, iot_tally_read(&port->counters->out));
	kernel_line_release(ports->kernel, port->counters);
	port->counters = NULL;
}

static int hook(struct ports *ports, struct port *port, const struct link *link)
{
	int r = kernel_line_take(ports->kernel, link->ifindex, &port->counters);

	if (r < 0)
		return log_error_r(r, "%s: no free port line near interface number %u", link->name, link->ifindex);
	r = hook_attach(ports->kernel, link, ports->hook, &port->hooks);
	if (r < 0) {
		kernel_line_release(ports->kernel, port->counters);
		port->counters = NULL;
	}
	return r;
}

static struct port *new_port(struct ports *ports)
{
	if (ports->count == ports->room) {
		size_t room = ports->room ? ports->room * 2 : 16;
		struct port *p = realloc(ports->port, room * sizeof(*p));

		if (!p)
			return NULL;
		ports->port = p;
		ports->room = room;
	}
	ports->port[ports->count] = (struct port){.hooks = ATTACHMENT_NONE};
	return &ports->port[ports->count++];
}

static struct port *find(struct ports *ports, uint32_t ifindex)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->port[i].ifindex == ifindex)
			return &ports->port[i];
	return NULL;
}

static void tell(const struct ports *ports, void (*fn)(const struct port *, void *), const struct port *port)
{
	if (fn)
		fn(port, ports->events.user);
}

static const char *bridge_of(const struct links *links, const struct link *link)
{
	const struct link *master = links_by_index(links, link->master);

	return link_is_bridge(master) ? master->name : "";
}

/* Take over name, bridge and state. True where one of them changed. */
static bool describe(struct port *port, const struct links *links, const struct link *link)
{
	struct port before = *port;

	memcpy(port->name, link->name, sizeof(port->name));
	strcpy(port->bridge, bridge_of(links, link));
	port->up = link->up;
	if (before.name[0] && strcmp(before.name, port->name) != 0)
		log_info("%s: renamed from %s", port->name, before.name);
	return strcmp(before.name, port->name) != 0 || strcmp(before.bridge, port->bridge) != 0 || before.up != port->up;
}

static int add(struct ports *ports, const struct links *links, const struct link *link)
{
	struct port *port = new_port(ports);
	int r;

	if (!port)
		return log_errno_r(-ENOMEM, "%s", link->name);
	port->ifindex = link->ifindex;
	describe(port, links, link);
	r = hook(ports, port, link);
	port->failed = r < 0;
	if (r == 0)
		tell(ports, ports->events.added, port);
	return r;
}

static void drop(struct ports *ports, struct port *port)
{
	bool was_hooked = !port->failed;

	log_info("%s: no longer watched", port->name);
	if (was_hooked)
		tell(ports, ports->events.removed, port);
	unhook(ports, port);
	*port = ports->port[--ports->count];
}

static void update(struct ports *ports, struct port *port, const struct links *links, const struct link *link)
{
	if (describe(port, links, link) && !port->failed)
		tell(ports, ports->events.changed, port);
	if (!port->failed)
		return;
	if (hook(ports, port, link) < 0)
		return;
	port->failed = false;
	tell(ports, ports->events.added, port);
}

static bool wanted(const struct desired *desired, const struct port *port)
{
	for (size_t i = 0; i < desired->count; i++)
		if (desired->link[i]->ifindex == port->ifindex)
			return true;
	return false;
}

/* The one place where hooks change. At start the first failure ends it; later a port that fails does not concern the others. */
static int apply(struct ports *ports, const struct links *links, const struct desired *desired)
{
	for (size_t i = ports->count; i-- > 0;) {
		struct port *port = &ports->port[i];

		if (!wanted(desired, port) || (!port->failed && !hook_alive(&port->hooks)))
			drop(ports, port);
	}
	for (size_t i = 0; i < desired->count; i++) {
		struct port *port = find(ports, desired->link[i]->ifindex);
		int r = 0;

		if (port)
			update(ports, port, links, desired->link[i]);
		else
			r = add(ports, links, desired->link[i]);
		if (r < 0 && ports->starting)
			return r;
	}
	return 0;
}

static void note_missing(struct ports *ports, const struct links *links)
{
	for (size_t i = 0; i < ports->names_count; i++) {
		bool missing = !links_by_name(links, ports->names[i]);

		if (missing && !ports->missing[i])
			log_warn("%s: interface is gone: waiting for it to come back", ports->names[i]);
		else if (!missing && ports->missing[i])
			log_info("%s: interface is back", ports->names[i]);
		ports->missing[i] = missing;
	}
}

static int check_names(const struct ports *ports, const struct links *links)
{
	for (size_t i = 0; i < ports->names_count; i++) {
		int r = desired_check(links, ports->names[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Before the first hook slots can still be claimed for them, so that not one of their frames makes a device. */
static int ignore_gateways(struct ports *ports, const struct desired *desired)
{
	uint64_t macs[GATEWAYS_IGNORED];
	int n = gateways_find(desired, macs, GATEWAYS_IGNORED);
	int r = n < 0 ? log_errno_r(n, "cannot list routes and neighbours") : 0;

	for (int i = 0; i < n && r == 0; i++)
		r = kernel_ignore(ports->kernel, macs[i]);
	return r;
}

int ports_resync(struct ports *ports)
{
	_cleanup_(links_free) struct links links = {0};
	_cleanup_(desired_free) struct desired desired = {0};
	int r = links_dump(&links);

	if (r < 0)
		return log_errno_r(r, "cannot list the interfaces");
	if (ports->starting)
		r = check_names(ports, &links);
	r = r < 0 ? r : desired_expand(&links, ports->names, ports->names_count, &desired);
	if (r == 0 && ports->starting)
		r = ignore_gateways(ports, &desired);
	if (r < 0)
		return r;
	note_missing(ports, &links);
	return apply(ports, &links, &desired);
}

static int on_timer(struct loop *loop, uint64_t expirations, void *user)
{
	struct ports *ports = user;

	(void)loop;
	(void)expirations;
	ports->pending = false;
	if (ports_resync(ports) < 0) { /* the next change, or this timer, tries again */
		ports->pending = true;
		loop_set_timer(ports->timer, NS_PER_SECOND, 0);
	}
	return 0;
}

static int on_change(struct loop *loop, uint64_t events, void *user)
{
	struct ports *ports = user;
	int r = links_drain(ports->fd);

	(void)loop;
	(void)events;
	if (r == -ENOBUFS) {
		ports->overflows++;
		log_info("interface messages were lost: listing all interfaces again");
	}
	if (r == 0 || ports->pending)
		return 0;
	ports->pending = true;
	loop_set_timer(ports->timer, SETTLE_NS, 0);
	return 0;
}

static int start(struct ports *ports)
{
	int r = links_watch();

	if (r < 0)
		return log_errno_r(r, "cannot watch the interfaces");
	ports->fd = r;
	r = loop_add_timer(ports->loop, 0, on_timer, ports, &ports->timer);
	r = r < 0 ? r : loop_add_fd(ports->loop, ports->fd, EPOLLIN, on_change, ports, &ports->watch);
	if (r < 0)
		return log_errno_r(r, "cannot watch the interfaces");
	ports->starting = true;
	r = ports_resync(ports);
	ports->starting = false;
	return r;
}

int ports_new(struct ports **ports, struct kernel *kernel, struct loop *loop, char *const *names, size_t count, enum hook hook,
	      const struct ports_events *events)
{
	_cleanup_(ports_free_p) struct ports *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->fd = -1;
	p->missing = calloc(count + 1, sizeof(*p->missing));
	if (!p->missing)
		return -ENOMEM;
	p->kernel = kernel;
	p->loop = loop;
	p->names = names;
	p->names_count = count;
	p->hook = hook;
	if (events)
		p->events = *events;
	r = start(p);
	if (r < 0)
		return r;
	if (!p->count)
		log_warn("no ports yet: waiting for the bridge to get some");
	*ports = TAKE_PTR(p);
	return 0;
}

void ports_free(struct ports *ports)
{
	if (ports->watch)
		loop_remove(ports->loop, ports->watch);
	if (ports->timer)
		loop_remove(ports->loop, ports->timer);
	cleanup_close(&ports->fd);
	for (size_t i = 0; i < ports->count; i++)
		unhook(ports, &ports->port[i]);
	free(ports->port);
	free(ports->missing);
	free(ports);
}

const struct port *ports_list(const struct ports *ports, size_t *count)
{
	*count = ports->count;
	return ports->port;
}

struct iot_port ports_departed(const struct ports *ports)
{
	return ports->departed;
}

int ports_watch_fd(const struct ports *ports)
{
	return ports->fd;
}

unsigned int ports_overflows(const struct ports *ports)
{
	return ports->overflows;
}

int ports_own_macs(const struct ports *ports, uint64_t *macs, size_t room)
{
	_cleanup_(links_free) struct links links = {0};
	_cleanup_(desired_free) struct desired desired = {0};
	int r = links_dump(&links);

	r = r < 0 ? r : desired_expand(&links, ports->names, ports->names_count, &desired);
	return r < 0 ? r : gateways_find_own(&links, &desired, macs, room);
}
