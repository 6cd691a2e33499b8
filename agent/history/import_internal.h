/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORT_INTERNAL_H
#define AGENT_HISTORY_IMPORT_INTERNAL_H

#include <stdio.h>

#include "agent/base/buffer.h"
#include "agent/history/import.h"

/* What a row of table flows says that table series will hold. */
struct import_expected {
	uint64_t mac;
	uint32_t layer, proto;
	struct dataset_totals totals;
};

/* The same of table devices and table traffic. */
struct import_expected_device {
	uint64_t mac;
	struct dataset_totals sent, received;
};

/* One import while it is read. */
struct importer {
	struct import *import;
	const char *file; /* that is being read */
	size_t line;	  /* of it, from 1 */
	enum import_table_id table;
	uint64_t rows[IMPORT_TABLES];
	uint64_t mac;	   /* of the device of the last row */
	char id[DATASET_ID]; /* and its id, since rows of one device follow each other */
	struct import_expected *flows;
	size_t flow_count, flow_room;
	struct import_expected_device *devices;
	size_t device_count, device_room;
	struct import_cell cells[IMPORT_COLUMNS_MAX]; /* of the row */
	char *line_text; /* IMPORT_LINE_MAX bytes and a NUL */
};

/** import_fail - log "FILE:LINE: ..." ; returns -EBADMSG */
int import_fail(const struct importer *im, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** import_line - the next line into im->line_text without its newline; 1, 0 at the end, or -errno, logged */
int import_line(struct importer *im, FILE *f, size_t *length);

/** import_columns - how many columns a row of im->table has, features included, a time counted once */
size_t import_columns(const struct importer *im);

/** import_column_at - the column of that number; of a feature a nameless one with its name in *@name */
const struct import_column *import_column_at(const struct importer *im, size_t number, const char **name);

/** import_row - take up the row in im->cells; 0 or -errno, logged */
int import_row(struct importer *im);

/** import_expectations - do the sums that tables devices and flows tell agree with what was read? 0 or -EBADMSG, logged */
int import_expectations(struct importer *im);

/** import_ndjson - a whole stream; 0 or -errno, logged */
int import_ndjson(struct importer *im, FILE *f);

/** import_directory - all files of a directory; 0 or -errno, logged */
int import_directory(struct importer *im, const char *path);

/** import_grow - make room for one more entry of @size bytes; 0 or -ENOMEM, logged */
int import_grow(void *list, size_t count, size_t *room, size_t size);

#endif
