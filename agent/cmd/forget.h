/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_FORGET_H
#define AGENT_CMD_FORGET_H

/* The parts of `iotbpf forget`: forget.c erases what is kept, forget_agent.c asks a running agent to. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/json.h"
#include "agent/history/forget.h"

struct forget_values {
	const char *state, *socket;
	bool yes, json;
};

/** forget_put - the counts of what is gone, as members */
void forget_put(struct json *json, const struct forgotten *gone);

/** forget_say - what is gone of a device, for people or as an object; @name "": none */
void forget_say(uint64_t mac, const char *name, const struct forgotten *gone, bool json);

/** forget_is_sure - ask whoever sits there */
bool forget_is_sure(void);

/** forget_is_agents - does an agent run that keeps its state in @directory? It would write what it holds in memory after us */
bool forget_is_agents(const struct forget_values *v, const char *directory);

/** forget_by_agent - the exit code */
int forget_by_agent(const struct forget_values *v, const char *device);

#endif
