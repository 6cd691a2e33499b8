/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_RECORD_H
#define AGENT_CMD_RUN_RECORD_H

/* The running agent's history: what the watch finds goes to the recorder, what the recorder holds goes to the store every few minutes. */

#include <cjson/cJSON.h>

#include "agent/base/json.h"
#include "agent/cmd/watch.h"
#include "agent/history/archive.h"

struct reply;
struct runner;

/* Part of struct run_state. */
struct run_record {
	struct record *record; /* NULL: no history is kept */
	struct archive archive;
	int64_t offset_s;   /* seconds since 1970 of second 0 of the table's clock; valid where dated */
	bool dated;	    /* the system's clock has been right since the agent began */
	int64_t due_ns;	    /* CLOCK_MONOTONIC of the next writing */
	int64_t written_us; /* of the latest one that worked; 0: none */
	int64_t written_ns; /* the same of CLOCK_MONOTONIC */
	uint64_t writes, failures;
	bool failing; /* the latest one did not work: told once */
	char why[STORE_WHY];
};

/** run_record_start - take up history, once the store is open and the watch is there; what does not work is one warning */
void run_record_start(struct runner *r);

/** run_record_take_up - once it is known whether a history is kept: what an agent without one counted in this table is no part of it */
void run_record_take_up(struct runner *r);

/** run_record_pass - once a second, after the watch's pass: look at what changed, write what is due */
void run_record_pass(struct runner *r);

/** run_record_flush - write what waits, now; where no history is kept that is nothing. 0, -EAGAIN or -EIO with store.why */
int run_record_flush(struct runner *r);

/** run_record_close - write everything; before the table and the store go */
void run_record_close(struct runner *r);

/** run_record_put - the member "history" of the status */
void run_record_put(const struct runner *r, struct json *j);

/** run_request_write - {"request":"write"}: write now, for somebody who is going to read; answers "written_to" */
int run_request_write(struct runner *r, const cJSON *request, struct reply *reply);

/* Listener of the watch; @user is the runner. */
void run_record_flow_active(void *user, uint32_t flow);
void run_record_flow_released(void *user, uint32_t flow);
void run_record_device_active(void *user, uint32_t device);
void run_record_device_released(struct runner *r, uint32_t device);
void run_record_type(void *user, uint32_t device, const struct verdict *verdict);
void run_record_function(void *user, uint32_t device, const struct watch_function *function);
void run_record_period(void *user, uint32_t flow, const struct tracked_period *period, bool found, int64_t at_us);

#endif
