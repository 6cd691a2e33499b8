// SPDX-License-Identifier: BSD-2-Clause

/* Names over restarts: the table `name`, a row an address. */

#include <errno.h>
#include <string.h>

#include "agent/base/mac.h"
#include "agent/history/names_internal.h"

#define COLUMNS "mac, owner, dhcp, lease, mdns, instance, model, vendor_class, parameters, addresses, merged_into, seen_us"

enum { MAC, OWNER, DHCP, LEASE, MDNS, INSTANCE, MODEL, CLASS, PARAMETERS, ADDRESSES, MERGED, SEEN };

_Static_assert(sizeof(struct name_address) == 17, "the addresses of a row are as they are in memory");

/* Text that somebody may have put there by other means. */
static void read_text(sqlite3_stmt *s, int column, char out[NAME_SIZE])
{
	const void *text = sqlite3_column_text(s, column);

	facts_text(out, text ? text : "", text ? (size_t)sqlite3_column_bytes(s, column) : 0);
}

static void read_addresses(sqlite3_stmt *s, struct name_entry *e)
{
	const struct name_address *list = sqlite3_column_blob(s, ADDRESSES);
	size_t n = list ? (size_t)sqlite3_column_bytes(s, ADDRESSES) / sizeof(*list) : 0;
	struct name_facts one = { 0 };

	e->address_count = 0;
	for (size_t i = 0; i < n && e->address_count < NAME_ADDRESSES; i++) {
		one.address_count = 0;
		facts_address(&one, list[i].family, list[i].bytes);
		if (one.address_count)
			e->addresses[e->address_count++] = one.addresses[0];
	}
}

static void read_row(struct names *n, sqlite3_stmt *s)
{
	uint64_t mac = (uint64_t)sqlite3_column_int64(s, MAC), merged = (uint64_t)sqlite3_column_int64(s, MERGED);
	const void *parameters = sqlite3_column_blob(s, PARAMETERS);
	int count = parameters ? sqlite3_column_bytes(s, PARAMETERS) : 0;
	struct name_record *r = mac && mac <= MAC_BROADCAST ? names_touch(n, mac) : NULL;

	if (!r)
		return;
	for (int c = OWNER; c <= MDNS; c++)
		read_text(s, c, r->said[NAME_OWNER + c - OWNER]);
	read_text(s, INSTANCE, r->instance);
	read_text(s, MODEL, r->model);
	read_text(s, CLASS, r->vendor_class);
	r->parameter_count = (uint8_t)(count < FACT_PARAMETERS ? count : FACT_PARAMETERS);
	if (r->parameter_count)
		memcpy(r->parameters, parameters, r->parameter_count);
	read_addresses(s, &r->entry);
	r->entry.merged_into = merged != mac && merged <= MAC_BROADCAST ? merged : 0;
	r->seen_us = sqlite3_column_int64(s, SEEN);
	names_resolve(r);
}

int names_load(struct names *n, struct store *store)
{
	_cleanup_statement_ sqlite3_stmt *s = NULL;
	int e = store_prepare(store, "SELECT " COLUMNS " FROM name ORDER BY owner IS NULL AND merged_into IS NULL, seen_us DESC LIMIT ?", &s);

	if (e < 0)
		return e;
	sqlite3_bind_int64(s, 1, NAMES_MAX);
	while ((e = store_step(store, s)) > 0)
		read_row(n, s);
	return e;
}

static void bind_text(sqlite3_stmt *s, int column, const char *text)
{
	if (text[0])
		sqlite3_bind_text(s, column + 1, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, column + 1);
}

static int write_row(struct store *store, sqlite3_stmt *s, const struct name_record *r)
{
	const struct name_entry *e = &r->entry;

	sqlite3_reset(s);
	sqlite3_bind_int64(s, MAC + 1, (int64_t)r->mac);
	for (int c = OWNER; c <= MDNS; c++)
		bind_text(s, c, r->said[NAME_OWNER + c - OWNER]);
	bind_text(s, INSTANCE, r->instance);
	bind_text(s, MODEL, r->model);
	bind_text(s, CLASS, r->vendor_class);
	sqlite3_bind_blob(s, PARAMETERS + 1, r->parameters, r->parameter_count, SQLITE_STATIC);
	sqlite3_bind_blob(s, ADDRESSES + 1, e->addresses, (int)(e->address_count * sizeof(*e->addresses)), SQLITE_STATIC);
	if (e->merged_into)
		sqlite3_bind_int64(s, MERGED + 1, (int64_t)e->merged_into);
	else
		sqlite3_bind_null(s, MERGED + 1);
	sqlite3_bind_int64(s, SEEN + 1, r->seen_us);
	return store_step(store, s);
}

static int write_rows(struct names *n, struct store *store)
{
	_cleanup_statement_ sqlite3_stmt *s = NULL;
	int e = store_prepare(store, "INSERT OR REPLACE INTO name (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &s);

	for (size_t i = 0; e == 0 && i < n->count; i++) {
		if (n->records[i]->dirty)
			e = write_row(store, s, n->records[i]);
	}
	return e;
}

/* What was forgotten here is forgotten there: a row that is older than all that are kept. */
static int trim(struct store *store)
{
	const int64_t keep = NAMES_MAX;

	return store_run(store,
			 "DELETE FROM name WHERE owner IS NULL AND merged_into IS NULL AND seen_us < "
			 "(SELECT seen_us FROM name ORDER BY seen_us DESC LIMIT 1 OFFSET ?)",
			 &keep, 1);
}

int names_save(struct names *n, struct store *store)
{
	int e;

	if (!names_counts(n).unsaved)
		return 0;
	e = store_begin(store);
	if (e == 0)
		e = store_finish(store, write_rows(n, store) ?: trim(store));
	for (size_t i = 0; e == 0 && i < n->count; i++)
		n->records[i]->dirty = false;
	return e;
}
