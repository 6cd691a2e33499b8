/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_HISTORY_KEPT_H
#define AGENT_HISTORY_HISTORY_KEPT_H

/* What the history keeps for the next agent. Each does nothing where nothing is kept. */

#include "agent/history/history.h"

/* A device appeared: take up what is kept of it, or begin to keep it. */
void kept_device_appeared(struct history *history, uint32_t number);

/* After a pass: how far it came. */
void kept_pass(const struct history *history);

/* A flow's slot is going to be marked dead: whose it was must be known until it is given back. */
void kept_flow_retires(const struct history *history, uint32_t number);

/* A slot is given back. */
void kept_flow_released(const struct history *history, uint32_t number);
void kept_device_released(const struct history *history, uint32_t number);

#endif
