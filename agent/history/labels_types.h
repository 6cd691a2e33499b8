/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_LABELS_TYPES_H
#define AGENT_HISTORY_LABELS_TYPES_H

/* The labels of types in memory, by address: what the owner called each device, and when its next sample is due. */

#include <stddef.h>
#include <stdint.h>

#include "agent/history/labels.h"

#define LABEL_SAMPLE_MIN 10u	 /* packets that make a sample */
#define LABEL_SAMPLE_RETRY_S 60 /* seconds until a device that had fewer is asked again */

struct label_type {
	uint64_t mac;
	int64_t id, next_us; /* number of the label; time of the next sample */
	uint32_t sample_s;
	char *type;
};

/* Sorted by address. All zero: none. */
struct label_types {
	struct label_type *list;
	size_t count, room;
};

void label_types_free(struct label_types *types);

/** label_types_set - @label is the device's label now; 0 or -ENOMEM */
int label_types_set(struct label_types *types, const struct label *label, int64_t next_us);

void label_types_remove(struct label_types *types, uint64_t mac);

/** label_types_find - NULL where the owner said nothing of @mac */
const struct label_type *label_types_find(const struct label_types *types, uint64_t mac);

/** label_types_named - the one device that is a @type, in any case of letters; -ENOENT, -ENOTUNIQ */
int label_types_named(const struct label_types *types, const char *type, uint64_t *mac);

/** label_types_due - one whose sample is due, NULL where there is none */
struct label_type *label_types_due(const struct label_types *types, int64_t now_us);

#endif
