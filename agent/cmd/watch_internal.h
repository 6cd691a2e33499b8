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

/* What is told of a device, by its number. */
struct watch_device {
	int64_t first_us;    /* first packet */
	int64_t function_us; /* begin of the function that runs */
	const char *shadow_label, *shadow_function; /* how the shadow differs */
	uint32_t shadow_passes; /* for so many passes */
};

/* A flow that has, or had, a period. */
struct watch_periodic {
	uint32_t flow;
	uint32_t second;  /* of the latest question, */
	bool asked, foretold; /* and its answer */
	uint32_t began;	  /* second in which the flow became active */
	uint32_t packets; /* since then */
};

struct rhythm;

struct watch {
	struct watch_options options;
	struct history *history;
	struct tracker *tracker;
	struct track **tracks; /* by flow number, NULL until it is looked for periods: slots are scattered, and so would its memory be */
	struct identify *identify, *shadow; /* shadow: NULL without one */
	struct rhythm *rhythm; /* NULL until a model wants it */
	struct watch_device *devices; /* by number */
	struct watch_word *words;
	size_t word_count;
	struct watch_periodic *periodic;
	size_t periodic_count, periodic_room;
	const struct iot_packet *batch; /* packets that are being identified, */
	bool batch_expected[IOT_RING];	/* and whether a period foretold each: asked once for all models */
	struct watch_period *found;
	size_t found_count, found_room;
	uint32_t now, now_ms; /* of the pass under way */
	uint32_t passed_ms;   /* after it, at the end */
	uint32_t busiest;     /* packets of the busiest device since its ring was last read */
	uint32_t flow_number; /* flow whose track is being updated */
	uint32_t *flow_told;  /* second of a flow's last flow event */
	bool final;
	int error; /* first one of a pass */
};

/* Build and emit one event each; watch_events.c. */
void watch_tell_device(struct watch *w, uint32_t number, enum event_device_action action, const struct verdict *v, const char *previous);
void watch_tell_function(struct watch *w, uint32_t number, enum event_function_action action, const struct verdict *v);
void watch_tell_shadow(struct watch *w, uint32_t number, const struct verdict *now, const struct verdict *shadow);
void watch_tell_period(struct watch *w, uint32_t flow_number, const struct tracked_period *p, bool found);
void watch_tell_flow(struct watch *w, uint32_t flow_number);

/** watch_ms_us - microseconds since 1970 of a time of the table's clock near that of the pass, as iot_packet.ms */
int64_t watch_ms_us(const struct watch *w, uint32_t ms);

/* Identification; watch_identify.c. */
void watch_packets(struct watch *w, uint32_t number, const struct iot_packet *packets, uint32_t n, bool begins);
void watch_decide(struct watch *w, uint32_t number); /* and say what it changed */
void watch_forget(struct watch *w, uint32_t number);

/** watch_rhythm - evaluate the rhythms that are due; watch_rhythm.c */
void watch_rhythm(struct watch *w);
void watch_rhythm_forget(struct watch *w, uint32_t flow);
void rhythm_free(struct rhythm *rhythm);

/* Flows with a period, and whether one foretold the next packet of a device, in order; watch_expected.c. */
void watch_note_periodic(struct watch *w, uint32_t flow);
void watch_drop_periodic(struct watch *w, uint32_t flow);
bool watch_expected(struct watch *w, uint32_t device, const struct iot_packet *packet);

/* Tell the identification of a device that appeared what its owner said; watch_owner.c. */
void watch_apply_word(struct watch *w, uint32_t number);

/* Keep the first error of a pass. */
static inline void watch_note_error(struct watch *w, int r)
{
	if (r < 0 && !w->error)
		w->error = r;
}

#endif
