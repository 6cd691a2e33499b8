/* SPDX-License-Identifier: BSD-2-Clause */

/* Bounds of the history: age, size, number of devices. */

#include "agent/history/archive_internal.h"

#include <string.h>

#include "agent/base/clock.h"

#define TRIM_EVERY_US (INT64_C(3600) * US_PER_SECOND)
#define CAP_SLACK 64 /* a 64th below the cap, so that not every change drops something */

/* Numbers of the first row of a query with up to one parameter; 0 where there is no row. */
static int read_row(struct store *s, const char *sql, const int64_t *parameter, int64_t *values, int count)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, sql, &statement);

	memset(values, 0, (size_t)count * sizeof(*values));
	if (r == 0 && parameter)
		sqlite3_bind_int64(statement, 1, *parameter);
	if (r == 0)
		r = store_step(s, statement);
	for (int i = 0; r > 0 && i < count; i++)
		values[i] = sqlite3_column_int64(statement, i);
	return r < 0 ? r : 0;
}

static int measure(struct archive *a)
{
	int64_t activity[2], spans;
	int r = read_row(a->store, "SELECT sum(length(data)), min(from_s) FROM activity", NULL, activity, 2);

	if (r == 0)
		r = read_row(a->store, "SELECT (SELECT count(*) FROM function) + (SELECT count(*) FROM period)", NULL, &spans, 1);
	if (r < 0)
		return r;
	a->bytes = activity[0] + spans * ARCHIVE_SPAN_BYTES;
	a->oldest_s = activity[1];
	return 0;
}

int archive_open(struct archive *a, struct store *store, const struct archive_limits *limits, int64_t now_us)
{
	int64_t end_us;
	int r;

	*a = (struct archive){ .store = store, .limits = *limits, .trim_us = now_us };
	r = read_row(store, "SELECT coalesce(max(to_s), 0) * 1000000 FROM activity", NULL, &end_us, 1);
	if (r == 0)
		r = store_run(store, "UPDATE function SET to_us = max(from_us, ?) WHERE to_us IS NULL", &end_us, 1);
	if (r == 0)
		r = store_run(store, "UPDATE period SET to_us = max(from_us, ?) WHERE to_us IS NULL", &end_us, 1);
	return r < 0 ? r : measure(a);
}

/* Functions and periods that were over before @to_us. */
static int drop_spans(struct archive *a, int64_t to_us)
{
	int r = store_run(a->store, "DELETE FROM function WHERE to_us < ?", &to_us, 1);

	return r < 0 ? r : store_run(a->store, "DELETE FROM period WHERE to_us < ?", &to_us, 1);
}

static int drop_old(struct archive *a, int64_t now_us)
{
	int64_t edge_s = (now_us / US_PER_SECOND) - a->limits.keep_s, edge_us = edge_s * US_PER_SECOND, entries;
	int r;

	if (!a->limits.keep_s || now_us < a->trim_us)
		return 0;
	a->trim_us = now_us + TRIM_EVERY_US;
	r = read_row(a->store, "SELECT sum(entries) FROM activity WHERE to_s < ?", &edge_s, &entries, 1);
	if (r == 0)
		r = store_run(a->store, "DELETE FROM activity WHERE to_s < ?", &edge_s, 1);
	if (r == 0)
		r = drop_spans(a, edge_us);
	if (r == 0)
		r = store_run(a->store, "DELETE FROM device WHERE last_us < ? AND mac NOT IN (SELECT mac FROM label)", &edge_us, 1);
	if (r == 0)
		a->expired += (uint64_t)entries;
	return r;
}

static int drop_oldest(struct archive *a)
{
	int64_t row[4], end_us = 0;
	int r = 0;

	while (r == 0 && a->bytes > a->limits.bytes - a->limits.bytes / CAP_SLACK) {
		r = read_row(a->store, "SELECT id, length(data), entries, to_s FROM activity ORDER BY from_s LIMIT 1", NULL, row, 4);
		if (r < 0 || !row[0])
			break;
		r = store_run(a->store, "DELETE FROM activity WHERE id = ?", row, 1);
		a->bytes -= row[1];
		a->capped += (uint64_t)row[2];
		end_us = row[3] * US_PER_SECOND;
	}
	return r < 0 ? r : drop_spans(a, end_us);
}

static int drop_devices(struct archive *a)
{
	int64_t count, over;
	int r = read_row(a->store, "SELECT count(*) FROM device", NULL, &count, 1);

	over = count - ARCHIVE_DEVICES;
	if (r < 0 || over <= 0)
		return r;
	a->devices_dropped += (uint64_t)over;
	return store_run(a->store,
			 "DELETE FROM device WHERE mac IN (SELECT mac FROM device WHERE mac NOT IN (SELECT mac FROM label)"
			 " ORDER BY tx_packets + rx_packets, last_us LIMIT ?)",
			 &over, 1);
}

int archive_trim(struct archive *a, int64_t bytes, int64_t now_us)
{
	bool due = now_us >= a->trim_us;
	int r = drop_old(a, now_us);

	a->bytes += bytes;
	if (r == 0 && due)
		r = measure(a);
	if (r == 0 && a->limits.bytes && a->bytes > a->limits.bytes) {
		r = drop_oldest(a);
		if (r == 0)
			r = measure(a);
	}
	return r < 0 ? r : drop_devices(a);
}
