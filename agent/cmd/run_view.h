/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_VIEW_H
#define AGENT_CMD_RUN_VIEW_H

/*
 * The running agent as those see it who look at it now and then: every device with its rates, activity, periods, type and function, and what
 * deserves attention. Kept up once a second beside the watch; made into one JSON object, a snapshot, when somebody asks
 * (agent/share/schema/snapshot.json).
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/output/event.h"

struct runner;
struct view;

#define VIEW_FUNCTIONS 32 /* past functions kept of a device */
#define VIEW_ALERTS 64

/** view_new - @r must stay, and have a watch before the first pass; NULL when memory is short */
struct view *view_new(const struct runner *r);
void view_free(struct view *view);

/** view_pass - after the watch's pass: rates of the time since the last one, and losses */
void view_pass(struct view *view);

/** view_forget - alerts about @mac no longer say what they were */
void view_forget(struct view *view, uint64_t mac);

/** view_event - an event that was told: functions and alerts come from them */
void view_event(struct view *view, const struct event *event);

/** VIEW_EVENTS - the types that view_event() has a use for */
#define VIEW_EVENTS (EVENT_BIT(EVENT_DEVICE) | EVENT_BIT(EVENT_FUNCTION))

struct view_options {
	uint64_t device; /* this one only; 0: all */
	bool flows;	 /* and each one's flows and past functions */
};

/** view_snapshot - append the object and a newline; failure is in @out->failed */
void view_snapshot(const struct view *view, const struct view_options *options, struct buffer *out);

#endif
