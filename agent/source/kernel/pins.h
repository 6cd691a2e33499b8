/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_PINS_H
#define AGENT_SOURCE_KERNEL_PINS_H

/*
 * Hooks and the table as files of a bpf file system, where they outlive their agent: the next one takes them over.
 *
 *	DIR/NAMESPACE/LAYOUT/NAME	a map of the table
 *	DIR/NAMESPACE/LAYOUT/in-7	the bpf_link at the ingress of interface number 7; out-7: at its egress
 *
 * NAMESPACE is the cookie of the network namespace, LAYOUT a hash of what a table's layout rests on: an agent never takes a table that it
 * could misread, but replaces the programs of any agent's link. Whoever works with a namespace's directory holds a lock on it, which ends
 * with the process.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

#define PINS_DIRECTORY "/sys/fs/bpf/iotbpf"
#define PINS_WHY 192

struct pins;

/*
 * Make sure of the directories below `directory`, lock them. Returns 0 or -errno, with the cause and remedy in words in `why`:
 * -ENODEV: no bpf file system; -EBUSY: another agent works there; -EACCES, -EROFS, ... Logs nothing.
 */
int pins_open(struct pins **pins, const char *directory, char why[PINS_WHY]);

/* Could something be pinned below `directory`? As pins_open(), but makes and locks nothing. */
int pins_check(const char *directory, char why[PINS_WHY]);

/* End the work: what is pinned stays. */
void pins_close(struct pins *pins);
DEFINE_CLEANUP(struct pins, pins_close)

/* Unpin everything of this namespace and detach the hooks among it. */
void pins_remove(struct pins *pins);

/* Where this layout's files are. */
const char *pins_path(const struct pins *pins);

/* Is there a directory of another layout? */
bool pins_has_other(const struct pins *pins);

/* A map by name: its descriptor, which is the caller's, or -errno (-ENOENT). */
int pins_get_map(const struct pins *pins, const char *name);

/* Pin a map in place of what has its name. 0 or -errno. */
int pins_put_map(struct pins *pins, const char *name, int fd);

/* Take the name of a map away; -errno where that fails (-ENOENT: there is none). */
int pins_drop_map(struct pins *pins, const char *name);

/* The link that an agent of any layout pinned for a direction of an interface, still attached to it: the caller's descriptor, or -errno. */
int pins_get_link(const struct pins *pins, uint32_t ifindex, bool egress);

/* Pin a link, in place of what an agent of any layout pinned there. 0 or -errno. */
int pins_put_link(struct pins *pins, uint32_t ifindex, bool egress, int fd);

/* Detach what is pinned there, by an agent of any layout, and take its name away; harmless where nothing is. */
void pins_drop_link(struct pins *pins, uint32_t ifindex, bool egress);

/* Links that this agent pinned. */
unsigned int pins_count(const struct pins *pins);

/*
 * The hooks are in place: remove what earlier agents left beyond them, links of interfaces that are no longer watched and other layouts'
 * tables, and directories of namespaces that are gone. Returns how many hooks that detached.
 */
unsigned int pins_settle(struct pins *pins);

/* What pins_detach() took away. */
struct pins_removed {
	unsigned int hooks, maps;
	bool held; /* an agent works there: nothing was touched */
};

/*
 * Without an agent: detach and unpin what is below `directory` for this network namespace; with `ifindex` other than 0 only that
 * interface's hooks, and the table with the last of them. Returns 0, also where nothing is, or -errno.
 */
int pins_detach(const char *directory, uint32_t ifindex, struct pins_removed *removed);

#endif
