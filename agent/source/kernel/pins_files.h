/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_PINS_FILES_H
#define AGENT_SOURCE_KERNEL_PINS_FILES_H

/* What can be in a directory of pins, for pins.c: names, links, and their removal. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/source/kernel/pins.h"

enum { PINS_PATH = 512 };

/* "in-7", "out-7" */
void pins_link_name(uint32_t ifindex, bool egress, char *out, size_t size);

/* The opposite: is it one, and of which interface and direction? */
bool pins_parse_link(const char *name, uint32_t *ifindex, bool *egress);

/* snprintf(), -ENAMETOOLONG where it does not fit. */
int pins_join(char out[PINS_PATH], const char *directory, const char *name);

/* Call `fn` for each file in a directory with the path of both; what it returns other than 0 ends it. -ENOENT: no directory. */
int pins_each(const char *directory, int (*fn)(const char *path, const char *name, void *user), void *user);

/* Detach the link at a path, where there is one, and unlink it. True where it was attached. */
bool pins_remove_link(const char *path);

/* Remove a layout's directory with all that is in it: only the links of `ifindex` and what no link is left for, where it is not 0. */
void pins_remove_layout(const char *path, uint32_t ifindex, struct pins_removed *removed);

/* Has a layout's directory a link that is attached? */
bool pins_has_links(const char *path);

#endif
