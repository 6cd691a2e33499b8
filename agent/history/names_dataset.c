/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/history/names_dataset.h"

#include <errno.h>
#include <stdio.h>

void names_fill(struct names *names, struct dataset *ds)
{
	for (size_t i = 0; i < ds->count; i++) {
		struct dataset_device *d = &ds->devices[i];
		const struct name_entry *e;

		names_device(names, d->mac);
		e = names_find(names, d->mac);
		if (!e)
			continue;
		if (e->source != NAME_NONE && e->source != NAME_VENDOR)
			snprintf(d->name, sizeof(d->name), "%s", e->name);
		snprintf(d->vendor, sizeof(d->vendor), "%s", e->vendor);
	}
}

static int join_flow(struct dataset *ds, struct dataset_device *into, const struct dataset_flow *flow)
{
	struct dataset_flow *f = dataset_flow(into, flow->layer, flow->proto);
	int e = f ? 0 : -ENOMEM;

	for (size_t i = 0; e == 0 && i < flow->count; i++)
		e = dataset_add_second(ds, f, flow->seconds[i].at, flow->seconds[i].packets, flow->seconds[i].bytes);
	for (size_t i = 0; e == 0 && i < flow->period_count; i++)
		e = dataset_add_period(f, &flow->periods[i]);
	return e;
}

static int join(struct dataset *ds, struct dataset_device *into, const struct dataset_device *from)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < from->flow_count; i++)
		e = join_flow(ds, into, &from->flows[i]);
	for (size_t i = 0; e == 0 && i < from->traffic_count; i++)
		e = dataset_add_traffic(ds, into, &from->traffic[i]);
	for (size_t i = 0; e == 0 && i < from->function_count; i++)
		e = dataset_add_function(into, &from->functions[i]);
	if (from->first_us && (!into->first_us || from->first_us < into->first_us))
		into->first_us = from->first_us;
	if (from->last_us > into->last_us)
		into->last_us = from->last_us;
	return e;
}

static uint64_t merged_into(const struct names *names, uint64_t mac)
{
	const struct name_entry *e = names_find(names, mac);

	return e ? e->merged_into : 0;
}

static bool is_own(void *user, const struct dataset_device *d)
{
	return !merged_into(user, d->mac);
}

int names_join(const struct names *names, struct dataset *ds)
{
	bool any = false;
	int e = 0;

	for (size_t i = 0; e == 0 && i < ds->count; i++) {
		uint64_t mac = ds->devices[i].mac, into = merged_into(names, mac);

		if (!into)
			continue;
		any = true;
		/* Adding a device may move the others, and change their order: begin again then. */
		if (!dataset_find(ds, into)) {
			if (!dataset_device(ds, into))
				return -ENOMEM;
			i = (size_t)-1;
			continue;
		}
		e = join(ds, dataset_find(ds, into), dataset_find(ds, mac));
	}
	if (e == 0 && any) {
		dataset_keep(ds, is_own, (void *)names);
		dataset_finish(ds);
	}
	return e;
}

struct gathering {
	uint64_t into, *macs;
	size_t count, room;
};

static void on_entry(void *user, uint64_t mac, const struct name_entry *entry)
{
	struct gathering *g = user;

	if (entry->merged_into == g->into && g->count < g->room)
		g->macs[g->count++] = mac;
}

size_t names_joined(const struct names *names, uint64_t mac, uint64_t *macs, size_t room)
{
	struct gathering g = { .into = mac, .macs = macs, .room = room };

	if (room)
		g.macs[g.count++] = mac;
	names_each(names, on_entry, &g);
	return g.count;
}
