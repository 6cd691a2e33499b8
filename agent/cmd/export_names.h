/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_EXPORT_NAMES_H
#define AGENT_CMD_EXPORT_NAMES_H

#include "agent/history/dataset.h"
#include "agent/history/names.h"
#include "agent/history/store.h"

/**
 * export_names_open - what devices are called, as the store has it; @store NULL: vendors of addresses only
 *
 * NULL where nothing is known, which is a warning.
 */
struct names *export_names_open(struct store *store);

#endif
