/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_NAMES_COPIES_H
#define AGENT_HISTORY_NAMES_COPIES_H

/* Names from a capture's frames. */

#include "agent/history/names.h"
#include "agent/source/copies.h"

/**
 * names_take_copies - what the frames say that the fast path copied from a capture, parsed in this process: whoever reads a capture needs
 * no privilege for it
 */
void names_take_copies(struct names *names, const struct iot_table *table);

#endif
