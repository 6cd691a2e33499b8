/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_RETIRE_H
#define AGENT_HISTORY_RETIRE_H

/* Slots that are marked dead, for history_age() to give back when no program can still hold them. */

#include "agent/history/history.h"

void retire_device(struct history *history, uint32_t number);
void retire_flow(struct history *history, uint32_t number);

#endif
