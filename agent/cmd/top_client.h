/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TOP_CLIENT_H
#define AGENT_CMD_TOP_CLIENT_H

/* One request at the agent's socket whose answers come line by line, into a loop: nothing waits. */

#include "agent/base/buffer.h"
#include "agent/base/loop.h"

#define CLIENT_LINE_MAX ((size_t)32 << 20) /* a snapshot of 4,000 devices with their flows has a few megabytes */

struct top_client;

struct top_client_handler {
	void (*line)(void *user, const char *text, size_t n); /* one answer, without its newline */
	void (*end)(void *user, int error);		      /* no more come: 0 or -errno; top_client_free() is still the caller's */
	void *user;
};

/** top_client_new - connect and send @request, a line; 0 or -errno, not logged: -ENOENT and -ECONNREFUSED where no agent is */
int top_client_new(struct top_client **client, struct loop *loop, const char *socket, const struct buffer *request,
		   const struct top_client_handler *handler);

/** top_client_free - hang up; may be called by the handler itself */
void top_client_free(struct top_client *client);

DEFINE_CLEANUP(struct top_client, top_client_free)

#endif
