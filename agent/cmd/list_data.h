/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LIST_DATA_H
#define AGENT_CMD_LIST_DATA_H

/* What the lists show, from wherever it comes: a snapshot of the running agent, the store, captures. */

#include <cjson/cJSON.h>

#include "agent/cmd/list_device.h"

enum { LISTED_TEXT = 64, LISTED_ADDRESS = 46 };

struct listed_period {
	double seconds, support, log_p;
	int64_t from_us, to_us; /* microseconds since 1970; 0: not known, not over */
};

struct listed_function {
	char label[LISTED_TEXT];
	double p;
	int64_t from_us, to_us; /* likewise */
};

struct listed_flow {
	char protocol[PROTOCOL_NAME];
	uint64_t packets, bytes, active_seconds;
	double share; /* of the packets that the device sent */
	int64_t first_us, last_us;
	char strip[16];
	struct listed_period *periods; /* shortest first */
	size_t period_count;
};

struct listed_counts {
	uint64_t tx_packets, tx_bytes, rx_packets, rx_bytes;
};

/* Texts are "" and numbers NAN where nothing is known. */
struct listed_device {
	char id[DATASET_ID], name[LISTED_TEXT], name_source[16], vendor[LISTED_TEXT], in_iface[LISTED_TEXT];
	char addresses[KNOWN_ADDRESSES][LISTED_ADDRESS];
	size_t address_count;
	bool randomized;
	char label[LISTED_TEXT], level[16], source[16];
	double label_p;
	char function[LISTED_TEXT]; /* now */
	double function_p;
	int64_t function_us;
	struct listed_counts total, rate; /* rate: a second */
	int64_t first_us, last_us;
	char strip[16];
	struct listed_flow *flows;
	size_t flow_count;
	struct listed_function *functions; /* in time */
	size_t function_count;
	double period_s; /* the shortest of its flows, */
	char period_protocol[PROTOCOL_NAME]; /* and which one has it */
};

struct list {
	struct listed_device *devices;
	size_t count;
	bool live; /* rates, strips and the function now are known */
};

/** list_from_snapshot - @snapshot: the answer to a request of that name, with flows; 0 or -ENOMEM; list_free() in either case */
int list_from_snapshot(const cJSON *snapshot, struct list *list);

/** list_from_dataset - 0 or -ENOMEM; list_free() in either case */
int list_from_dataset(const struct dataset *ds, struct list *list);

void list_free(struct list *list);

/** list_shortest_period - fill in period_s and period_protocol of every device, and order its flows' periods */
void list_shortest_periods(struct list *list);

/** list_find - the device that @text means; *@index; 0, or as device_find() */
int list_find(const struct list *list, const char *text, size_t *index);

#endif
