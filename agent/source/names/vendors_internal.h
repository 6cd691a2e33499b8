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

/**
 * vendors_text_find - vendors_find() in the text of a hardware database, or in one of the IEEE's lists as comma-separated values
 * @digits: receives how many hexadecimal digits of the address were compared
 */
bool vendors_text_find(const struct vendors_file *file, uint64_t mac, char out[VENDOR_SIZE], int *digits);

/** vendors_copy - keep what is UTF-8 and can be printed of @n bytes, without the blanks around it */
void vendors_copy(char out[VENDOR_SIZE], const char *text, size_t n);

#endif
