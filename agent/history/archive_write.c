/* SPDX-License-Identifier: BSD-2-Clause */

/* From the recorder into the store. */

#include "agent/history/archive_internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/history/archive_blob.h"
#include "agent/history/record_internal.h"

/* One change under way. */
struct writing {
	struct archive *archive;
	struct record *record;
	int64_t offset_s, now_us;
	struct archive_blob blob;
	struct buffer packed;
	sqlite3_stmt *insert;
	int64_t bytes; /* that it adds */
	uint64_t entries;
};

static int no_memory(struct writing *w)
{
	snprintf(w->archive->store->why, sizeof(w->archive->store->why), "out of memory");
	return -ENOMEM;
}

static int write_blob(struct writing *w)
{
	struct store *s = w->archive->store;
	int r;

	if (!w->blob.entries)
		return 0;
	if (archive_blob_pack(&w->blob, &w->packed) < 0)
		return no_memory(w);
	sqlite3_reset(w->insert);
	sqlite3_bind_int64(w->insert, 1, w->blob.from_s);
	sqlite3_bind_int64(w->insert, 2, w->blob.to_s);
	sqlite3_bind_int64(w->insert, 3, (int64_t)w->blob.entries);
	sqlite3_bind_blob(w->insert, 4, w->packed.data, (int)w->packed.len, SQLITE_STATIC);
	r = store_step(s, w->insert);
	w->bytes += (int64_t)w->packed.len;
	w->entries += w->blob.entries;
	archive_blob_begin(&w->blob, w->blob.base_s);
	return r;
}

static int write_series(struct writing *w, uint32_t number)
{
	const struct record_pool *pool = &w->record->pool;
	const struct record_series *s = &pool->series[number];
	struct record_cursor cursor = record_cursor(pool, number);
	struct record_second second;
	uint32_t left = s->count + s->is_open, run = 0;
	int r = 0;

	while (r == 0 && record_next(&cursor, &second)) {
		if (!run) {
			run = left < ARCHIVE_RUN ? left : ARCHIVE_RUN;
			left -= run;
			archive_blob_series(&w->blob, &s->key, run);
		}
		archive_blob_second(&w->blob, w->offset_s + second.at, second.packets, second.bytes);
		if (--run == 0 && w->blob.raw.len >= ARCHIVE_RAW)
			r = write_blob(w);
	}
	return r;
}

static int write_activity(struct writing *w)
{
	_cleanup_free_ uint32_t *list = NULL;
	size_t count;
	int r;

	if (record_sorted(w->record, &list, &count) < 0)
		return no_memory(w);
	r = store_prepare(w->archive->store, "INSERT INTO activity(from_s, to_s, entries, data) VALUES(?, ?, ?, ?)", &w->insert);
	archive_blob_begin(&w->blob, w->offset_s + w->record->pool.first);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = write_series(w, list[i]);
	if (r == 0)
		r = write_blob(w);
	sqlite3_finalize(w->insert);
	w->insert = NULL;
	return r;
}

static void bind_device(sqlite3_stmt *statement, const struct writing *w, const struct record_device *d)
{
	const int64_t counts[] = { (int64_t)d->tx.packets, (int64_t)d->tx.bytes, (int64_t)d->rx.packets, (int64_t)d->rx.bytes };

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	sqlite3_bind_int64(statement, 1, (int64_t)d->mac);
	sqlite3_bind_int64(statement, 2, (w->offset_s + d->first) * US_PER_SECOND);
	sqlite3_bind_int64(statement, 3, (w->offset_s + (d->last > d->first ? d->last : d->first)) * US_PER_SECOND);
	if (*d->label) {
		sqlite3_bind_text(statement, 4, d->label, -1, SQLITE_STATIC);
		sqlite3_bind_double(statement, 5, (double)d->label_p);
	}
	sqlite3_bind_int(statement, 6, d->owner);
	for (int i = 0; i < 4; i++)
		sqlite3_bind_int64(statement, 7 + i, counts[i]);
	sqlite3_bind_int(statement, 11, d->typed);
}

static int write_devices(struct writing *w)
{
	struct store *s = w->archive->store;
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s,
			      "INSERT INTO device(mac, first_us, last_us, label, label_p, owner, tx_packets, tx_bytes, rx_packets, rx_bytes)"
			      " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT(mac) DO UPDATE SET"
			      " first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us),"
			      " label = iif(?11, excluded.label, label), label_p = iif(?11, excluded.label_p, label_p),"
			      " owner = iif(?11, excluded.owner, owner),"
			      " tx_packets = tx_packets + excluded.tx_packets, tx_bytes = tx_bytes + excluded.tx_bytes,"
			      " rx_packets = rx_packets + excluded.rx_packets, rx_bytes = rx_bytes + excluded.rx_bytes",
			      &statement);

	for (uint32_t i = 1; r == 0 && i <= w->record->device_count; i++) {
		const struct record_device *d = &w->record->devices[i];

		if (!d->in_use || !d->changed)
			continue;
		bind_device(statement, w, d);
		r = store_step(s, statement);
	}
	return r;
}

/* Columns that functions and periods have in common. */
static void bind_span(sqlite3_stmt *statement, const struct record_span *span, int64_t from_us, int64_t to_us)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (span->id)
		sqlite3_bind_int64(statement, 1, span->id);
	sqlite3_bind_int64(statement, 2, (int64_t)span->mac);
	sqlite3_bind_int64(statement, 3, from_us);
	if (span->over)
		sqlite3_bind_int64(statement, 4, to_us);
}

static int write_span(struct writing *w, sqlite3_stmt *statement, struct record_span *span)
{
	int r = store_step(w->archive->store, statement);

	span->row = span->id ? span->id : sqlite3_last_insert_rowid(w->archive->store->db);
	w->bytes += span->id ? 0 : ARCHIVE_SPAN_BYTES;
	return r;
}

static int write_functions(struct writing *w)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(w->archive->store,
			      "INSERT OR REPLACE INTO function(id, mac, from_us, to_us, label, p, owner) VALUES(?, ?, ?, ?, ?, ?, ?)",
			      &statement);

	for (size_t i = 0; r == 0 && i < w->record->functions.count; i++) {
		struct record_span *span = &w->record->functions.list[i];
		const struct dataset_function *f = &span->function;

		if (!span->changed)
			continue;
		bind_span(statement, span, f->from_us, f->to_us);
		sqlite3_bind_text(statement, 5, f->label, -1, SQLITE_STATIC);
		sqlite3_bind_double(statement, 6, (double)f->p); /* NAN is NULL */
		sqlite3_bind_int(statement, 7, f->owner);
		r = write_span(w, statement, span);
	}
	return r;
}

static int write_periods(struct writing *w)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(w->archive->store,
			      "INSERT OR REPLACE INTO period(id, mac, from_us, to_us, layer, proto, seconds, log_p, support)"
			      " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
			      &statement);

	for (size_t i = 0; r == 0 && i < w->record->periods.count; i++) {
		struct record_span *span = &w->record->periods.list[i];
		const struct dataset_period *p = &span->period;

		if (!span->changed)
			continue;
		bind_span(statement, span, p->from_us, p->to_us);
		sqlite3_bind_int64(statement, 5, span->layer);
		sqlite3_bind_int64(statement, 6, span->proto);
		sqlite3_bind_double(statement, 7, p->seconds);
		sqlite3_bind_double(statement, 8, p->log_p);
		sqlite3_bind_double(statement, 9, p->support);
		r = write_span(w, statement, span);
	}
	return r;
}

static void keep_rows(struct record_spans *spans)
{
	for (size_t i = 0; i < spans->count; i++)
		spans->list[i].id = spans->list[i].row;
}

static int write_all(struct writing *w)
{
	int r = store_begin(w->archive->store);

	if (r < 0)
		return r;
	r = write_activity(w);
	if (r == 0)
		r = write_devices(w);
	if (r == 0)
		r = write_functions(w);
	if (r == 0)
		r = write_periods(w);
	if (r == 0)
		r = archive_trim(w->archive, w->bytes, w->now_us);
	return store_finish(w->archive->store, r);
}

int archive_write(struct archive *a, struct record *record, int64_t offset_s, int64_t now_us)
{
	struct writing w = { .archive = a, .record = record, .offset_s = offset_s, .now_us = now_us };
	struct archive before = *a;
	int r = store_lazy(a->store, true);

	if (r == 0)
		r = write_all(&w);
	store_lazy(a->store, false);
	sqlite3_db_release_memory(a->store->db); /* the pages that were written are not needed for some minutes */
	archive_blob_free(&w.blob);
	buffer_free(&w.packed);
	if (r < 0) {
		*a = before;
		return r;
	}
	keep_rows(&record->functions);
	keep_rows(&record->periods);
	if (w.entries && !a->oldest_s)
		a->oldest_s = offset_s + record->pool.first;
	a->written += w.entries;
	record_written(record);
	return 0;
}
