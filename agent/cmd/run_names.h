/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_NAMES_H
#define AGENT_CMD_RUN_NAMES_H

/* What the running agent knows of its devices' names: gathered from the wire, the neighbour table, leases files and the owner. */

#include <stdint.h>

#include "agent/base/json.h"

struct runner;

/**
 * run_names_open - nothing is known yet; what cannot be is one warning, and the agent goes on without
 *
 * Before anything else is opened: the process that parses frames is forked here and inherits what there is.
 */
void run_names_open(struct runner *r);

/** run_names_start - take up what the store holds and begin to listen: the store, the loop and the watch are there */
void run_names_start(struct runner *r);

/** run_names_close - write what is not written; the store is still there, the loop may be */
void run_names_close(struct runner *r);

/** run_names_pass - once a second, after the watch's pass */
void run_names_pass(struct runner *r);

/** run_names_put - the member "names" of the status */
void run_names_put(const struct runner *r, struct json *j);

/** run_names_said - what somebody calls the device @mac, NULL where nobody does; @user is the runner: for events */
const char *run_names_said(void *user, uint64_t mac);

#endif
