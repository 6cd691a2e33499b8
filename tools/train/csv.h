/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_CSV_H
#define TOOLS_TRAIN_CSV_H

#include <stdint.h>

/* Where a line is being read, for messages. */
struct csv_cursor {
	const char *path;
	uint32_t line;
};

/**
 * csv_split - cut a line into fields in place
 *
 * A field may be quoted by '"', which is doubled inside. Returns how many fields there are; those beyond @max are not
 * stored.
 */
int csv_split(char *line, char **field, int max);

/** csv_error - log "path:line: what: "value"", return -EINVAL */
int csv_error(const struct csv_cursor *at, const char *what, const char *value);

/**
 * csv_lines - call @each with every line of the file but the empty ones, its end cut off
 *
 * The first line is number 1. Stops at the first error of @each; returns that, 0, or -errno of the file, logged.
 */
int csv_lines(const char *path, int (*each)(const struct csv_cursor *at, char *line, void *context), void *context);

#endif
