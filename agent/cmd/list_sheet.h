/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LIST_SHEET_H
#define AGENT_CMD_LIST_SHEET_H

/* Rows of values that a command lists: as a table for people, as CSV (RFC 4180) or as JSON, one object a line, for programs. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/json.h"
#include "agent/output/table.h"

enum sheet_form { SHEET_TABLE, SHEET_CSV, SHEET_JSON };

struct sheet_column {
	const char *name;  /* heading in CSV, member in JSON; NULL: in neither */
	const char *title; /* heading in the table; NULL: not in it */
	enum table_align align;
	bool shrinks; /* in a table that is too wide */
};

#define SHEET_COLUMNS 40

struct sheet {
	const struct sheet_column *columns;
	size_t count, at; /* columns, the next one to be written */
	enum sheet_form form;
	bool comma;	  /* a field of the row is there */
	struct json json; /* of the row */
	struct table_column titles[SHEET_COLUMNS];
	struct table *table;
	struct buffer text;
};

/** sheet_begin - @columns (at most SHEET_COLUMNS) must stay; 0 or -ENOMEM; sheet_free() in either case */
int sheet_begin(struct sheet *sheet, const struct sheet_column *columns, size_t count, enum sheet_form form);
void sheet_free(struct sheet *sheet);

/** sheet_end - print it to stdout; EX_OK, or another exit code, logged */
int sheet_end(struct sheet *sheet);

/** sheet_flush - print the rows so far and go on; as sheet_end(). Not of a table, whose widths are known at its end */
int sheet_flush(struct sheet *sheet);

/*
 * The next value, row by row. What is not known is an empty cell, an empty field, no member. In the table numbers are in units for people,
 * times are local; elsewhere they are as they are: bytes, seconds, probabilities from 0 to 1, RFC 3339.
 */
void sheet_text(struct sheet *sheet, const char *text); /* NULL, "": not known */
void sheet_count(struct sheet *sheet, uint64_t value);
void sheet_bytes(struct sheet *sheet, uint64_t value);
void sheet_number(struct sheet *sheet, double value, int decimals); /* NAN: not known */
void sheet_seconds(struct sheet *sheet, double seconds);	     /* likewise */
void sheet_share(struct sheet *sheet, double share);		     /* likewise; in the table in per cent */
void sheet_time(struct sheet *sheet, int64_t us);		     /* 0: not known */
void sheet_bool(struct sheet *sheet, bool value);

#endif
