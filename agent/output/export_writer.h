/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_WRITER_H
#define AGENT_OUTPUT_EXPORT_WRITER_H

/*
 * Rows of tables into the files of an export, one table after the other, in one of three forms:
 *
 *	csv		RFC 4180: one table to a file or standard output, or a directory with a file a table and schema.json
 *	ndjson		one stream: the head, a line a row, and a last line with the numbers of rows, without which it is cut
 *	parquet-ready	as csv in a directory, and parquet.sql, by which DuckDB makes Parquet files of it without guessing a type
 *
 * Memory does not grow with the number of rows.
 */

#include "agent/history/imported_head.h"
#include "agent/output/export_place.h"
#include "agent/output/export_privacy.h"

enum export_format { EXPORT_CSV, EXPORT_NDJSON, EXPORT_PARQUET, EXPORT_FORMATS };

/** export_format_names - words of enum export_format in order, NULL at the end: choices of --format */
extern const char *const export_format_names[];

/* Called every few thousand rows and at the end of a table; a result below 0 ends the export with it. */
struct export_tick {
	int (*tick)(void *user, const char *table, uint64_t rows);
	void *user;
};

/* Made by the caller, who sets what is above the line. */
struct export_writer {
	enum export_format format;
	struct export_place place; /* opened */
	struct export_privacy privacy;
	struct imported_head head; /* what is to be written; rows are counted here */
	struct export_tick tick; /* may be empty */

	enum imported_table_id table;
	struct buffer clean;	 /* text of the row that had to be made safe */
	uint64_t bytes[IMPORTED_TABLES]; /* written of each table */
	struct imported_cell cells[IMPORTED_COLUMNS_MAX]; /* of the next row: see export_writer_row() */
};

/** export_writer_begin - before the first table; 0 or -errno, logged */
int export_writer_begin(struct export_writer *w);

/** export_writer_table - the rows that follow are of this table, which head.tables names; 0 or -errno, logged */
int export_writer_table(struct export_writer *w, enum imported_table_id table);

/** export_writer_row - write w->cells and empty them; 0 or -errno, logged (-EPIPE and what the tick said are not) */
int export_writer_row(struct export_writer *w);

/** export_writer_table_end - no more rows of this table; 0 or -errno, logged */
int export_writer_table_end(struct export_writer *w);

/** export_writer_end - everything is written: the export gets its name; 0 or -errno, logged */
int export_writer_end(struct export_writer *w);

/** export_writer_close - removes what is not whole; head.features stay the caller's */
void export_writer_close(struct export_writer *w);

/* Cells of the next row. Empty text is an empty cell. */
static inline void export_set_text(struct export_writer *w, int column, const char *text)
{
	w->cells[column] = (struct imported_cell){ .set = text && *text, .s = text };
}

static inline void export_set_integer(struct export_writer *w, int column, int64_t value)
{
	w->cells[column] = (struct imported_cell){ .set = true, .i = value };
}

/** export_set_time - microseconds since 1970; 0 is an empty cell */
static inline void export_set_time(struct export_writer *w, int column, int64_t us)
{
	w->cells[column] = (struct imported_cell){ .set = us != 0, .i = us };
}

/** export_set_number - what is no number is an empty cell */
static inline void export_set_number(struct export_writer *w, int column, double value)
{
	w->cells[column] = (struct imported_cell){ .set = value - value == 0, .d = value };
}

#endif
