/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_PORTS_H
#define AGENT_SOURCE_KERNEL_PORTS_H

/*
 * The hooked interfaces. A bridge that the user names stands for its ports, as they come and go; anything else stands
 * for itself. Route netlink only says that something changed; then one function dumps all interfaces, works out which
 * should be hooked, and makes it so. Lost messages are therefore no special case.
 */

#include <net/if.h>
#include <stddef.h>

#include "agent/base/loop.h"
#include "agent/source/kernel/hook.h"
#include "agent/source/kernel/kernel.h"

struct port {
	uint32_t ifindex;
	char name[IFNAMSIZ];
	char bridge[IFNAMSIZ]; /* that it is a port of; empty: none */
	bool up;
	bool failed;               /* could not be hooked, logged; tried again when it changes */
	struct attachment hooks;   /* hook_name(hooks.ingress), .egress, .note */
	struct iot_port *line;     /* in the kernel's memory, see kernel_line_count(); NULL while failed */
};

/* Calls when a port was hooked, was taken off (the struct is still whole), or changed name, bridge or state. Any may be
 * NULL. */
struct ports_events {
	void (*added)(const struct port *port, void *user);
	void (*removed)(const struct port *port, void *user);
	void (*changed)(const struct port *port, void *user);
	void *user;
};

struct ports;

/*
 * Hook what `names` stand for and follow it on `loop`. All names must exist at the start; later they may go and come
 * back. Returns 0 or -errno, logged, with nothing left attached: -ENODEV (no such interface), -EINVAL (an interface
 * that cannot be watched), or as hook_attach(). kernel, loop and names must outlive the ports.
 */
int ports_new(struct ports **ports, struct kernel *kernel, struct loop *loop, char *const *names, size_t count,
	      enum hook hook, const struct ports_events *events);

/* ports_free() is to leave the hooks where they are, pinned, for the next agent: see kernel_leave(). */
void ports_leave(struct ports *ports);

/* Take everything off. */
void ports_free(struct ports *ports);
DEFINE_CLEANUP(struct ports, ports_free)

/* The ports as they are; valid until the loop runs again. */
const struct port *ports_list(const struct ports *ports, size_t *count);

/* What was seen at a port; all zero while it is failed. */
struct iot_port_count ports_count(const struct ports *ports, const struct port *port);

/* The same of ports that are gone, for totals that never go back. */
struct iot_port_count ports_departed(const struct ports *ports);

/*
 * Addresses that are no devices: of the named bridges, of the hooked interfaces, and of the default gateways that live
 * behind them, as far as the kernel's neighbour table knows. Returns how many were written, at most `room`, each once;
 * or -errno. May be asked often: looked up again only when interfaces, default routes or what is known of a gateway
 * changed.
 */
int ports_own_macs(struct ports *ports, uint64_t *macs, size_t room);

/* Dump and reconcile now instead of at the next change. Returns 0 or -errno (the dump failed; the ports stay as they
 * were). */
int ports_resync(struct ports *ports);

/* The socket that is watched, for tests that starve it. */
int ports_watch_fd(const struct ports *ports);

/* How often messages were lost and everything was dumped anew. */
unsigned int ports_overflows(const struct ports *ports);

#endif
