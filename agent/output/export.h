/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_H
#define AGENT_OUTPUT_EXPORT_H

/* A whole export: every table of a source, one after the other, device by device. */

#include "agent/history/dataset.h"
#include "agent/history/labels.h"
#include "agent/output/export_writer.h"

#define EXPORT_SHIFTED_S INT64_C(946684800) /* an export whose times are moved begins on 2000-01-01T00:00:00Z */

/*
 * Where the rows come from. Tables are written one after the other, so a source is asked for the same device several times and need hold
 * no more than one at once.
 */
struct export_source {
	int64_t from_s, to_s; /* seconds since 1970, [from, to) */
	bool private_;	      /* its devices are tokens already */
	bool shifted;
	uint32_t tables;      /* that it has, bits by enum imported_table_id; 0: all */
	uint32_t kept;	      /* of a private source: enum imported_kept */
	struct imported_features features; /* of its windows; stays the source's */
	size_t devices;	      /* in the order of their ids */
	const char *(*id)(void *user, size_t device);
	/* The device, finished; of one that only a label names there is nothing but its id. Valid until the next call. 0 or -errno, logged. */
	int (*load)(void *user, size_t device, const struct dataset **ds, const struct dataset_device **found);
	/* Write the rows by export_label() and export_window(); each may be NULL. 0 or -errno, logged. */
	int (*labels)(void *user, struct export_writer *w);
	int (*windows)(void *user, struct export_writer *w);
	void *user;
};

/** export_label - a row of table labels; as export_writer_row() */
int export_label(struct export_writer *w, const char *id, const struct label *label);

/* Whose window it is. */
struct export_window {
	const char *id;
	int64_t label; /* 0: none */
	const char *type, *function; /* "" or NULL where not known */
	int64_t time_us, end_us; /* of the first and of the last packet */
};

/** export_window - a row of table windows; @features as head.features says */
int export_window(struct export_writer *w, const struct export_window *window, const float *features);

/**
 * export_run - write all tables that w->head.tables names and the source has
 * @w: format, place, privacy, tables and tick set; the rest of the head is set here
 * @shift: move all times, so that the export begins at EXPORT_SHIFTED_S
 *
 * Returns 0 or -errno, logged (-EPIPE and what the tick said are not): -ENODATA where the source has none of the tables.
 */
int export_run(struct export_writer *w, const struct export_source *source, bool shift);

#endif
