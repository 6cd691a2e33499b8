/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_FORGET_H
#define AGENT_CMD_RUN_FORGET_H

/*
 * Erasing a device while the agent runs: first its slots are given back, which ends what is under way and takes two passes; then what waits
 * is written, the store erases it, and names, labels and events go from memory. One device at a time; whoever asked asks again until it is done.
 */

#include <cjson/cJSON.h>

#include "agent/history/forget.h"

struct reply;
struct runner;

#define FORGET_ADDRESSES 64 /* of one device */

enum forget_stage { FORGET_NOTHING, FORGET_ASKED, FORGET_RETIRED, FORGET_DONE, FORGET_FAILED };

/* Part of struct run_state. */
struct run_forget {
	enum forget_stage stage;
	uint64_t macs[FORGET_ADDRESSES]; /* the device's own first, then those that were merged into it */
	size_t count;
	struct forgotten gone;
	char why[STORE_WHY]; /* FORGET_FAILED */
};

/** run_forget_pass - once a second, after the watch's pass and all that listens to it */
void run_forget_pass(struct runner *r);

/**
 * run_request_forget - {"request":"forget","device":D}: which device that is; with "sure":true erase it, and say whether that is done
 *
 * "done" is told once.
 */
int run_request_forget(struct runner *r, const cJSON *request, struct reply *reply);

#endif
