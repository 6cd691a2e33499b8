/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_TEXT_H
#define AGENT_OUTPUT_EXPORT_TEXT_H

/* Cells as text. A time becomes two columns, NAME and NAME_us. Whatever is written reads back as the same value. */

#include "agent/base/buffer.h"
#include "agent/history/imported_tables.h"

/** export_text_csv - one cell by RFC 4180, empty where the cell is; of a time two, with the comma between them */
void export_text_csv(struct buffer *out, enum imported_type type, const struct imported_cell *cell);

/** export_text_json - ,"NAME":VALUE; nothing where the cell is empty */
void export_text_json(struct buffer *out, const char *name, enum imported_type type, const struct imported_cell *cell);

/** export_text_number - the shortest decimal that reads back as @value, a float32 if @single; @value must be finite */
void export_text_number(struct buffer *out, double value, bool single);

#endif
