/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/output/export_head.h"
#include "agent/output/export_text.h"
#include "agent/output/plain.h"

#define TICK_ROWS 4096

const char *const export_format_names[] = { "csv", "ndjson", "parquet-ready", NULL };

_Static_assert(sizeof(export_format_names) / sizeof(export_format_names[0]) == EXPORT_FORMATS + 1, "a name a form");

int export_writer_begin(struct export_writer *w)
{
	int r;

	memset(w->cells, 0, sizeof(w->cells));
	memset(w->head.rows, 0, sizeof(w->head.rows));
	if (w->format != EXPORT_NDJSON)
		return 0;
	r = export_place_begin(&w->place, NULL);
	if (r == 0)
		export_head_append(&w->place.text, w);
	return r;
}

int export_writer_table(struct export_writer *w, enum imported_table_id table)
{
	char file[32];
	int r;

	w->table = table;
	if (w->format == EXPORT_NDJSON) {
		w->bytes[table] = w->place.bytes + w->place.text.len;
		return 0;
	}
	snprintf(file, sizeof(file), "%s.csv", imported_tables[table].name);
	r = export_place_begin(&w->place, file);
	if (r == 0)
		export_columns_append(&w->place.text, w, table);
	return r;
}

static bool is_plain_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* Names come from the wire: what is no text becomes '?', in every form of the export the same. */
static void make_safe(struct export_writer *w, const struct imported_table *t)
{
	size_t starts[8], dirty[8], n = 0;

	buffer_reset(&w->clean);
	for (size_t i = 0; i < t->count && n < 8; i++) {
		if (t->columns[i].type != IMPORTED_TEXT || !w->cells[i].set || is_plain_ascii(w->cells[i].s))
			continue;
		dirty[n] = i;
		starts[n++] = w->clean.len;
		plain_append(&w->clean, w->cells[i].s);
		buffer_append(&w->clean, "", 1);
	}
	for (size_t i = 0; i < n; i++)
		w->cells[dirty[i]].s = w->clean.failed ? "" : w->clean.data + starts[i];
}

static void put_csv(struct export_writer *w, const struct imported_table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		if (i)
			buffer_append_char(&w->place.text, ',', 1);
		export_text_csv(&w->place.text, t->columns[i].type, &w->cells[i]);
	}
	for (size_t i = 0; w->table == IMPORTED_WINDOWS && i < w->head.features.count; i++) {
		buffer_append_char(&w->place.text, ',', 1);
		export_text_csv(&w->place.text, IMPORTED_FLOAT, &w->cells[t->count + i]);
	}
}

static void put_json(struct export_writer *w, const struct imported_table *t)
{
	buffer_append_str(&w->place.text, "{\"table\":\"");
	buffer_append_str(&w->place.text, t->name);
	buffer_append_char(&w->place.text, '"', 1);
	for (size_t i = 0; i < t->count; i++)
		export_text_json(&w->place.text, t->columns[i].name, t->columns[i].type, &w->cells[i]);
	for (size_t i = 0; w->table == IMPORTED_WINDOWS && i < w->head.features.count; i++)
		export_text_json(&w->place.text, w->head.features.names[i], IMPORTED_FLOAT, &w->cells[t->count + i]);
	buffer_append_char(&w->place.text, '}', 1);
}

static int tick(const struct export_writer *w)
{
	return w->tick.tick ? w->tick.tick(w->tick.user, imported_tables[w->table].name, w->head.rows[w->table]) : 0;
}

int export_writer_row(struct export_writer *w)
{
	const struct imported_table *t = &imported_tables[w->table];
	size_t used = t->count + (w->table == IMPORTED_WINDOWS ? w->head.features.count : 0);
	int r = 0;

	make_safe(w, t);
	export_privacy_apply(&w->privacy, t, w->cells);
	if (w->format == EXPORT_NDJSON)
		put_json(w, t);
	else
		put_csv(w, t);
	buffer_append_char(&w->place.text, '\n', 1);
	memset(w->cells, 0, used * sizeof(w->cells[0]));
	if (++w->head.rows[w->table] % TICK_ROWS == 0)
		r = tick(w);
	return r < 0 ? r : export_place_flush(&w->place, false);
}

int export_writer_table_end(struct export_writer *w)
{
	int r = tick(w);

	if (r < 0)
		return r;
	if (w->format != EXPORT_NDJSON)
		return export_place_end(&w->place, &w->bytes[w->table]);
	w->bytes[w->table] = w->place.bytes + w->place.text.len - w->bytes[w->table];
	return 0;
}

/* A file of a directory that is written at once. */
static int put_file(struct export_writer *w, const char *name, void (*append)(struct buffer *out, const struct export_writer *w))
{
	uint64_t bytes;
	int r = export_place_begin(&w->place, name);

	if (r < 0)
		return r;
	append(&w->place.text, w);
	return export_place_end(&w->place, &bytes);
}

int export_writer_end(struct export_writer *w)
{
	uint64_t bytes;
	int r = 0;

	if (w->format == EXPORT_NDJSON) {
		export_end_append(&w->place.text, w);
		r = export_place_end(&w->place, &bytes);
	}
	if (w->format == EXPORT_PARQUET)
		r = put_file(w, "parquet.sql", export_sql_append);
	if (r == 0 && w->format != EXPORT_NDJSON && w->place.kind == PLACE_DIRECTORY)
		r = put_file(w, IMPORTED_SCHEMA_FILE, export_head_append);
	return r < 0 ? r : export_place_keep(&w->place);
}

void export_writer_close(struct export_writer *w)
{
	export_place_close(&w->place);
	buffer_free(&w->clean);
	export_salt_wipe(&w->privacy.salt);
}
