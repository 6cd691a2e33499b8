/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_NAMES_DATASET_H
#define AGENT_HISTORY_NAMES_DATASET_H

/* What is known of names, brought into a dataset. */

#include "agent/history/dataset.h"
#include "agent/history/names.h"

/** names_fill - names and vendors of a dataset's devices; a name that only the vendor gave is none */
void names_fill(struct names *names, struct dataset *ds);

/** names_join - an address that the owner merged into a device's joins it, with all that it did; 0, or -errno as of dataset_add_*() */
int names_join(const struct names *names, struct dataset *ds);

/** names_joined - the addresses that are one device with @mac, its own first; returns how many, at most @room */
size_t names_joined(const struct names *names, uint64_t mac, uint64_t *macs, size_t room);

#endif
