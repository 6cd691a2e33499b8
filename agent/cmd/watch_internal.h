/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_WATCH_INTERNAL_H
#define AGENT_CMD_WATCH_INTERNAL_H

#include "agent/cmd/watch.h"

#define WATCH_GONE_S 1800 /* a device that was silent that long is told as gone; it stays known */

/* The owner's word on a device; function "": the model says. */
struct watch_word {
	uint64_t mac;
	char type[IDENTIFY_NAME], function[IDENTIFY_NAME];
};

struct watch {
	struct watch_options options;
	struct history *history;
	struct tracker *tracker;
	struct track *tracks; /* by flow number */
	struct identify *identify, *shadow;
	struct watch_word *words;
	size_t word_count;
	struct watch_period *found;
	size_t found_count, found_room;
	uint32_t now, now_ms; /* of the pass under way */
	uint32_t busiest;     /* packets of the busiest device since its ring was last read */
	uint32_t flow_number; /* flow whose track is being updated */
	uint32_t *flow_told;  /* second of a flow's last flow event */
	uint32_t *function_since; /* by device: second its present function started */
	bool final;
	int error; /* first one of a pass */
};

/* Build and emit one event each; watch_events.c. */
void watch_tell_device(struct watch *w, uint32_t number, enum event_device_action action, const struct verdict *v,
		       const char *previous, const char *reason);
void watch_tell_function(struct watch *w, uint32_t number, enum event_function_action action, const struct verdict *v);
void watch_tell_period(struct watch *w, uint32_t flow_number, const struct tracked_period *p, bool found);
void watch_tell_flow(struct watch *w, uint32_t flow_number);

/* Tell the identification of a device that appeared what its owner said; watch_owner.c. */
void watch_apply_word(struct watch *w, uint32_t number);

/* Keep the first error of a pass. */
static inline void watch_note_error(struct watch *w, int r)
{
	if (r < 0 && !w->error)
		w->error = r;
}

#endif
