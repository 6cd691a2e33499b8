/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_GATEWAYS_H
#define AGENT_SOURCE_KERNEL_GATEWAYS_H

/* Addresses that belong to the network itself. */

#include <stddef.h>
#include <stdint.h>

#include "agent/source/kernel/desired.h"
#include "agent/source/kernel/links.h"

/*
 * The addresses of the desired interfaces and of the bridges above them, and those of the default routes' gateways that are neighbours on
 * one of these, IPv4 and IPv6. Returns how many distinct ones were written, at most `room`, or -errno.
 */
int gateways_find(const struct links *links, const struct desired *desired, uint64_t *macs, size_t room);

#endif
