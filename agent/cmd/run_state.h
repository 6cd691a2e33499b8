/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_STATE_H
#define AGENT_CMD_RUN_STATE_H

/* What the running agent keeps over restarts: the store with the owner's labels and the history, and the library of models. */

#include "agent/base/json.h"
#include "agent/cmd/model_library.h"
#include "agent/cmd/run_forget.h"
#include "agent/cmd/run_record.h"
#include "agent/history/labels_collect.h"

#define STATE_DIRECTORY "/var/lib/iotbpf"

struct runner;

struct run_state {
	const char *directory; /* NULL: none is kept */
	struct store store;
	struct collect *collect; /* NULL: nothing is kept; store.why says why */
	struct run_record record; /* history */
	struct run_forget forget; /* a device that is being erased */
	struct library library;
	bool warned; /* of a failure to write; reset when writing works again */
};

/** state_directory - of --state: @option, else $IOTBPF_STATE, else STATE_DIRECTORY; NULL for "none" */
const char *state_directory(const char *option);

/**
 * run_state_open - open the store; what cannot be used is one warning, and the agent goes on without
 * @set_aside: rename a damaged database and begin a new one
 */
void run_state_open(struct runner *r, bool set_aside);

/** run_state_start - take up labels and history, once the watch is there; and tell it of the labels */
void run_state_start(struct runner *r);

/** run_state_pass - once a second, after the watch's pass */
void run_state_pass(struct runner *r);

/** run_state_close - end labels under way; the watch's listener must not be called any more */
void run_state_close(struct runner *r);

/** run_state_put - the members "state" and "history" of the status */
void run_state_put(const struct runner *r, struct json *j);

/** run_state_now - the time of a request: the rings are read up to it */
struct collect_now run_state_now(struct runner *r);

/** run_state_tell - tell the watch what the owner says of @mac now; 0 or -errno, logged */
int run_state_tell(struct runner *r, uint64_t mac);

/** run_state_listener - of the watch: whatever it finds and is kept */
struct watch_listener run_state_listener(struct runner *r);

#endif
