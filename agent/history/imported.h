/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORTED_H
#define AGENT_HISTORY_IMPORTED_H

/*
 * What `iotbpf export` wrote, read back: an NDJSON stream, or a directory of CSV files with schema.json. The file may come from anybody:
 * every row is checked against the tables of imported_tables.h and against the other rows, what does not fit is refused with its file,
 * line and cause, and memory grows no faster than the file does.
 */

#include "agent/base/cleanup.h"
#include "agent/history/dataset.h"
#include "agent/history/imported_head.h"
#include "agent/history/labels.h"

#define IMPORTED_LINE_MAX 65536 /* bytes of a row */
#define IMPORTED_HEAD_MAX 262144 /* bytes of schema.json */

/* One row of table windows. */
struct imported_window {
	uint64_t mac; /* of a device of the dataset */
	int64_t label; /* 0: none */
	char type[LABEL_NAME_MAX + 1], function[LABEL_NAME_MAX + 1];
	int64_t time_us, end_us; /* of the first and of the last packet */
};

struct imported {
	struct imported_head head;
	struct dataset *dataset; /* finished */
	struct label *labels;	 /* of devices of the dataset */
	size_t label_count, label_room;
	struct imported_window *windows;
	float *features; /* head.features.count of each window; NaN where the cell is empty */
	size_t window_count, window_room;
};

/**
 * imported_read - read @path: a directory, a file, or "-" for standard input
 *
 * Returns 0 or -errno, logged with file and line: -EBADMSG (not an export, damaged, cut or made up), -EPROTONOSUPPORT (of a later version),
 * -ENOENT, -EACCES, -ENOMEM and the like.
 */
int imported_read(const char *path, struct imported **import);

/** imported_read_text - the same of an NDJSON stream in memory; @name is for messages */
int imported_read_text(const char *name, const void *text, size_t n, struct imported **import);

void imported_free(struct imported *import);
DEFINE_CLEANUP(struct imported, imported_free)

#endif
