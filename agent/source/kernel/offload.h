/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_OFFLOAD_H
#define AGENT_SOURCE_KERNEL_OFFLOAD_H

#include <stdbool.h>

#include "agent/source/kernel/links.h"

/*
 * Why may this interface's hardware forward frames by itself, which no hook sees? "a port of a hardware switch" (its
 * driver tells a switch id: switchdev, DSA), "hw-tc-offload is on" (flow tables and filters may be in the NIC), or NULL:
 * nothing the kernel tells says so.
 */
const char *offload_reason(const struct link *link);

#endif
