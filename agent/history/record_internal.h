/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_RECORD_INTERNAL_H
#define AGENT_HISTORY_RECORD_INTERNAL_H

/* What the recorder holds, for those who write it away: archive_write.c, record_move.c. */

#include "agent/history/record.h"
#include "agent/history/record_pool.h"

/* Slots to look at: those that were active in this pass, and once more those of the pass before, which may have gone on after it. */
struct record_list {
	uint32_t *numbers;
	uint8_t *flags; /* by slot */
	uint32_t count;
};

struct record_flow {
	uint32_t series;      /* 0: none yet */
	uint32_t seen_second, seen_bits; /* activity word that was taken up */
	struct iot_count base; /* counts that were taken up */
};

/* A device, also one whose slot was given back since the last writing. */
struct record_device {
	uint64_t mac;
	uint32_t received, other; /* series, 0: none yet */
	struct iot_count received_base, other_base;
	struct iot_count tx, rx; /* since the last writing */
	uint32_t first, last;	 /* seconds */
	char label[DATASET_TEXT];
	float label_p;
	bool owner, typed; /* typed: label is what is believed, "" nothing */
	bool in_use, changed, detached;
};

/* An interval of a device or of a flow. */
struct record_span {
	int64_t id;  /* of its row in a store, 0: not written yet */
	int64_t row; /* what id is once the change under way is committed */
	uint64_t mac;
	bool over, changed;
	union {
		struct dataset_function function;
		struct {
			struct dataset_period period;
			uint32_t layer, proto;
		};
	};
};

struct record_spans {
	struct record_span *list;
	size_t count, room;
	uint64_t lost;
};

struct record {
	struct record_options options;
	struct record_pool pool;
	struct record_list flow_list, device_list;
	uint32_t *flow_of, *device_of; /* by slot: number in the arrays below, 0: none */
	struct record_flow *flows;
	uint32_t flow_count, flow_room, flow_free;
	struct record_device *devices;
	uint32_t device_count, device_room, device_free;
	struct record_spans functions, periods;
	struct iot_clock last; /* of the latest pass */
	bool passed;	       /* there was one */
	uint64_t strangers;
};

/* What is known of a slot's flow or device, made where nothing is yet; NULL when memory is short. */
struct record_flow *record_flow_state(struct record *record, uint32_t number);
struct record_device *record_device_state(struct record *record, uint32_t number);

/* As they are at the beginning: what an earlier agent took up is not taken up again. */
struct record_flow record_kept_flow(const struct record *record, uint32_t number);
void record_kept_device(const struct record *record, uint32_t number, struct record_device *device);

/* Take up what a slot says; @main: second of what cannot be told apart, @now: of the pass. */
void record_look_at_flow(struct record *record, uint32_t number, uint32_t main);
void record_look_at_device(struct record *record, uint32_t number, uint32_t main, uint32_t now);

/** record_sorted - numbers of the series that have something, by device, kind, layer and protocol; *@list is the caller's. 0 or -ENOMEM */
int record_sorted(const struct record *record, uint32_t **list, size_t *count);

/** record_written - all of it was: only what goes on stays */
void record_written(struct record *record);

void record_spans_free(struct record_spans *spans);

/** record_device_ends - nothing that the device does goes on any more */
void record_device_ends(struct record *record, uint64_t mac, int64_t at_us);

/** record_spans_written - drop what is over */
void record_spans_written(struct record_spans *spans);

#endif
