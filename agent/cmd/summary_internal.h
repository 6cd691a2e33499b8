/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_SUMMARY_INTERNAL_H
#define AGENT_CMD_SUMMARY_INTERNAL_H

#include "agent/cmd/summary.h"
#include "agent/source/totals.h"

/* Devices and flows in the order that they are shown in: by MAC, and by flow key within a device. */
struct summary_index {
	struct device_totals *totals; /* by device number */
	uint32_t *devices;	      /* numbers of those shown, by MAC */
	size_t device_count;
	uint32_t *flows;	      /* numbers of all flows, by device */
	size_t flow_count;
};

/** summary_index_new - 0 or -ENOMEM; release with summary_index_free() */
int summary_index_new(struct summary_index *index, const struct summary *summary);
void summary_index_free(struct summary_index *index);

/** summary_flows_of - flows of @device: returns how many, *@first is the first of them within index->flows */
size_t summary_flows_of(const struct summary_index *index, const struct summary *summary, uint32_t device, size_t *first);

/** summary_name - what is known of a device's name, never NULL; valid until the next call */
const struct name_entry *summary_name(const struct summary *summary, uint64_t mac);

#endif
