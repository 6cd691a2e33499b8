/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_VENDORS_INTERNAL_H
#define AGENT_SOURCE_NAMES_VENDORS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "agent/source/names/vendors.h"

/* A file that is mapped to be read. */
struct vendors_file {
	const uint8_t *bytes;
	size_t size;
};

/** vendors_hwdb_valid - is this a compiled hardware database? */
bool vendors_hwdb_valid(const struct vendors_file *file);

/** vendors_hwdb_find - vendors_find() in a compiled hardware database; any bytes are safe */
bool vendors_hwdb_find(const struct vendors_file *file, uint64_t mac, char out[VENDOR_SIZE]);

/* Where a prefix stands in one of several files. */
struct vendors_place {
	uint64_t key; /* the prefix, and its digits in the last four bits */
	uint32_t file, at;
};

/* All of them; all zero at the start, places are to be freed. 16 bytes for each of 42,000 prefixes. */
struct vendors_index {
	struct vendors_place *places;
	size_t count, room;
};

/** vendors_index_add - the prefixes of a hardware database's text, or of one of the IEEE's lists; 0 or -ENOMEM */
int vendors_index_add(struct vendors_index *index, const struct vendors_file *text, uint32_t file);

/** vendors_index_sort - before the first vendors_index_find() */
void vendors_index_sort(struct vendors_index *index);

/** vendors_index_find - the longest prefix of @mac, or NULL */
const struct vendors_place *vendors_index_find(const struct vendors_index *index, uint64_t mac);

/** vendors_index_name - the vendor at a place of its file */
void vendors_index_name(const struct vendors_file *text, const struct vendors_place *place, char out[VENDOR_SIZE]);

/** vendors_copy - keep what is UTF-8 and can be printed of @n bytes, without the blanks around it */
void vendors_copy(char out[VENDOR_SIZE], const char *text, size_t n);

#endif
