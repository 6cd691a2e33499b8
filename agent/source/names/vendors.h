/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_VENDORS_H
#define AGENT_SOURCE_NAMES_VENDORS_H

/*
 * To whom the IEEE gave a MAC address: from a database that the system has anyway, looked at in its file. The longest prefix wins: 36, 28 or
 * 24 bits.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"

enum { VENDOR_SIZE = 64 };

struct vendors;

/**
 * vendors_open - the first of systemd's compiled hardware database, its text form, and the lists of Debian's ieee-data
 * @directory: in the place of "/" (tests)
 *
 * Returns 0, -ENOENT where none is installed, or another -errno. Logs nothing.
 */
int vendors_open(struct vendors **vendors, const char *directory);
void vendors_free(struct vendors *vendors);
DEFINE_CLEANUP(struct vendors, vendors_free)

/** vendors_path - the file, or the directory, that is in use */
const char *vendors_path(const struct vendors *vendors);

/** vendors_find - who has the prefix of @mac; false, and "", where nobody is known */
bool vendors_find(struct vendors *vendors, uint64_t mac, char out[VENDOR_SIZE]);

#endif
