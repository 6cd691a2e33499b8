/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_ARCHIVE_H
#define AGENT_HISTORY_ARCHIVE_H

/*
 * History in the store: the tables device, activity, function and period. The agent writes what its recorder holds every few minutes, in one
 * change; others read. What is too old goes, and where the size cap is reached the oldest goes first. Errors are those of store.h, the
 * cause in words in store->why.
 */

#include "agent/history/dataset.h"
#include "agent/history/record.h"
#include "agent/history/store.h"

#define ARCHIVE_KEEP_S (INT64_C(90) * 86400)
#define ARCHIVE_BYTES (INT64_C(128) << 20)
#define ARCHIVE_DEVICES 8192 /* known ones: beyond, those that sent and received least go, as made-up addresses did */

struct archive_limits {
	int64_t keep_s; /* 0: for ever */
	int64_t bytes;	/* of activity, functions and periods; 0: no limit but the store's */
};

/* The writer's side. */
struct archive {
	struct store *store;
	struct archive_limits limits;
	int64_t bytes;	  /* in use */
	int64_t oldest_s; /* first second of activity; 0: none */
	int64_t trim_us;  /* when what is too old is looked for next */
	uint64_t written; /* seconds of flows and devices, by this run of the agent */
	uint64_t capped;  /* seconds that went because of the size cap */
	uint64_t expired; /* seconds that went because of their age */
	uint64_t devices_dropped;
};

/**
 * archive_open - take up where the last run of the agent ended: what it left unfinished ends with the last second that it wrote
 * @now_us: microseconds since 1970
 */
int archive_open(struct archive *archive, struct store *store, const struct archive_limits *limits, int64_t now_us);

/**
 * archive_write - all that @record holds, in one change; where it fails, @record still holds it
 * @offset_s: seconds since 1970 of second 0 of the recorder's clock
 *
 * Once it has returned 0, a kill loses nothing of it; a power cut may lose the last few changes, but leaves the file whole.
 */
int archive_write(struct archive *archive, struct record *record, int64_t offset_s, int64_t now_us);

/**
 * archive_load - what happened in [@from_s, @to_s)
 * @from_s: 0: since the beginning
 * @mac: of this device; 0: of all that did something
 * @ds: receives a finished dataset, whose names and vendors are empty; pieces that cannot be read are counted in it and left out
 *
 * -E2BIG: too much for memory: a shorter time, or one device.
 */
int archive_load(struct store *store, int64_t from_s, int64_t to_s, uint64_t mac, struct dataset **ds);

/* A device that was ever seen. */
struct archive_device {
	uint64_t mac;
	int64_t first_us, last_us; /* microseconds since 1970 */
	char label[DATASET_TEXT];  /* type, "" where it is not known */
	float label_p;		   /* NAN where nobody said */
	bool owner;		   /* the owner said so */
	uint64_t tx_packets, tx_bytes, rx_packets, rx_bytes; /* over all runs of the agent */
};

/** archive_devices - call @fn for each by address; a result other than 0 ends it and is returned */
int archive_devices(struct store *store, int (*fn)(void *user, const struct archive_device *device), void *user);

/**
 * archive_functions - call @fn for what @mac (0: every device) did since @since_us, by time; as archive_devices()
 *
 * What goes on is told as open, until @now_us.
 */
int archive_functions(struct store *store, uint64_t mac, int64_t since_us, int64_t now_us,
		      int (*fn)(void *user, uint64_t mac, const struct dataset_function *function), void *user);

/** archive_span - first and last second + 1 of activity; 0 and 0 where there is none */
int archive_span(struct store *store, int64_t *from_s, int64_t *to_s);

#endif
