/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_REQUESTS_H
#define AGENT_CMD_RUN_REQUESTS_H

/*
 * What the running agent is asked at its socket, and what it answers: one JSON object each. A request is
 * {"protocol":1,"request":NAME,...}; an answer {"protocol":1,"ok":true,...} or {"protocol":1,"ok":false,"error":TEXT,"exit":CODE}, where CODE is
 * the exit status (sysexits) of the command that asked. An empty line asks for the status, whose object is older than the protocol. Two
 * requests have a sequel: `snapshot`, whose answer may come again and again, and `subscribe`. See iotbpf-socket(7).
 */

#include <cjson/cJSON.h>

#include "agent/base/json.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/run_internal.h"
#include "agent/cmd/run_view.h"

/* What comes after the answer, or in its place. */
enum run_sequel { SEQUEL_NONE, SEQUEL_SNAPSHOT, SEQUEL_SNAPSHOTS, SEQUEL_EVENTS };

struct run_follow {
	enum run_sequel sequel;
	struct view_options view; /* of snapshots, */
	int64_t every_ns;	  /* and how often */
	uint32_t mask;		  /* EVENT_BIT()s of the events wanted, */
	bool recent, live;	  /* those that are still kept; and those to come */
};

/** run_request - the answer to one line, appended to @out, and what is to follow it */
void run_request(struct runner *r, const char *line, struct buffer *out, struct run_follow *follow);

/** run_request_refuse - an answer that says why there is none */
void run_request_refuse(struct buffer *out, const char *why);

/* What a handler writes: members of the answer, or a refusal in their place. */
struct reply {
	struct json json;
	char error[STORE_WHY + 64];
	int exit;
	struct run_follow follow;
};

/** reply_refuse - the request fails, for a reason in words and an exit code; returns -1 */
int reply_refuse(struct reply *reply, int exit, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * run_device_find - the device that a request means: an address, known or not; or the name, the address or the owner's type of one device, or
 * the beginning of one
 *
 * Returns 0, or -1 after reply_refuse().
 */
int run_device_find(const struct runner *r, const char *text, uint64_t *mac, struct reply *reply);

/* Handlers of one request each: 0, or -1 after reply_refuse(). They write members only where they succeed. */
int run_request_label(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_labels(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_unlabel(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_name(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_merge(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_model(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_snapshot(struct runner *r, const cJSON *request, struct reply *reply);
int run_request_subscribe(struct runner *r, const cJSON *request, struct reply *reply);

#endif
