/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/export_names.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/log.h"

struct names *export_names_open(struct store *store)
{
	struct names *names = NULL;
	int r = names_new(&names);

	if (r == 0 && store)
		r = names_load(names, store);
	if (r < 0)
		log_warn("names are left out: %s", store && *store->why ? store->why : strerror(-r));
	return names;
}

void export_names_fill(struct names *names, struct dataset *ds)
{
	for (size_t i = 0; i < ds->count; i++) {
		struct dataset_device *d = &ds->devices[i];
		const struct name_entry *entry;

		names_device(names, d->mac);
		entry = names_find(names, d->mac);
		if (!entry)
			continue;
		if (entry->source != NAME_NONE && entry->source != NAME_VENDOR)
			snprintf(d->name, sizeof(d->name), "%s", entry->name);
		snprintf(d->vendor, sizeof(d->vendor), "%s", entry->vendor);
	}
}
