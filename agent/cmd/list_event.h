/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LIST_EVENT_H
#define AGENT_CMD_LIST_EVENT_H

#include <cjson/cJSON.h>

#include "agent/output/event.h"
#include "agent/output/render.h"

enum { EVENT_READ_PORTS = 64, EVENT_READ_COUNTS = 32 };

/* An event that was read, and what it points to. */
struct event_read {
	struct event event;
	struct event_context context;
	struct event_port ports[EVENT_READ_PORTS];
	struct event_count skipped[EVENT_READ_COUNTS], partial[EVENT_READ_COUNTS];
};

/**
 * event_read - the reverse of event_render_json(); texts point into @object, which must stay
 *
 * What is missing or of another kind is not known; more ports and counts than there is room for are left out. Returns 0, or -EBADMSG: no
 * event of a type that is known.
 */
int event_read(const cJSON *object, struct event_read *read);

#endif
