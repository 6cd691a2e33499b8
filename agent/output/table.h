/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_TABLE_H
#define IOTBPF_OUTPUT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/buffer.h"
#include "agent/base/cleanup.h"

/* A text table for people: columns as wide as their widest cell, two spaces between them. */
struct table;

enum table_align { TABLE_LEFT, TABLE_RIGHT };

struct table_column {
	const char *title;
	enum table_align align;
	bool shrinks; /* may be cut, with an ellipsis, where the table is too wide */
};

/** table_new - @columns must live as long as the table; 0 or -ENOMEM */
int table_new(const struct table_column *columns, size_t n, struct table **table);

void table_free(struct table *table);

/** table_cell - set the next cell, row by row; made safe as plain_append() does; NULL is an empty cell */
void table_cell(struct table *table, const char *text);

/** table_cellf - as table_cell(), formatted */
void table_cellf(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * table_render - append titles and rows, the last one filled up with empty cells
 * @width: columns of the terminal, that no line exceeds; 0: no limit
 *
 * Returns 0, or -ENOMEM if anything since table_new() had not enough memory.
 */
int table_render(const struct table *table, size_t width, struct buffer *out);

/** table_print - render to @fd, which is cut to its width if it is a terminal; 0 or -errno, not logged */
int table_print(const struct table *table, int fd);

/** terminal_width - columns of the terminal @fd; 0 if it is none or does not say */
size_t terminal_width(int fd);

/** terminal_no_color - does whoever looks want no colours? NO_COLOR with any value, or TERM=dumb */
bool terminal_no_color(void);

DEFINE_CLEANUP(struct table, table_free)

#endif
