/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORTED_INTERNAL_H
#define AGENT_HISTORY_IMPORTED_INTERNAL_H

#include <stdio.h>

#include "agent/base/buffer.h"
#include "agent/history/imported.h"

/* What a row of table flows says that table series will hold. */
struct imported_expected {
	uint64_t mac;
	uint32_t layer, proto;
	struct dataset_totals totals;
};

/* The same of table devices and table traffic. */
struct imported_expected_device {
	uint64_t mac;
	struct dataset_totals sent, received;
};

/* One import while it is read. */
struct importer {
	struct imported *import;
	const char *file; /* that is being read */
	size_t line;	  /* of it, from 1 */
	enum imported_table_id table;
	uint64_t rows[IMPORTED_TABLES];
	uint64_t mac;	   /* of the device of the last row */
	char id[DATASET_ID]; /* and its id, since rows of one device follow each other */
	/* The flow of the last row: rows come in the order of table flows, so that none is looked for twice. */
	enum imported_table_id flow_table;
	const struct dataset_device *flow_device;
	size_t flow_at;
	struct imported_expected *flows;
	size_t flow_count, flow_room;
	struct imported_expected_device *devices;
	size_t device_count, device_room;
	struct imported_cell cells[IMPORTED_COLUMNS_MAX]; /* of the row */
	char *line_text; /* IMPORTED_LINE_MAX bytes and a NUL */
};

/** importer_new - @file is for messages; NULL when memory is short */
struct importer *importer_new(const char *file);
void importer_free(struct importer *importer);
DEFINE_CLEANUP(struct importer, importer_free)

/** imported_fail - log "FILE:LINE: ..." ; returns -EBADMSG */
int imported_fail(const struct importer *im, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** imported_line - the next line into im->line_text without its newline; 1, 0 at the end, or -errno, logged */
int imported_line(struct importer *im, FILE *f, size_t *length);

/** imported_columns - how many columns a row of im->table has, features included, a time counted once */
size_t imported_columns(const struct importer *im);

/** imported_column_at - the column of that number; of a feature a nameless one with its name in *@name */
const struct imported_column *imported_column_at(const struct importer *im, size_t number, const char **name);

/** imported_row - take up the row in im->cells; 0 or -errno, logged */
int imported_row(struct importer *im);

/** imported_expectations - do the sums that tables devices and flows tell agree with what was read? 0 or -EBADMSG, logged */
int imported_expectations(struct importer *im);

/** imported_ndjson - a whole stream; 0 or -errno, logged */
int imported_ndjson(struct importer *im, FILE *f);

/** imported_csv - the file of table im->table; 0 or -errno, logged */
int imported_csv(struct importer *im, FILE *f);

/** imported_directory - all files of a directory; 0 or -errno, logged */
int imported_directory(struct importer *im, const char *path);

/** imported_grow - make room for one more entry of @size bytes; 0 or -ENOMEM, logged */
int imported_grow(void *list, size_t count, size_t *room, size_t size);

#endif
