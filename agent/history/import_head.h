/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORT_HEAD_H
#define AGENT_HISTORY_IMPORT_HEAD_H

/* The head of an export: what it holds and how it was made. The first line of an NDJSON file, or schema.json of a directory. */

#include "agent/history/import_tables.h"

/* Words that stay as they are where identities do not leave. */
enum import_kept { IMPORT_KEPT_TYPES = 1, IMPORT_KEPT_FUNCTIONS = 2, IMPORT_KEPT_VENDORS = 4 };

/** import_kept_names - words of enum import_kept by bit, NULL at the end: choices of --keep */
extern const char *const import_kept_names[];

/* What the columns of table windows mean. All zero: there is no such table. */
struct import_features {
	uint32_t version; /* features_version() */
	uint64_t hash;	  /* features_hash() */
	uint32_t packets, stride; /* in a window; between the first packets of two */
	char **names;
	size_t count;
};

struct import_head {
	bool private_;	 /* tokens in the place of identities */
	bool shifted;	 /* times were moved */
	uint32_t kept;	 /* enum import_kept */
	int64_t from_s, to_s; /* seconds since 1970, [from, to) */
	uint32_t tables; /* bits by enum import_table_id */
	uint64_t rows[IMPORT_TABLES];
	bool counted;	 /* `rows` is known: not at the beginning of an NDJSON file */
	struct import_features features;
};

/** import_features_copy - 0 or -ENOMEM; release with import_features_free() */
int import_features_copy(struct import_features *to, const struct import_features *from);
void import_features_free(struct import_features *features);

/**
 * import_head_read - from @n bytes of JSON
 * @where: file and line for messages
 *
 * Tables and columns must be those of import_tables. Returns 0 or -errno, logged: -EBADMSG, -EPROTONOSUPPORT (of a later version), -ENOMEM.
 * Release head->features in either case.
 */
int import_head_read(const char *text, size_t n, const char *where, struct import_head *head);

#endif
