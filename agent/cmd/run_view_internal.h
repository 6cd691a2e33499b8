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
	int64_t told_us; /* and when; 0: never */
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

/* Devices by address, flows by device and protocol: the order of a snapshot. */
struct view_index {
	uint32_t *devices, *flows;
	size_t device_count, flow_count;
};

/** view_index_new - 0 or -ENOMEM; release with view_index_free() in either case */
int view_index_new(struct view_index *index, const struct view *view, uint64_t only);
void view_index_free(struct view_index *index);

/** view_index_flows - of @device: how many; *@first is the place of the first */
size_t view_index_flows(const struct view_index *index, const struct history *history, uint32_t device, size_t *first);

/** view_put_device - one device's object; @flows: how many of @list are its own */
void view_put_device(const struct view *view, struct json *j, uint32_t number, const uint32_t *list, size_t flows, bool detail);

#endif
