/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_PORTS_INTERNAL_H
#define AGENT_SOURCE_KERNEL_PORTS_INTERNAL_H

/* Shared by ports.c, which says when, and reconcile.c, which says what to hook. */

#include "agent/source/kernel/desired.h"
#include "agent/source/kernel/gateways.h"
#include "agent/source/kernel/ports.h"

#define OWN_MACS_MAX 64

/* What ports_own_macs() found last: routing tables can be long, so they are read when something changed. */
struct own_macs {
	uint64_t mac[OWN_MACS_MAX];
	size_t count;
	struct gateways gateways; /* their next hops */
	bool fresh; /* nothing changed since */
};

struct ports {
	struct kernel *kernel;
	struct loop *loop;
	struct loop_source *watch, *timer;
	int fd;
	bool pending; /* the timer runs */
	bool starting;
	bool leave; /* hooks stay when this ends */
	enum hook hook;
	char *const *names;
	size_t names_count;
	bool *missing; /* by name: said to be gone */
	struct ports_events events;
	struct port *port;
	size_t count, room;
	struct own_macs own;
	unsigned int overflows;
};

/*
 * Make the ports those of `desired`: the one place where hooks change. While starting, the first failure ends it
 * (-errno, logged; what is hooked by then stays for ports_free()); later a port that fails does not concern the others,
 * and 0 is returned.
 */
int reconcile(struct ports *ports, const struct links *links, const struct desired *desired);

/* Take one port's hooks off and give its line back. */
void port_unhook(struct ports *ports, struct port *port);

#endif
