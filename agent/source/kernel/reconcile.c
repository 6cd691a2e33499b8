/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/ports_internal.h"

#include <errno.h>
#include <string.h>

#include "agent/base/log.h"

void port_unhook(struct ports *ports, struct port *port)
{
	hook_detach(&port->hooks);
	if (!port->line)
		return;
	kernel_line_release(ports->kernel, port->line);
	port->line = NULL;
}

static int hook(struct ports *ports, struct port *port, const struct link *link)
{
	int r = kernel_line_take(ports->kernel, link->ifindex, &port->line);

	if (r < 0)
		return log_error_r(r, "%s: no free port line near interface number %u", link->name, link->ifindex);
	r = hook_attach(ports->kernel, link, ports->hook, &port->hooks);
	if (r < 0) {
		kernel_line_release(ports->kernel, port->line);
		port->line = NULL;
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
	ports->port[ports->count] = (struct port){ .hooks = ATTACHMENT_NONE };
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
	return strcmp(before.name, port->name) != 0 || strcmp(before.bridge, port->bridge) != 0 ||
	       before.up != port->up;
}

/*
 * An interface may go between the listing and its hook, and another one come under its number and name. That is told after the listing,
 * so it is looked at again; the port must not be there then, as one that failed and has not changed since is not tried again.
 */
static void forget_vanished(struct ports *ports, struct port *port, int r)
{
	if (r == -ENODEV)
		*port = ports->port[--ports->count];
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
	forget_vanished(ports, port, r);
	return r;
}

static void drop(struct ports *ports, struct port *port)
{
	bool was_hooked = !port->failed;

	log_info("%s: no longer watched", port->name);
	if (was_hooked)
		tell(ports, ports->events.removed, port);
	port_unhook(ports, port);
	*port = ports->port[--ports->count];
}

static void update(struct ports *ports, struct port *port, const struct links *links, const struct link *link)
{
	int r;

	if (!describe(port, links, link))
		return;
	if (!port->failed) {
		tell(ports, ports->events.changed, port);
		return;
	}
	r = hook(ports, port, link);
	forget_vanished(ports, port, r);
	if (r < 0)
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

int reconcile(struct ports *ports, const struct links *links, const struct desired *desired)
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
