/* SPDX-License-Identifier: BSD-2-Clause */

/* The tables `label` and `evidence`. */

#include "agent/history/labels.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/utf8.h"

#define COLUMNS                                                                                                     \
	"SELECT l.id, l.mac, l.type, l.function, l.from_us, l.to_us, l.made_us, l.open, l.sample_s,"                \
	" coalesce(sum(length(e.packets)), 0) / 16, count(e.id), coalesce(max(e.start_us), 0)"                      \
	" FROM label l LEFT JOIN evidence e ON e.label = l.id "

_Static_assert(sizeof(struct iot_packet) == 16, "COLUMNS counts packets by 16 bytes");

const char *label_name_check(const char *name)
{
	size_t n = strlen(name), at = 0, length;
	uint32_t code;

	if (!n)
		return "is empty";
	if (n > LABEL_NAME_MAX)
		return "is longer than 63 bytes";
	for (; at < n; at += length) {
		length = utf8_decode(name + at, n - at, &code);
		if (!length)
			return "is not UTF-8";
		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			return "has control characters";
	}
	return name[0] == ' ' || name[n - 1] == ' ' ? "begins or ends with a space" : NULL;
}

static void copy_text(char to[LABEL_NAME_MAX + 1], sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	snprintf(to, LABEL_NAME_MAX + 1, "%s", text ? text : "");
}

static void read_label(sqlite3_stmt *statement, struct label *l)
{
	*l = (struct label){
		.id = sqlite3_column_int64(statement, 0),
		.mac = (uint64_t)sqlite3_column_int64(statement, 1),
		.from_us = sqlite3_column_int64(statement, 4),
		.to_us = sqlite3_column_int64(statement, 5),
		.made_us = sqlite3_column_int64(statement, 6),
		.open = sqlite3_column_int(statement, 7) != 0,
		.sample_s = (uint32_t)sqlite3_column_int64(statement, 8),
		.packets = (uint64_t)sqlite3_column_int64(statement, 9),
		.samples = (uint32_t)sqlite3_column_int64(statement, 10),
		.last_sample_us = sqlite3_column_int64(statement, 11),
	};
	copy_text(l->type, statement, 2);
	copy_text(l->function, statement, 3);
}

/* The first row of a query with a number, or -ENOENT. */
static int find(struct store *s, const char *sql, int64_t number, struct label *label)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, sql, &statement);

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, number);
	r = store_step(s, statement);
	if (r > 0)
		read_label(statement, label);
	return r > 0 ? 0 : r == 0 ? -ENOENT : r;
}

static int no_label(struct store *s, int64_t id)
{
	snprintf(s->why, sizeof(s->why), "there is no label %lld: `iotbpf labels` lists them", (long long)id);
	return -ENOENT;
}

int labels_get(struct store *s, int64_t id, struct label *label)
{
	int r = find(s, COLUMNS "WHERE l.id = ? GROUP BY l.id", id, label);

	return r == -ENOENT ? no_label(s, id) : r;
}

static int check_room(struct store *s)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, "SELECT count(*) FROM label", &statement);

	if (r == 0)
		r = store_step(s, statement);
	if (r > 0 && sqlite3_column_int64(statement, 0) >= LABELS_MAX) {
		snprintf(s->why, sizeof(s->why), "there are %d labels, which is all that fit: remove some by `iotbpf unlabel`", LABELS_MAX);
		return -ENOSPC;
	}
	return r < 0 ? r : 0;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	if (*text)
		sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static int insert(struct store *s, struct label *l)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s,
			      "INSERT INTO label(mac, type, function, from_us, to_us, made_us, open, sample_s)"
			      " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
			      &statement);
	const int64_t numbers[] = { l->from_us, l->to_us, l->made_us, l->open, LABEL_SAMPLE_S };

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, (int64_t)l->mac);
	bind_text(statement, 2, l->type);
	bind_text(statement, 3, l->function);
	for (int i = 0; i < 5; i++)
		sqlite3_bind_int64(statement, 4 + i, numbers[i]);
	r = store_step(s, statement);
	l->id = sqlite3_last_insert_rowid(s->db);
	l->sample_s = LABEL_SAMPLE_S;
	return r;
}

static int rename_type(struct store *s, const struct label *l)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, "UPDATE label SET type = ?, made_us = ? WHERE id = ?", &statement);

	if (r < 0)
		return r;
	sqlite3_bind_text(statement, 1, l->type, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, l->made_us);
	sqlite3_bind_int64(statement, 3, l->id);
	return store_step(s, statement);
}

static int insert_evidence(struct store *s, int64_t label, const struct label_evidence *e)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, "INSERT INTO evidence(label, start_us, missed, abi, packets) VALUES(?, ?, ?, ?, ?)", &statement);
	const int64_t numbers[] = { label, e->start_us, (int64_t)e->missed, IOT_ABI };

	if (r < 0)
		return r;
	for (int i = 0; i < 4; i++)
		sqlite3_bind_int64(statement, i + 1, numbers[i]);
	sqlite3_bind_blob(statement, 5, e->packets, (int)(e->count * sizeof(*e->packets)), SQLITE_STATIC);
	return store_step(s, statement);
}

int labels_set_type(struct store *s, struct label *l, const struct label_evidence *evidence, char previous[LABEL_NAME_MAX + 1])
{
	struct label known;
	int r = store_begin(s);

	*previous = '\0';
	if (r < 0)
		return r;
	r = find(s, COLUMNS "WHERE l.mac = ? AND l.function IS NULL GROUP BY l.id", (int64_t)l->mac, &known);
	if (r == 0) {
		strcpy(previous, known.type);
		l->id = known.id;
		l->sample_s = known.sample_s;
		r = rename_type(s, l);
	} else if (r == -ENOENT) {
		r = check_room(s);
		if (r == 0)
			r = insert(s, l);
		if (r == 0 && evidence)
			r = insert_evidence(s, l->id, evidence);
	}
	return store_finish(s, r);
}

/* Labels of one device are few, and in an index by time. */
static int check_overlap(struct store *s, const struct label *l)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	struct label other;
	int r = store_prepare(s,
			      COLUMNS "WHERE l.mac = ? AND l.function IS NOT NULL AND l.from_us < ? AND l.to_us > ?"
				      " GROUP BY l.id ORDER BY l.from_us LIMIT 1",
			      &statement);

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, (int64_t)l->mac);
	sqlite3_bind_int64(statement, 2, l->to_us);
	sqlite3_bind_int64(statement, 3, l->from_us);
	r = store_step(s, statement);
	if (r <= 0)
		return r;
	read_label(statement, &other);
	snprintf(s->why, sizeof(s->why), "it overlaps label %lld (%.100s): `iotbpf unlabel %lld` first", (long long)other.id,
		 other.function, (long long)other.id);
	return -EEXIST;
}

int labels_add_function(struct store *s, struct label *l, const struct label_evidence *evidence)
{
	int r = store_begin(s);

	if (r < 0)
		return r;
	r = check_overlap(s, l);
	if (r == 0)
		r = check_room(s);
	if (r == 0)
		r = insert(s, l);
	if (r == 0 && evidence)
		r = insert_evidence(s, l->id, evidence);
	return store_finish(s, r);
}

int labels_close(struct store *s, const struct label *l, int64_t to_us, const struct label_evidence *evidence)
{
	const int64_t values[] = { to_us, l->id };
	int r = store_begin(s);

	if (r < 0)
		return r;
	r = store_run(s, "UPDATE label SET open = 0, to_us = ? WHERE id = ?", values, 2);
	if (r == 0 && evidence)
		r = insert_evidence(s, l->id, evidence);
	return store_finish(s, r);
}

int labels_close_stale(struct store *s, int64_t now_us)
{
	return store_run(s, "UPDATE label SET open = 0, to_us = max(from_us, min(to_us, ?)) WHERE open", &now_us, 1);
}

int labels_remove(struct store *s, int64_t id)
{
	int r = store_run(s, "DELETE FROM label WHERE id = ?", &id, 1);

	return r < 0 || sqlite3_changes(s->db) ? r : no_label(s, id);
}

/* Every other sample goes, and the next ones are twice as far apart: few samples over the whole time, however long. */
static int thin_out(struct store *s, int64_t id)
{
	int r = store_run(s,
			  "DELETE FROM evidence WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY start_us, id) AS n"
			  " FROM evidence WHERE label = ?) WHERE n % 2 = 0)",
			  &id, 1);

	return r < 0 ? r : store_run(s, "UPDATE label SET sample_s = sample_s * 2 WHERE id = ?", &id, 1);
}

int labels_add_sample(struct store *s, const struct label *l, const struct label_evidence *e)
{
	struct label now;
	int r = store_begin(s);

	if (r < 0)
		return r;
	r = insert_evidence(s, l->id, e);
	if (r == 0)
		r = labels_get(s, l->id, &now);
	if (r == 0 && now.samples >= LABEL_SAMPLES)
		r = thin_out(s, l->id);
	return store_finish(s, r);
}

int labels_each(struct store *s, int64_t after, uint32_t limit, int (*fn)(void *user, const struct label *label), void *user)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, COLUMNS "WHERE l.id > ? GROUP BY l.id ORDER BY l.id LIMIT ?", &statement);

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, after);
	sqlite3_bind_int64(statement, 2, limit);
	while ((r = store_step(s, statement)) > 0) {
		struct label label;

		read_label(statement, &label);
		r = fn(user, &label);
		if (r)
			return r;
	}
	return r;
}

static void read_evidence(sqlite3_stmt *statement, struct label_evidence *e)
{
	*e = (struct label_evidence){
		.id = sqlite3_column_int64(statement, 0),
		.start_us = sqlite3_column_int64(statement, 1),
		.missed = (uint64_t)sqlite3_column_int64(statement, 2),
		.abi = (uint32_t)sqlite3_column_int64(statement, 3),
		.packets = sqlite3_column_blob(statement, 4),
		.count = (size_t)sqlite3_column_bytes(statement, 4) / sizeof(struct iot_packet),
	};
}

int labels_evidence(struct store *s, int64_t id, int (*fn)(void *user, const struct label_evidence *evidence), void *user)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, "SELECT id, start_us, missed, abi, packets FROM evidence WHERE label = ? ORDER BY start_us, id", &statement);

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, id);
	while ((r = store_step(s, statement)) > 0) {
		struct label_evidence e;

		read_evidence(statement, &e);
		r = fn(user, &e);
		if (r)
			return r;
	}
	return r;
}
