/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_RECORD_H
#define AGENT_HISTORY_RECORD_H

/*
 * What happened since it was last written: every second in which a flow or a device was active, with packets and bytes, from what a pass
 * over the table finds; the functions and periods that the watch tells of; and what every device amounts to. The same recorder serves the
 * running agent, whose store takes it every few minutes (archive.h), and a capture, whose dataset does (record_move()).
 *
 * Memory is bounded: what finds no room is counted. Nothing is allocated per second once it is warm. Seconds are those of the table's
 * clock until they are written; who writes says what must be added to make them seconds since 1970.
 */

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/history/dataset.h"
#include "agent/history/history.h"

#define RECORD_BYTES ((size_t)1 << 20) /* of seconds that wait: hours of a home; 1,000 flows that never rest fill a quarter in a minute */
#define RECORD_SPANS 8192u	       /* functions that wait or run; likewise periods */

struct record_options {
	const struct iot_table *table;
	const struct history *history; /* of the watch */
	bool live;    /* passes come when they come; else each one after all frames of its second */
	size_t bytes; /* 0: RECORD_BYTES */
};

struct record;

/** record_new - 0 or -ENOMEM */
int record_new(struct record **record, const struct record_options *options);
void record_free(struct record *record);
DEFINE_CLEANUP(struct record, record_free)

/* What the watch tells during a pass; numbers are of slots. Released: before the slot is cleared. */
void record_flow_active(struct record *record, uint32_t flow);
void record_flow_released(struct record *record, uint32_t flow);
void record_device_active(struct record *record, uint32_t device);
void record_device_released(struct record *record, uint32_t device, int64_t at_us);

/** record_type - what the device is believed to be; label NULL: nobody knows */
void record_type(struct record *record, uint32_t device, const char *label, float p, bool owner);

/** record_function_begin - the one before, where it was not ended, ends; @p: NAN where nobody said */
void record_function_begin(struct record *record, uint32_t device, const char *label, float p, bool owner, int64_t from_us);
void record_function_end(struct record *record, uint32_t device, int64_t at_us);

/** record_period - found, or lost; @period: seconds, log_p, support, and as from_us the time of either */
void record_period(struct record *record, uint32_t flow, const struct dataset_period *period, bool found);

/** record_refine - one that goes on is known better by now: seconds, log_p, support; little differences are not worth a writing */
void record_refine(struct record *record, uint32_t flow, const struct dataset_period *period);

/** record_pass - after each pass of the watch, at the same time */
void record_pass(struct record *record, struct iot_clock now);

/** record_end - the agent stops: nothing goes on after @at_us */
void record_end(struct record *record, int64_t at_us);

/** record_is_full - it is time to write, whatever the clock says */
bool record_is_full(const struct record *record);

/**
 * record_move - everything that waits goes to @ds, whose span has begun at second 0 + @offset_s of the table's clock
 * @offset_s: seconds since 1970 of second 0 of the table's clock
 *
 * Functions and periods that go on stay, and are moved when they are over; see record_move_open(). Returns 0 or the first -errno.
 */
int record_move(struct record *record, struct dataset *ds, int64_t offset_s);

/** record_move_open - as record_move(), and what still goes on is as good as over at @at_us, and told as open */
int record_move_open(struct record *record, struct dataset *ds, int64_t offset_s, int64_t at_us);

/** record_keep - all that was taken up is in the store: an agent that takes over the table is to go on from there (history_keep()) */
void record_keep(const struct record *record);

/* How it stands. */
struct record_counts {
	uint64_t entries;      /* seconds of flows and devices that wait */
	size_t bytes;	       /* of memory for them */
	uint64_t lost_entries; /* found no room */
	uint64_t lost_spans;   /* functions and periods that found no room */
	uint64_t strangers;    /* devices that sent next to nothing and went: not kept */
};

struct record_counts record_counts(const struct record *record);

#endif
