/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_STORE_H
#define AGENT_HISTORY_STORE_H

/*
 * What outlives the agent: one SQLite database. This file opens it, keeps its schema up to date and bounds its size; what is in a table
 * is the business of the table's own file (labels_store.c). Nothing here logs: a failed call leaves the cause in words in store_why().
 *
 * One agent writes; others may read at the same time (write-ahead log). A commit is on the disk before it returns, so what was
 * acknowledged outlives a power cut.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "agent/base/cleanup.h"

#define STORE_FILE "iotbpf.db" /* in the state directory */
#define STORE_SCHEMA 3	       /* PRAGMA user_version of a database that this program writes */
#define STORE_BYTES_MAX (INT64_C(256) << 20) /* a database that has grown to that refuses, as a full disk does */

enum { STORE_WHY = 256 };

/* Made by the caller, so that it can say why a store could not be opened. */
struct store {
	sqlite3 *db;
	char path[1024];
	char why[STORE_WHY]; /* cause of the last failure, with its remedy where there is one */
	int64_t bytes_max;   /* see store_set_limit() */
	bool read_only;
};

/**
 * store_open - open or make the database STORE_FILE in @directory, check it, bring its schema up to date
 * @read_only: neither made nor changed
 *
 * The directory is made where only its last part is missing. Returns 0, or -errno with store->why: -EUCLEAN (damaged, or no database;
 * it is left as it is, see store_set_aside()), -EPROTONOSUPPORT (of a later version), -ENOENT, -EACCES, -ENOSPC and the like.
 * Release with store_close() in either case.
 */
int store_open(struct store *store, const char *directory, bool read_only);
void store_close(struct store *store);

/** store_set_limit - the file grows to @bytes at most, STORE_BYTES_MAX without this call; 0 or -errno */
int store_set_limit(struct store *store, int64_t bytes);

/**
 * store_lazy - are changes from now on written to the disk when the system likes? Then a power cut may take back the last ones, whole, but
 * they cost no waiting and little wear. Not within a change. 0 or -errno
 */
int store_lazy(struct store *store, bool lazy);

/** store_bytes - what the file and its log take up on the disk */
int64_t store_bytes(const struct store *store);

/**
 * store_set_aside - rename a damaged database (and its log) to STORE_FILE.damaged-SECONDS; nothing is deleted
 * @to: receives the new name
 *
 * Returns 0 or -errno.
 */
int store_set_aside(const char *directory, char to[1024]);

/* One change: everything between begin and commit happens or nothing does. All return 0 or -errno. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/** store_finish - commit where @r is 0, else roll back; returns the first error */
int store_finish(struct store *store, int r);

/** store_prepare - compile one statement; finalise with sqlite3_finalize(); 0 or -errno */
int store_prepare(struct store *store, const char *sql, sqlite3_stmt **statement);

/** store_step - 1: a row, 0: done, or -errno */
int store_step(struct store *store, sqlite3_stmt *statement);

/** store_run - prepare, bind up to 4 integers, step to the end, finalise; 0 or -errno */
int store_run(struct store *store, const char *sql, const int64_t *values, int count);

static inline void store_finalize_p(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}

#define _cleanup_statement_ _cleanup_(store_finalize_p)

#endif
