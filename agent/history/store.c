/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "agent/history/store_schema.h"

#define CHECK_ALL (INT64_C(32) << 20) /* bytes of a store that is read whole when it is opened */
#define BUSY_MS 1000 /* a reader holds a lock for that long at most, or the change is refused */

_Static_assert(sizeof(store_migrations) / sizeof(store_migrations[0]) == STORE_SCHEMA, "an entry a version");

/* Errors of SQLite as errno values; those that it took from the system keep the system's. */
static int to_errno(sqlite3 *db, int code)
{
	/* A file that ends too soon leaves the errno of some earlier call. */
	int system = db && sqlite3_extended_errcode(db) != SQLITE_IOERR_SHORT_READ ? sqlite3_system_errno(db) : 0;

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
		return -EACCES;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return system ? -system : -EIO;
	default:
		return -EIO;
	}
}

__attribute__((format(printf, 3, 4))) static int fail(struct store *s, int r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->why, sizeof(s->why), format, args);
	va_end(args);
	return r;
}

static int fail_sqlite(struct store *s, int code)
{
	int r = to_errno(s->db, code);

	if (r == -EUCLEAN)
		return fail(s, r, "%s: damaged (%s)", s->path, sqlite3_errmsg(s->db));
	if (r == -ENOSPC)
		return fail(s, r, "%s: no space left for it: on the disk, or it has reached %d MB", s->path, (int)(s->bytes_max >> 20));
	return fail(s, r, "%s: %s", s->path, s->db ? sqlite3_errmsg(s->db) : strerror(-r));
}

static int run_script(struct store *s, const char *sql)
{
	int code = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : fail_sqlite(s, code);
}

int store_prepare(struct store *s, const char *sql, sqlite3_stmt **statement)
{
	int code = sqlite3_prepare_v2(s->db, sql, -1, statement, NULL);

	return code == SQLITE_OK ? 0 : fail_sqlite(s, code);
}

int store_step(struct store *s, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : fail_sqlite(s, code);
}

int store_run(struct store *s, const char *sql, const int64_t *values, int count)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, sql, &statement);

	for (int i = 0; r == 0 && i < count; i++)
		sqlite3_bind_int64(statement, i + 1, values[i]);
	while (r == 0 && (r = store_step(s, statement)) > 0)
		r = 0;
	return r;
}

int store_begin(struct store *s)
{
	return run_script(s, "BEGIN IMMEDIATE");
}

int store_commit(struct store *s)
{
	return run_script(s, "COMMIT");
}

/* SQLite has rolled back by itself after some errors; then there is nothing to do. */
void store_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_finish(struct store *s, int r)
{
	if (r >= 0)
		r = store_commit(s);
	if (r < 0)
		store_rollback(s);
	return r < 0 ? r : 0;
}

static int read_number(struct store *s, const char *sql, int64_t *value)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, sql, &statement);

	if (r == 0)
		r = store_step(s, statement);
	if (r > 0)
		*value = sqlite3_column_int64(statement, 0);
	return r < 0 ? r : 0;
}

/* What is damaged is found before it is built upon. */
static int check(struct store *s, const char *sql)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(s, sql, &statement);
	const char *said;

	if (r == 0)
		r = store_step(s, statement);
	if (r < 0)
		return r;
	said = r > 0 ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	if (said && !strcmp(said, "ok"))
		return 0;
	return fail(s, -EUCLEAN, "%s: damaged (%.120s)", s->path, said ? said : "no answer");
}

/*
 * All pages of a small store are read once. Of a large one most is activity, which has checksums of its own: the other tables are checked,
 * so that no command waits for a slow disk.
 */
static int check_integrity(struct store *s)
{
	_cleanup_statement_ sqlite3_stmt *tables = NULL;
	int r;

	if (store_bytes(s) <= CHECK_ALL)
		return check(s, "PRAGMA quick_check(1)");
	r = store_prepare(s, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'activity'", &tables);
	while (r == 0 && (r = store_step(s, tables)) > 0) {
		char *sql = sqlite3_mprintf("PRAGMA quick_check(%Q)", sqlite3_column_text(tables, 0));

		r = sql ? check(s, sql) : -ENOMEM;
		sqlite3_free(sql);
	}
	return r;
}

static int migrate(struct store *s)
{
	int64_t version = 0;
	int r = read_number(s, "PRAGMA user_version", &version);

	if (r < 0)
		return r;
	if (version > STORE_SCHEMA)
		return fail(s, -EPROTONOSUPPORT,
			    "%s: made by a later version of iotbpf (schema %lld, this one knows %d): update iotbpf, or use another --state",
			    s->path, (long long)version, STORE_SCHEMA);
	if (s->read_only && version < STORE_SCHEMA)
		return fail(s, -EPROTONOSUPPORT, "%s: of an earlier version: `iotbpf run` brings it up to date", s->path);
	for (; r == 0 && version < STORE_SCHEMA; version++) {
		char set[48];

		snprintf(set, sizeof(set), "PRAGMA user_version = %d", (int)version + 1);
		r = store_begin(s);
		if (r == 0)
			r = store_finish(s, run_script(s, store_migrations[version]) ?: run_script(s, set));
	}
	return r;
}

int store_set_limit(struct store *s, int64_t bytes)
{
	char limit[64];

	s->bytes_max = bytes;
	snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %lld", (long long)(bytes / 4096));
	return run_script(s, limit);
}

int store_lazy(struct store *s, bool lazy)
{
	return run_script(s, lazy ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

int64_t store_bytes(const struct store *s)
{
	static const char *const parts[] = { "", "-wal" };
	char name[sizeof(s->path) + 8];
	int64_t sum = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct stat st;

		snprintf(name, sizeof(name), "%s%s", s->path, parts[i]);
		sum += stat(name, &st) == 0 ? (int64_t)st.st_blocks * 512 : 0;
	}
	return sum;
}

static int set_up(struct store *s)
{
	int r;

	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, 1 << 20);
	/* A database is data: whatever schema somebody put into it, no function of his runs. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	r = check_integrity(s);
	if (r == 0 && !s->read_only)
		r = run_script(s, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576");
	if (r == 0)
		r = run_script(s, "PRAGMA foreign_keys = ON; PRAGMA cache_size = -512; PRAGMA mmap_size = 0");
	if (r == 0)
		r = migrate(s);
	return r == 0 && !s->read_only ? store_set_limit(s, s->bytes_max) : r;
}

static int open_path(struct store *s, const char *path, int flags)
{
	int code = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);

	return code == SQLITE_OK ? set_up(s) : fail_sqlite(s, code);
}

/*
 * Reading needs the log's index, which only somebody who may write makes. Where there is no log no agent runs, and who may only read can
 * do without.
 */
static int open_quiet(struct store *s, int r)
{
	char uri[3 * sizeof(s->path) + 32], *to = stpcpy(uri, "file:");

	snprintf(uri, sizeof(uri), "%s-wal", s->path);
	if (access(uri, F_OK) == 0)
		return r;
	store_close(s);
	strcpy(uri, "file:");
	for (const char *c = s->path; *c; c++)
		to += sprintf(to, strchr("?#%", *c) ? "%%%02x" : "%c", *c);
	strcpy(to, "?immutable=1");
	return open_path(s, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

static int open_database(struct store *s)
{
	mode_t mask = umask(027); /* the group may read: `iotbpf train` needs no root */
	int r = open_path(s, s->path, s->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	umask(mask);
	return r < 0 && r != -EUCLEAN && s->read_only ? open_quiet(s, r) : r;
}

int store_open(struct store *s, const char *directory, bool read_only)
{
	int n;

	*s = (struct store){ .read_only = read_only, .bytes_max = STORE_BYTES_MAX };
	n = snprintf(s->path, sizeof(s->path), "%s/" STORE_FILE, directory);
	if (n < 0 || (size_t)n >= sizeof(s->path))
		return fail(s, -ENAMETOOLONG, "%.100s...: path too long", directory);
	if (!read_only && mkdir(directory, 0750) < 0 && errno != EEXIST)
		return fail(s, -errno, "%s: %s", directory, strerror(errno));
	if (access(read_only ? s->path : directory, read_only ? R_OK : W_OK | X_OK) < 0)
		return fail(s, -errno, "%s: %s%s", read_only ? s->path : directory, strerror(errno),
			    read_only && errno == EACCES ? ": its owner and its group may read it" : "");
	return open_database(s);
}

void store_close(struct store *s)
{
	sqlite3_close_v2(s->db);
	s->db = NULL;
}

int store_set_aside(const char *directory, char to[1024])
{
	static const char *const parts[] = { "-wal", "-shm", "" };
	char from[1024], name[1024 + 8];
	int n = snprintf(from, sizeof(from), "%s/" STORE_FILE, directory);
	int m = snprintf(to, 1024, "%s/" STORE_FILE ".damaged-%lld", directory, (long long)time(NULL));

	if (n < 0 || (size_t)n + 8 >= sizeof(from) || m < 0 || m >= 1024)
		return -ENAMETOOLONG;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		strcpy(from + n, parts[i]);
		snprintf(name, sizeof(name), "%s%s", to, parts[i]);
		if (rename(from, name) < 0 && (errno != ENOENT || !*parts[i]))
			return -errno;
	}
	return 0;
}
