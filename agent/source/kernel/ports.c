/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/ports_internal.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/source/kernel/gateways.h"

#define SETTLE_NS (NS_PER_SECOND / 20) /* one change is many messages: dump once they pause, not for each */
#define GATEWAYS_IGNORED 16

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

	for (int i = 0; i < n && r == 0; i++) {
		r = kernel_ignore(ports->kernel, macs[i]);
		r = r == -ENOENT ? 0 : r; /* a table that is in use already: a pass marks it once it is there */
	}
	return r;
}

int ports_resync(struct ports *ports)
{
	_cleanup_(links_free) struct links links = { 0 };
	_cleanup_(desired_free) struct desired desired = { 0 };
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
	ports->own.fresh = false;
	note_missing(ports, &links);
	return reconcile(ports, &links, &desired);
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

/* Take note of what changed; what is to be done about interfaces waits until messages pause. */
static void drain(struct ports *ports)
{
	int r = links_drain(ports->fd, gateways_touched, &ports->own.gateways);

	if (r == -ENOBUFS) {
		ports->overflows++;
		log_info("interface messages were lost: listing all interfaces again");
	}
	if (r < 0 || r & LINKS_TOUCHED)
		ports->own.fresh = false;
	if ((r >= 0 && !(r & LINKS_CHANGED)) || ports->pending)
		return;
	ports->pending = true;
	loop_set_timer(ports->timer, SETTLE_NS, 0);
}

static int on_change(struct loop *loop, uint64_t events, void *user)
{
	(void)loop;
	(void)events;
	drain(user);
	return 0;
}

static bool is_in_use(const struct ports *ports, const struct iot_port *line)
{
	for (size_t i = 0; i < ports->count; i++) {
		if (ports->port[i].line == line)
			return true;
	}
	return false;
}

/* What earlier agents left for interfaces that are gone, or no longer watched. */
static void settle(struct ports *ports)
{
	struct iot_port *lines = kernel_table(ports->kernel)->ports;
	struct pins *pins = kernel_pins(ports->kernel);
	unsigned int hooks = pins ? pins_settle(pins) : 0;

	if (hooks)
		log_info("removed %u hooks that an earlier agent left", hooks);
	for (uint32_t i = 0; i < IOT_PORTS; i++) {
		if (lines[i].ifindex && !is_in_use(ports, &lines[i]))
			kernel_line_release(ports->kernel, &lines[i]);
	}
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
	if (r == 0)
		settle(ports);
	return r;
}

int ports_new(struct ports **ports, struct kernel *kernel, struct loop *loop, char *const *names, size_t count,
	      enum hook hook, const struct ports_events *events)
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
	for (size_t i = 0; i < ports->count; i++) {
		if (ports->leave)
			hook_leave(&ports->port[i].hooks);
		else
			port_unhook(ports, &ports->port[i]);
	}
	free(ports->port);
	free(ports->missing);
	free(ports);
}

void ports_leave(struct ports *ports)
{
	ports->leave = true;
}

const struct port *ports_list(const struct ports *ports, size_t *count)
{
	*count = ports->count;
	return ports->port;
}

struct iot_port_count ports_count(const struct ports *ports, const struct port *port)
{
	return port->line ? kernel_line_count(ports->kernel, port->line) : (struct iot_port_count){ 0 };
}

struct iot_port_count ports_departed(const struct ports *ports)
{
	return kernel_departed(ports->kernel);
}

int ports_watch_fd(const struct ports *ports)
{
	return ports->fd;
}

unsigned int ports_overflows(const struct ports *ports)
{
	return ports->overflows;
}

static int refresh_own_macs(struct ports *ports)
{
	_cleanup_(links_free) struct links links = { 0 };
	_cleanup_(desired_free) struct desired desired = { 0 };
	int r = links_dump(&links);

	r = r < 0 ? r : desired_expand(&links, ports->names, ports->names_count, &desired);
	r = r < 0 ? r : gateways_find_own(&links, &desired, &ports->own.gateways, ports->own.mac, OWN_MACS_MAX);
	if (r < 0)
		return r;
	ports->own.count = (size_t)r;
	ports->own.fresh = true;
	return 0;
}

int ports_own_macs(struct ports *ports, uint64_t *macs, size_t room)
{
	size_t count;
	int r = 0;

	drain(ports); /* what is already told counts, even if the loop has not come to it */
	if (!ports->own.fresh)
		r = refresh_own_macs(ports);
	if (r < 0)
		return r;
	count = ports->own.count < room ? ports->own.count : room;
	memcpy(macs, ports->own.mac, count * sizeof(*macs));
	return (int)count;
}
