/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_WATCH_H
#define AGENT_CMD_WATCH_H

/*
 * From slots to events: one watch_pass() takes up what the table holds, updates history, periods and decisions, and says what
 * changed. `run` calls it once a second on the kernel's table, `read` on a capture's clock; nothing in it knows which.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/analysis/track.h"
#include "agent/base/options.h"
#include "agent/history/history.h"
#include "agent/identify/identify.h"
#include "agent/output/events.h"

/* How the table's clock and ports look from outside. */
struct watch_world {
	int64_t (*wall_us)(void *user, uint32_t second); /* microseconds since 1970 of a second of the table's clock */
	const char *(*port_name)(void *user, uint32_t ifindex); /* NULL: none; the function itself may be NULL */
	const char *(*device_name)(void *user, uint64_t mac);   /* the same */
	void *user;
};

/* A function that begins or is over. */
struct watch_function {
	const char *label;
	float p;    /* of device and function together */
	bool owner; /* the owner says so */
	bool over;
	int64_t from_us, at_us; /* begin; now: microseconds since 1970 */
};

/*
 * Somebody else who wants what the watch reads and finds: each may be NULL. Called during a pass or watch_rings(); `device` and `flow` are
 * numbers of slots, `mac` a device's owner.
 */
struct watch_listener {
	void (*device)(void *user, uint32_t device, uint64_t mac, bool known); /* appeared; not known: its slot is given back */
	void (*packets)(void *user, uint32_t device, uint64_t mac, const struct iot_packet *packets, uint32_t n);
	void (*device_active)(void *user, uint32_t device);	  /* sent or received since the last pass */
	void (*flow_active)(void *user, uint32_t flow);		  /* its activity changed since the last pass */
	void (*flow_released)(void *user, uint32_t flow);	  /* before its slot is cleared */
	void (*type)(void *user, uint32_t device, const struct verdict *verdict); /* what is believed of it changed */
	void (*function)(void *user, uint32_t device, const struct watch_function *function);
	void (*period)(void *user, uint32_t flow, const struct tracked_period *period, bool found, int64_t at_us); /* found or lost */
	void *user;
};

struct watch_options {
	const struct iot_table *table;
	const struct kept *kept;   /* go on where an earlier agent ended, see history_keep(); NULL: nothing is kept */
	const struct model *model; /* NULL: devices and functions are not identified */
	const struct model *shadow; /* NULL: none; see watch_set_shadow() */
	struct events *events;	   /* NULL: nothing is told, everything is kept */
	const struct mac_list *only; /* tell of these devices only; NULL or empty: of all */
	struct watch_world world;
	struct watch_listener listener;
	bool live;		   /* devices go, slots are aged */
	bool periods;		   /* search for periods */
	bool lazy;		   /* nobody waits for events: analyse less often */
};

/* A period that was found at some time, whether or not it was lost again. */
struct watch_period {
	uint64_t flow_key;
	struct tracked_period period;
};

struct watch;

/** watch_new - 0 or -ENOMEM */
int watch_new(struct watch **watch, const struct watch_options *options);
void watch_free(struct watch *watch);
DEFINE_CLEANUP(struct watch, watch_free)

/**
 * watch_pass - take up everything until @now (second of the table's clock)
 * @now_ms: the same time as iot_packet.ms
 *
 * Returns 0, -EPIPE when nobody reads the events any more, or another -errno.
 */
int watch_pass(struct watch *watch, uint32_t now, uint32_t now_ms);

/**
 * watch_rings - read the rings only: between passes, so that none is overwritten unread
 *
 * Returns the largest number of packets that one device had pushed since the last reading.
 */
uint32_t watch_rings(struct watch *watch);

/** watch_look - take up devices that are new, then read the rings, all as watch_pass() */
int watch_look(struct watch *watch, uint32_t now, uint32_t now_ms);

/** watch_busiest - packets of the busiest device at the last reading of the rings */
uint32_t watch_busiest(const struct watch *watch);

/** watch_finish - nothing more will come: analyse what is left, end running functions; as watch_pass() */
int watch_finish(struct watch *watch, uint32_t now, uint32_t now_ms);

/** watch_periods - everything found so far; *@count entries, valid until the next call on @watch */
const struct watch_period *watch_periods(const struct watch *watch, size_t *count);

/** watch_busy - is time alone going to change what is believed of any device? A capture's clock is then not to skip a silence */
bool watch_busy(const struct watch *watch);

/** watch_verdict - the decision on all the evidence of a device; false where there is no model and no owner's word */
bool watch_verdict(struct watch *watch, uint32_t device, struct verdict *verdict);

/* What was told of a device so far. */
struct watch_belief {
	const struct verdict *told; /* NULL: nothing yet; valid until the next pass */
	int64_t first_us;	    /* first packet, */
	int64_t function_us;	    /* begin of the function that runs; microseconds since 1970, 0: none */
};

/** watch_belief - the steady answer that events told, as against watch_verdict() */
struct watch_belief watch_belief(const struct watch *watch, uint32_t device);

/** watch_track - the periods of a flow, by its number */
const struct track *watch_track(const struct watch *watch, uint32_t flow);

/**
 * watch_set_owner - the owner's word on the device @mac, known already or not; it beats the model and is kept until it is taken back
 * @type: label, a type of the model or not; NULL: take the word back
 * @function: what it does now, NULL: the model says
 *
 * Takes effect, with events, at the next pass. Returns 0, -EINVAL (a label is empty or longer than IDENTIFY_NAME - 1 bytes), -ENOMEM.
 */
int watch_set_owner(struct watch *watch, uint64_t mac, const char *type, const char *function);

/**
 * watch_set_model - go on with another model, without a restart; NULL: with none
 *
 * What the rings still hold is evaluated by the new one. @model must stay until the next call or watch_free(); the one before is no
 * longer used after the return. Returns 0, or -ENOMEM: the old model goes on.
 */
int watch_set_model(struct watch *watch, const struct model *model);

/** watch_set_shadow - a second model beside the first, whose answers are told only where they differ; else as watch_set_model() */
int watch_set_shadow(struct watch *watch, const struct model *model);

/** watch_retire - history_retire() for the watch's own: the device goes, and comes anew with its next frame */
void watch_retire(struct watch *watch, uint64_t mac);

const struct history *watch_history(const struct watch *watch);

/** watch_fill_stats - frames and losses as the stats event says them; @counts has room for IOT_REASON_COUNT entries */
void watch_fill_stats(const struct watch *watch, struct event_stats *stats, struct event_count *counts);

/** watch_flows - emit one flow event for every flow that was active since the last call */
int watch_flows(struct watch *watch, uint32_t now);

#endif
