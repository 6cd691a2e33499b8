/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_VIEW_INTERNAL_H
#define AGENT_CMD_RUN_VIEW_INTERNAL_H

#include "agent/cmd/run_internal.h"
#include "agent/cmd/run_view.h"

struct view_counts {
	uint64_t tx_packets, tx_bytes, rx_packets, rx_bytes;
};

/* A function that a device performed. */
struct view_function {
	char label[IDENTIFY_NAME];
	double p;
	int64_t start_us, stop_us;
};

struct view_functions {
	struct view_function list[VIEW_FUNCTIONS]; /* a ring */
	uint64_t count;				   /* ever written */
};

/* What is kept of a device, by the number of its slot. */
struct view_device {
	uint64_t mac; /* whose this is: slots are given to others */
	struct view_counts now, before;
	struct view_counts rates; /* a second */
	struct view_functions *functions; /* NULL: none yet */
};

struct view_alert {
	int64_t time_us;
	uint64_t mac; /* 0: of no device */
	bool warning;
	char text[160];
};

/* A counter that means that something was not seen. */
struct view_loss {
	uint64_t told; /* value when it was last told, */
	int64_t told_ns; /* and when, of CLOCK_MONOTONIC; 0: never */
};

enum { VIEW_LOSSES = 6 };

struct view {
	const struct runner *r;
	struct view_device *devices; /* by number */
	uint32_t device_slots;
	uint32_t pass_ms; /* time of the table at the last pass */
	bool passed;
	struct view_alert alerts[VIEW_ALERTS]; /* a ring */
	uint64_t alert_count;		       /* ever written */
	struct view_loss losses[VIEW_LOSSES];
};

/** view_alert - note it; the oldest one makes room */
void view_alert(struct view *view, int64_t time_us, uint64_t mac, bool warning, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/** view_losses - alerts about what the counters say was lost since the last time */
void view_losses(struct view *view);

/*
 * Devices by address, flows by device and protocol: the order of a snapshot. A device that the owner merged into another one that is there
 * has no place of its own: its flows and counts are at home with the other.
 */
struct view_index {
	const struct history *history;
	uint32_t *devices, *flows;
	size_t device_count, flow_count;
	uint32_t *home; /* by device number: where it is shown */
	bool merged;	/* some are not at home with themselves */
};

/** view_index_new - @only: one device, 0: all; 0 or -ENOMEM; release with view_index_free() in either case */
int view_index_new(struct view_index *index, const struct view *view, uint64_t only);
void view_index_free(struct view_index *index);

/** view_index_flows - of @device and those merged into it: how many; *@list is the first */
size_t view_index_flows(const struct view_index *index, uint32_t device, const uint32_t **list);

/** view_index_next - the devices shown as @device, itself first: the one after @after (VIEW_NONE: the first), VIEW_NONE: no more */
uint32_t view_index_next(const struct view_index *index, uint32_t device, uint32_t after);

#define VIEW_NONE UINT32_MAX

/** view_counts - what a device sent and received until now, without its flows */
struct view_counts view_counts(const struct history *history, uint32_t device);

/** view_put_names - members about who a device is and its addresses */
void view_put_names(const struct names *names, uint64_t mac, struct json *j);

/** view_put_device - one device's object */
void view_put_device(const struct view *view, struct json *j, const struct view_index *index, uint32_t number, bool detail);

/** view_put_flows - the members about its flows in detail; @packets: of all that the device sent */
void view_put_flows(const struct view *view, struct json *j, const uint32_t *list, size_t n, uint64_t packets);

/** view_put_period - members of a period's object */
void view_put_period(struct json *j, const struct tracked_period *period);

/** view_strip - the last minute of a flow: bit k set when it sent k seconds ago */
uint64_t view_strip(const struct view *view, uint32_t flow);

/** view_put_strip - a member that says it, 15 hexadecimal digits, the oldest second first */
void view_put_strip(struct json *j, uint64_t strip);

#endif
