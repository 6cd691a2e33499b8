/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORTED_HEAD_H
#define AGENT_HISTORY_IMPORTED_HEAD_H

/* The head of an export: what it holds and how it was made. The first line of an NDJSON file, or schema.json of a directory. */

#include "agent/history/imported_tables.h"

/* Words that stay as they are where identities do not leave. */
enum imported_kept { IMPORTED_KEPT_TYPES = 1, IMPORTED_KEPT_FUNCTIONS = 2, IMPORTED_KEPT_VENDORS = 4 };

/** imported_kept_names - words of enum imported_kept by bit, NULL at the end: choices of --keep */
extern const char *const imported_kept_names[];

/* What the columns of table windows mean. All zero: there is no such table. */
struct imported_features {
	uint32_t version; /* features_version() */
	uint64_t hash;	  /* features_hash() */
	uint32_t packets, stride; /* in a window; between the first packets of two */
	char **names;
	size_t count;
};

struct imported_head {
	bool private_;	 /* tokens in the place of identities */
	bool shifted;	 /* times were moved */
	uint32_t kept;	 /* enum imported_kept */
	int64_t from_s, to_s; /* seconds since 1970, [from, to) */
	uint32_t tables; /* bits by enum imported_table_id */
	uint64_t rows[IMPORTED_TABLES];
	bool counted;	 /* `rows` is known: not at the beginning of an NDJSON file */
	struct imported_features features;
};

/** imported_features_copy - 0 or -ENOMEM; release with imported_features_free() */
int imported_features_copy(struct imported_features *to, const struct imported_features *from);
void imported_features_free(struct imported_features *features);

/**
 * imported_head_read - from @n bytes of JSON
 * @where: file and line for messages
 *
 * Tables and columns must be those of imported_tables. Returns 0 or -errno, logged: -EBADMSG, -EPROTONOSUPPORT (of a later version), -ENOMEM.
 * Release head->features in either case.
 */
int imported_head_read(const char *text, size_t n, const char *where, struct imported_head *head);

#endif
