/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/export_report.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/output/table.h"

static const struct table_column COLUMNS[] = {
	{ "TABLE", TABLE_LEFT, false }, { "ROWS", TABLE_RIGHT, false }, { "BYTES", TABLE_RIGHT, false }, { "COLUMNS", TABLE_LEFT, false }
};

static const char *const FATES[] = { "kept", "token", "moved", "left out" };
static const char *const FATES_TEXT[] = { "as they are", "as tokens", "moved in time", "left out" };

/* The table's columns that become @fate. */
static void list_columns(const struct export_writer *w, enum imported_table_id id, const char *fate, struct buffer *out)
{
	const struct imported_table *t = &imported_tables[id];

	for (size_t i = 0; i < t->count; i++) {
		if (!strcmp(export_privacy_fate(&w->privacy, &t->columns[i]), fate))
			buffer_printf(out, "%s%s", out->len ? ", " : "", t->columns[i].name);
	}
	if (id == IMPORTED_WINDOWS && !strcmp(fate, "kept"))
		buffer_printf(out, "%s%zu features", out->len ? ", " : "", w->head.features.count);
}

static void add_table(const struct export_writer *w, enum imported_table_id id, struct table *table)
{
	for (size_t f = 0, lines = 0; f < sizeof(FATES) / sizeof(FATES[0]); f++) {
		_cleanup_(buffer_free) struct buffer columns = { 0 };

		list_columns(w, id, FATES[f], &columns);
		if (!columns.len)
			continue;
		table_cell(table, lines ? "" : imported_tables[id].name);
		if (lines) {
			table_cell(table, "");
			table_cell(table, "");
		} else {
			table_cellf(table, "%" PRIu64, w->head.rows[id]);
			table_cellf(table, "%" PRIu64, w->bytes[id]);
		}
		table_cellf(table, "%s: %s", FATES_TEXT[f], columns.data);
		lines++;
	}
}

static void add_salt(const struct export_writer *w, const char *salt_file, struct buffer *out)
{
	if (w->privacy.done)
		buffer_append_str(out, "Identities: the source has tokens already; they stay.\n");
	else if (!w->privacy.on)
		buffer_append_str(out, "Identities: they leave. Without --identities tokens would be in their place.\n");
	else if (salt_file)
		buffer_printf(out, "Identities: tokens, the same in every export with the salt in %s.\n", salt_file);
	else
		buffer_append_str(out, "Identities: tokens, whose salt was made for this export and is kept nowhere.\n");
}

static void add_times(const struct export_writer *w, struct buffer *out)
{
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];

	buffer_printf(out, "Times: %s to %s%s.\n", time_format_rfc3339(w->head.from_s * US_PER_SECOND, from),
		      time_format_rfc3339(w->head.to_s * US_PER_SECOND, to),
		      w->privacy.shift_us ? ", moved so that the beginning is not known" : w->head.shifted ? ", moved before" : "");
}

void export_report(const struct export_writer *w, const char *salt_file, bool dry_run)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	_cleanup_(table_free_p) struct table *table = NULL;

	if (table_new(COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), &table) < 0)
		return;
	buffer_append_str(&out, dry_run ? "This would leave:\n" : "This left:\n");
	for (int i = 0; i < IMPORTED_TABLES; i++)
		if (w->head.tables >> i & 1)
			add_table(w, (enum imported_table_id)i, table);
	table_render(table, 0, &out);
	add_times(w, &out);
	add_salt(w, salt_file, &out);
	buffer_write(&out, STDERR_FILENO);
}
