/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_HEAD_H
#define AGENT_OUTPUT_EXPORT_HEAD_H

#include "agent/output/export_writer.h"

/** export_head_append - the head as JSON: in one line of an NDJSON stream, a column a line with numbers of rows in a directory */
void export_head_append(struct buffer *out, const struct export_writer *w);

/** export_end_append - the last line of an NDJSON stream */
void export_end_append(struct buffer *out, const struct export_writer *w);

/** export_columns_append - the first line of a CSV file */
void export_columns_append(struct buffer *out, const struct export_writer *w, enum imported_table_id table);

/** export_sql_append - statements for DuckDB that make Parquet files of the directory */
void export_sql_append(struct buffer *out, const struct export_writer *w);

#endif
