/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LIST_STORE_H
#define AGENT_CMD_LIST_STORE_H

#include "agent/cmd/list.h"

/**
 * list_from_store - the latest part of the history in the state directory
 * @seconds: so much of it
 * @live: an agent runs, which has just written what it held: the history ends now, not with the last thing that happened
 *
 * EX_OK and *@list, or an exit code, logged.
 */
int list_from_store(const char *state, int64_t seconds, bool live, struct list *list);

/** list_from_captures - what the files of --read hold; likewise. Part of a list where a file is damaged, with the exit code that says so */
int list_from_captures(const struct list_values *values, struct list *list);

#endif
