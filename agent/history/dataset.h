/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_DATASET_H
#define AGENT_HISTORY_DATASET_H

/*
 * Who was active when, in memory: the one form in which the store (archive.h), a capture (cmd/dataset_capture.h) and an export file hand
 * over what they know, and from which plots, exports and lists are made.
 *
 * Everything is sorted: devices by address, flows by layer and protocol number, seconds, intervals and periods by time. What comes out of
 * order is put right by dataset_finish(), which whoever fills a dataset calls once at the end; all others may rely on it. Numbers of things are
 * bounded, since a file may be hostile. Nothing here logs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/history/protocol.h"

#define DATASET_DEVICES 65536u			     /* devices that a dataset takes */
#define DATASET_FLOWS 65536u			     /* flows of one device */
#define DATASET_INTERVALS (1u << 20)		     /* functions of one device; periods of one flow */
#define DATASET_SECONDS ((size_t)1 << 26)	     /* seconds of all flows and devices together: 1 to 2 GB */
#define DATASET_SPAN_S (INT64_C(10) * 366 * 86400)   /* of time */

enum { DATASET_TEXT = 64, DATASET_ID = 32 };

/* One second in which a flow was active: what its device sent. A second with 0 packets was active, its packets were counted in the next. */
struct dataset_second {
	uint32_t at; /* seconds after dataset.from_s */
	uint32_t packets;
	uint64_t bytes; /* lengths of Ethernet frames without FCS */
};

/* One second in which a device sent or received. Sent: all of it, packets that found no flow slot included. */
struct dataset_traffic {
	uint32_t at;
	uint32_t tx_packets, rx_packets;
	uint64_t tx_bytes, rx_bytes;
};

/* A rhythm of a flow, from when it was found until it was lost. */
struct dataset_period {
	double seconds;
	double log_p;	/* -ln of the probability that chance does it; see analysis/periods.h */
	double support; /* share of the repetitions that are there */
	int64_t from_us, to_us; /* microseconds since 1970 */
	bool open;	/* not lost at the end of the dataset; to_us is that end */
};

/* What a device did, from when to when. */
struct dataset_function {
	int64_t from_us, to_us; /* microseconds since 1970 */
	char label[DATASET_TEXT];
	float p;    /* probability of device and function together; NAN where nobody said */
	bool owner; /* the owner said so */
	bool open;  /* not over at the end of the dataset; to_us is that end */
};

struct dataset_flow {
	uint32_t layer, proto;	      /* enum iot_layer, number */
	char protocol[PROTOCOL_NAME]; /* as events say it: "udp/6666" */
	struct dataset_second *seconds;
	size_t count, room;
	struct dataset_period *periods;
	size_t period_count, period_room;
	bool unsorted;
};

struct dataset_device {
	uint64_t mac; /* address; of a private dataset a number of 48 bits that stands for it */
	char id[DATASET_ID];	  /* address as text; of a private dataset the token */
	char name[DATASET_TEXT];  /* "" where there is none */
	char label[DATASET_TEXT]; /* type, "" where it is not known */
	char vendor[DATASET_TEXT];
	float label_p; /* of the type; NAN where nobody said */
	bool owner;    /* the owner said the type */
	int64_t first_us, last_us; /* of all that is known of it, before the dataset begins too; 0: not known */
	struct dataset_flow *flows;
	size_t flow_count, flow_room;
	struct dataset_traffic *traffic;
	size_t traffic_count, traffic_room;
	struct dataset_function *functions;
	size_t function_count, function_room;
	bool unsorted;
};

struct dataset {
	int64_t from_s, to_s; /* seconds since 1970, [from, to) */
	bool private_;	      /* identities were replaced */
	struct dataset_device *devices;
	size_t count, room;
	size_t seconds; /* entries of all flows and devices, at most DATASET_SECONDS */
	uint32_t damaged; /* pieces that could not be read and are not in it */
};

struct dataset_totals {
	uint64_t packets, bytes;
	uint64_t active_seconds;
};

/** dataset_new - an empty one; NULL when memory is short */
struct dataset *dataset_new(void);
void dataset_free(struct dataset *ds);
DEFINE_CLEANUP(struct dataset, dataset_free)

/**
 * dataset_set_span - the time that is covered: before anything is added, since seconds are counted from @from_s
 *
 * Adding a second beyond @to_s moves the end. Returns 0 or -ERANGE (before 1970, ends before it begins, longer than DATASET_SPAN_S).
 */
int dataset_set_span(struct dataset *ds, int64_t from_s, int64_t to_s);

/**
 * dataset_device - the device @mac, added where it is not there yet, with its address as id
 *
 * Pointers to devices are valid until the next one is added. NULL when memory is short or there are DATASET_DEVICES.
 */
struct dataset_device *dataset_device(struct dataset *ds, uint64_t mac);

/** dataset_find - the device @mac, NULL where it is not there */
struct dataset_device *dataset_find(const struct dataset *ds, uint64_t mac);

/** dataset_flow - a flow of @device, added where it is not there yet; pointers and NULL as of dataset_device() */
struct dataset_flow *dataset_flow(struct dataset_device *device, uint32_t layer, uint32_t proto);

/**
 * dataset_add_second - the flow was active in a second; a second that is there already gets more
 * @at: seconds after ds->from_s
 *
 * The cheap order is that of time. Returns 0, -ERANGE (beyond DATASET_SPAN_S), -E2BIG (DATASET_SECONDS are there) or -ENOMEM.
 */
int dataset_add_second(struct dataset *ds, struct dataset_flow *flow, uint32_t at, uint64_t packets, uint64_t bytes);

/** dataset_add_traffic - what a device sent and received in a second, as dataset_add_second(); sums saturate */
int dataset_add_traffic(struct dataset *ds, struct dataset_device *device, const struct dataset_traffic *traffic);

/** dataset_add_function - 0, -E2BIG, -ENOMEM, or -EINVAL where it ends before it begins */
int dataset_add_function(struct dataset_device *device, const struct dataset_function *function);

/** dataset_add_period - as dataset_add_function(); -EINVAL also where a number is none */
int dataset_add_period(struct dataset_flow *flow, const struct dataset_period *period);

/** dataset_finish - put in order what came out of order, and join what was said twice of a second; nothing more is added */
void dataset_finish(struct dataset *ds);

/** dataset_clip - only what is in [from_s, to_s); intervals are cut at its ends, flows without anything in it go. Of a finished dataset */
void dataset_clip(struct dataset *ds, int64_t from_s, int64_t to_s);

/** dataset_keep - only the devices that @match says true of */
void dataset_keep(struct dataset *ds, bool (*match)(void *user, const struct dataset_device *device), void *user);

/** dataset_flow_totals - what the flow's device sent by it */
struct dataset_totals dataset_flow_totals(const struct dataset_flow *flow);

/** dataset_device_totals - what the device sent and received; each may be NULL; active: seconds in which it did */
void dataset_device_totals(const struct dataset_device *device, struct dataset_totals *sent, struct dataset_totals *received);

#endif
