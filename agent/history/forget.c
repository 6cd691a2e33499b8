/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/forget.h"

#include <errno.h>

/* Rows that a statement with one parameter deletes. */
static int erase(struct store *s, const char *sql, uint64_t mac, uint64_t *count)
{
	const int64_t value = (int64_t)mac;
	int r = store_run(s, sql, &value, 1);

	if (r == 0)
		*count += (uint64_t)sqlite3_changes64(s->db);
	return r;
}

/* One number of a query with one parameter. */
static int ask(struct store *s, const char *sql, uint64_t mac, uint64_t *value)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, sql, &statement);

	if (r == 0) {
		sqlite3_bind_int64(statement, 1, (int64_t)mac);
		r = store_step(s, statement);
	}
	if (r > 0)
		*value += (uint64_t)sqlite3_column_int64(statement, 0);
	return r < 0 ? r : 0;
}

/* A piece of activity without the device: changed, or gone where nothing is left of it. */
static int put_back(struct store *s, int64_t id, const struct buffer *left, uint64_t seconds)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, left->len ? "UPDATE activity SET data = ?2, entries = entries - ?3 WHERE id = ?1" :
					     "DELETE FROM activity WHERE id = ?1", &statement);

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, id);
	if (left->len) {
		sqlite3_bind_blob(statement, 2, left->data, (int)left->len, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, (int64_t)seconds);
	}
	return store_step(s, statement);
}

static int erase_in_row(struct store *s, sqlite3_stmt *row, uint64_t mac, struct forgotten *gone)
{
	_cleanup_(buffer_free) struct buffer left = { 0 };
	uint64_t seconds = 0;
	int r = forget_in_blob(sqlite3_column_blob(row, 1), (size_t)sqlite3_column_bytes(row, 1), mac, &left, &seconds);

	if (r == -EBADMSG) {
		gone->damaged++;
		buffer_reset(&left);
		return put_back(s, sqlite3_column_int64(row, 0), &left, 0);
	}
	if (r < 0 || !seconds)
		return r;
	gone->seconds += seconds;
	return put_back(s, sqlite3_column_int64(row, 0), &left, seconds);
}

/* One row after the other, by number: what is being read must not be changed under the reader. */
static int erase_activity(struct store *s, uint64_t mac, struct forgotten *gone)
{
	int64_t after = 0;
	int r = 1;

	while (r > 0) {
		_cleanup_statement_ sqlite3_stmt *row = NULL;
		int e;

		r = store_prepare(s, "SELECT id, data FROM activity WHERE id > ? ORDER BY id LIMIT 1", &row);
		if (r < 0)
			return r;
		sqlite3_bind_int64(row, 1, after);
		r = store_step(s, row);
		if (r <= 0)
			return r;
		after = sqlite3_column_int64(row, 0);
		e = erase_in_row(s, row, mac, gone);
		if (e < 0)
			return e;
	}
	return r;
}

static int erase_address(struct store *s, uint64_t mac, struct forgotten *gone)
{
	gone->addresses++;
	return ask(s, "SELECT count(*) FROM evidence WHERE label IN (SELECT id FROM label WHERE mac = ?)", mac, &gone->evidence) ?:
	       erase(s, "DELETE FROM label WHERE mac = ?", mac, &gone->labels) ?:
	       erase(s, "DELETE FROM function WHERE mac = ?", mac, &gone->functions) ?:
	       erase(s, "DELETE FROM period WHERE mac = ?", mac, &gone->periods) ?:
	       erase(s, "DELETE FROM name WHERE mac = ?", mac, &gone->names) ?:
	       erase(s, "DELETE FROM device WHERE mac = ?", mac, &gone->devices) ?: erase_activity(s, mac, gone);
}

/* An address that was merged into the device, 0 where there is none any more. */
static int next_merged(struct store *s, uint64_t mac, uint64_t *merged)
{
	*merged = 0;
	return ask(s, "SELECT mac FROM name WHERE merged_into = ? AND mac <> merged_into LIMIT 1", mac, merged);
}

int forget_begin(struct store *s, uint64_t mac, struct forgotten *gone)
{
	uint64_t merged = 0;
	int r = store_run(s, "PRAGMA secure_delete = ON", NULL, 0) ?: store_begin(s);

	*gone = (struct forgotten){ 0 };
	while (r == 0 && (r = next_merged(s, mac, &merged)) == 0 && merged)
		r = erase_address(s, merged, gone);
	return r < 0 ? r : erase_address(s, mac, gone);
}

int forget_end(struct store *s, bool keep)
{
	int r;

	if (keep) {
		store_rollback(s);
		return 0;
	}
	r = store_commit(s);
	if (r < 0) {
		store_rollback(s);
		return r;
	}
	return store_run(s, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, 0);
}
