/* SPDX-License-Identifier: BSD-2-Clause */

/* From the store into a dataset. */

#include "agent/history/archive.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/history/archive_blob.h"

#define SECOND_MAX (INT64_C(1) << 33)

struct loading {
	struct store *store;
	struct dataset *ds;
	int64_t from_s, to_s;
	uint64_t mac;
};

static int refuse(struct loading *l, int e)
{
	if (e == -E2BIG)
		snprintf(l->store->why, sizeof(l->store->why), "more than %zu active seconds: ask for a shorter time, or for one device",
			 DATASET_SECONDS);
	else if (e == -ERANGE)
		snprintf(l->store->why, sizeof(l->store->why), "more than ten years: ask for a shorter time");
	else if (e == -ENOMEM)
		snprintf(l->store->why, sizeof(l->store->why), "out of memory: ask for a shorter time, or for one device");
	return e;
}

int archive_span(struct store *s, int64_t *from_s, int64_t *to_s)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, "SELECT min(from_s), max(to_s) FROM activity", &statement);

	*from_s = *to_s = 0;
	if (r == 0)
		r = store_step(s, statement);
	if (r > 0) {
		*from_s = sqlite3_column_int64(statement, 0);
		*to_s = sqlite3_column_int64(statement, 1);
	}
	return r < 0 ? r : 0;
}

/* One row of activity. Damage costs that row, not the others. */
static int load_row(struct loading *l, sqlite3_stmt *row)
{
	struct dataset_take take = { .ds = l->ds, .only = l->mac, .from_s = l->from_s, .to_s = l->to_s };
	int r = dataset_take_begin(&take, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1) - 1), end;

	if (r == 0)
		r = archive_blob_read(sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2), &take);
	end = dataset_take_end(&take);
	if (r == -EBADMSG || r == -EPROTONOSUPPORT) {
		l->ds->damaged++;
		r = 0;
	}
	return refuse(l, r < 0 ? r : end);
}

static int load_activity(struct loading *l)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = store_prepare(l->store, "SELECT from_s, to_s, data FROM activity WHERE from_s < ? AND to_s > ? ORDER BY from_s", &rows);

	if (r < 0)
		return r;
	sqlite3_bind_int64(rows, 1, l->to_s);
	sqlite3_bind_int64(rows, 2, l->from_s);
	while ((r = store_step(l->store, rows)) > 0) {
		r = load_row(l, rows);
		if (r < 0)
			return r;
	}
	return r;
}

static void copy_text(char to[DATASET_TEXT], sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	snprintf(to, DATASET_TEXT, "%s", text ? text : "");
}

static void read_function(sqlite3_stmt *row, struct dataset_function *f, int64_t now_us)
{
	*f = (struct dataset_function){
		.from_us = sqlite3_column_int64(row, 1),
		.to_us = sqlite3_column_int64(row, 2),
		.p = sqlite3_column_type(row, 4) == SQLITE_NULL ? NAN : (float)sqlite3_column_double(row, 4),
		.owner = sqlite3_column_int(row, 5) != 0,
		.open = sqlite3_column_type(row, 2) == SQLITE_NULL,
	};
	copy_text(f->label, row, 3);
	if (f->open)
		f->to_us = now_us > f->from_us ? now_us : f->from_us;
}

int archive_functions(struct store *s, uint64_t mac, int64_t since_us, int64_t now_us,
		      int (*fn)(void *user, uint64_t mac, const struct dataset_function *function), void *user)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = store_prepare(s,
			      "SELECT mac, from_us, to_us, label, p, owner FROM function"
			      " WHERE (?1 = 0 OR mac = ?1) AND (to_us IS NULL OR to_us > ?2) ORDER BY from_us, mac",
			      &rows);

	if (r < 0)
		return r;
	sqlite3_bind_int64(rows, 1, (int64_t)mac);
	sqlite3_bind_int64(rows, 2, since_us);
	while ((r = store_step(s, rows)) > 0) {
		struct dataset_function f;

		read_function(rows, &f, now_us);
		r = fn(user, (uint64_t)sqlite3_column_int64(rows, 0), &f);
		if (r)
			return r;
	}
	return r;
}

/* A row that says nonsense is left out. */
static int counted(struct loading *l, int r)
{
	if (r != -EINVAL)
		return refuse(l, r);
	l->ds->damaged++;
	return 0;
}

static int take_function(void *user, uint64_t mac, const struct dataset_function *f)
{
	struct loading *l = user;
	struct dataset_device *d;

	if (f->from_us >= l->to_s * US_PER_SECOND)
		return 0;
	d = dataset_device(l->ds, mac);
	return counted(l, d ? dataset_add_function(d, f) : -ENOMEM);
}

static int take_period(struct loading *l, sqlite3_stmt *row)
{
	struct dataset_period p = { .seconds = sqlite3_column_double(row, 3),
				    .log_p = sqlite3_column_double(row, 4),
				    .support = sqlite3_column_double(row, 5),
				    .from_us = sqlite3_column_int64(row, 6),
				    .to_us = sqlite3_column_int64(row, 7),
				    .open = sqlite3_column_type(row, 7) == SQLITE_NULL };
	struct dataset_device *d = dataset_device(l->ds, (uint64_t)sqlite3_column_int64(row, 0));
	int64_t layer = sqlite3_column_int64(row, 1), proto = sqlite3_column_int64(row, 2);
	struct dataset_flow *f;

	if (layer < 0 || layer > UINT8_MAX || proto < 0 || proto > UINT16_MAX)
		return counted(l, -EINVAL);
	f = d ? dataset_flow(d, (uint32_t)layer, (uint32_t)proto) : NULL;
	if (p.open)
		p.to_us = l->ds->to_s * US_PER_SECOND > p.from_us ? l->ds->to_s * US_PER_SECOND : p.from_us;
	return counted(l, f ? dataset_add_period(f, &p) : -ENOMEM);
}

static int load_periods(struct loading *l)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = store_prepare(l->store,
			      "SELECT mac, layer, proto, seconds, log_p, support, from_us, to_us FROM period"
			      " WHERE (?1 = 0 OR mac = ?1) AND from_us < ?3 AND (to_us IS NULL OR to_us > ?2)",
			      &rows);

	if (r < 0)
		return r;
	sqlite3_bind_int64(rows, 1, (int64_t)l->mac);
	sqlite3_bind_int64(rows, 2, l->from_s * US_PER_SECOND);
	sqlite3_bind_int64(rows, 3, l->to_s * US_PER_SECOND);
	while ((r = store_step(l->store, rows)) > 0) {
		r = take_period(l, rows);
		if (r < 0)
			return r;
	}
	return r;
}

int archive_devices(struct store *s, int (*fn)(void *user, const struct archive_device *device), void *user)
{
	_cleanup_statement_ sqlite3_stmt *rows = NULL;
	int r = store_prepare(s,
			      "SELECT mac, first_us, last_us, label, label_p, owner, tx_packets, tx_bytes, rx_packets, rx_bytes"
			      " FROM device ORDER BY mac",
			      &rows);

	while (r == 0 && (r = store_step(s, rows)) > 0) {
		struct archive_device d = {
			.mac = (uint64_t)sqlite3_column_int64(rows, 0),
			.first_us = sqlite3_column_int64(rows, 1),
			.last_us = sqlite3_column_int64(rows, 2),
			.label_p = sqlite3_column_type(rows, 4) == SQLITE_NULL ? NAN : (float)sqlite3_column_double(rows, 4),
			.owner = sqlite3_column_int(rows, 5) != 0,
			.tx_packets = (uint64_t)sqlite3_column_int64(rows, 6),
			.tx_bytes = (uint64_t)sqlite3_column_int64(rows, 7),
			.rx_packets = (uint64_t)sqlite3_column_int64(rows, 8),
			.rx_bytes = (uint64_t)sqlite3_column_int64(rows, 9),
		};

		copy_text(d.label, rows, 3);
		r = fn(user, &d);
	}
	return r;
}

/* Devices that did nothing in the time asked for are not in the dataset. */
static int take_device(void *user, const struct archive_device *from)
{
	struct loading *l = user;
	struct dataset_device *to = dataset_find(l->ds, from->mac);

	if (!to)
		return 0;
	snprintf(to->label, sizeof(to->label), "%s", from->label);
	to->label_p = from->label_p;
	to->owner = from->owner;
	to->first_us = from->first_us;
	to->last_us = from->last_us;
	return 0;
}

static int set_span(struct loading *l)
{
	int64_t first_s, end_s;
	int r = archive_span(l->store, &first_s, &end_s);

	if (r < 0)
		return r;
	l->from_s = l->from_s > first_s ? l->from_s : first_s;
	l->to_s = l->to_s < end_s ? l->to_s : end_s;
	l->to_s = l->to_s > l->from_s ? l->to_s : l->from_s;
	if (l->to_s > SECOND_MAX)
		return refuse(l, -ERANGE);
	return refuse(l, dataset_set_span(l->ds, l->from_s, l->to_s));
}

static int load(struct loading *l)
{
	int r = set_span(l);

	if (r == 0)
		r = load_activity(l);
	if (r == 0)
		r = archive_functions(l->store, l->mac, l->from_s * US_PER_SECOND, l->to_s * US_PER_SECOND, take_function, l);
	if (r == 0)
		r = load_periods(l);
	if (r == 0)
		r = archive_devices(l->store, take_device, l);
	if (r < 0)
		return r;
	dataset_finish(l->ds);
	dataset_clip(l->ds, l->from_s, l->to_s);
	return 0;
}

int archive_load(struct store *s, int64_t from_s, int64_t to_s, uint64_t mac, struct dataset **ds)
{
	_cleanup_(dataset_free_p) struct dataset *made = dataset_new();
	struct loading l = { .store = s, .ds = made, .from_s = from_s, .to_s = to_s, .mac = mac };
	int r = made ? store_run(s, "BEGIN", NULL, 0) : refuse(&l, -ENOMEM);

	if (r < 0)
		return r;
	r = load(&l); /* one state of all tables, whatever is written meanwhile */
	store_rollback(s);
	if (r == 0)
		*ds = TAKE_PTR(made);
	return r;
}
