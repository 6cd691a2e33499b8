/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TOP_ATTACH_H
#define AGENT_CMD_TOP_ATTACH_H

/* Which agent top looks at: the one that runs, or one of its own for as long as it lasts. */

#include <limits.h>
#include <sys/types.h>

#include "agent/base/buffer.h"
#include "agent/base/loop.h"

struct top_agent {
	char socket[108];
	char directory[32]; /* of an agent of its own */
	char port[32];	    /* that was named out of several that it watches; "": none was */
	pid_t pid;	    /* of an agent of its own; 0: none */
	int log;	    /* its stderr; -1: none */
	struct buffer said; /* the end of what it wrote there */
	struct loop_source *source;
};

#define TOP_AGENT_NONE { .log = -1 }

/**
 * top_attach - find the agent that answers at @socket, or start one
 * @socket: NULL: the usual one, and an agent of top's own where there is none, or none for @iface
 * @iface: a bridge or a port; NULL: whatever the agent watches
 *
 * Returns -1, or an exit code after logging cause and remedy.
 */
int top_attach(struct top_agent *agent, const char *socket, const char *iface);

/** top_attach_watch - keep what an agent of its own says, and quit the loop with EX_UNAVAILABLE when it ends; 0 or -errno */
int top_attach_watch(struct top_agent *agent, struct loop *loop);

/** top_detach - end an agent of its own and say what it had to say, on stderr; the terminal must be given back before */
void top_detach(struct top_agent *agent);

#endif
