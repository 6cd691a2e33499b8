// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/summary_internal.h"

#include <errno.h>
#include <stdlib.h>

static int by_mac(const void *a, const void *b, void *user)
{
	const struct device_totals *totals = user;
	uint64_t x = totals[*(const uint32_t *)a].mac, y = totals[*(const uint32_t *)b].mac;

	return x < y ? -1 : x > y;
}

/* By device, then layer and protocol. */
static int by_owner(const void *a, const void *b, void *user)
{
	const struct history_flow *flows = user;
	uint64_t x = flows[*(const uint32_t *)a].key, y = flows[*(const uint32_t *)b].key;
	uint64_t dx = iot_key_device(x), dy = iot_key_device(y);

	if (dx != dy)
		return dx < dy ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool is_shown(const struct summary *s, const struct device_totals *t)
{
	return t->mac && (!s->devices->count || mac_list_contains(s->devices, t->mac));
}

int summary_index_new(struct summary_index *index, const struct summary *s)
{
	const struct history *h = watch_history(s->watch);

	*index = (struct summary_index){ 0 };
	index->totals = calloc(h->device_slots, sizeof(*index->totals));
	index->devices = calloc(h->device_slots, sizeof(*index->devices));
	index->flows = calloc(h->flow_slots, sizeof(*index->flows));
	if (!index->totals || !index->devices || !index->flows)
		return -ENOMEM;
	totals_collect(s->table, s->state->first_us, s->state->time.now_us, index->totals);
	for (uint32_t i = 0; i < h->device_slots; i++) {
		if (is_shown(s, &index->totals[i]))
			index->devices[index->device_count++] = i;
	}
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		if (h->flows[i].key)
			index->flows[index->flow_count++] = i;
	}
	qsort_r(index->devices, index->device_count, sizeof(*index->devices), by_mac, index->totals);
	qsort_r(index->flows, index->flow_count, sizeof(*index->flows), by_owner, h->flows);
	return 0;
}

void summary_index_free(struct summary_index *index)
{
	free(index->totals);
	free(index->devices);
	free(index->flows);
}

size_t summary_flows_of(const struct summary_index *index, const struct summary *s, uint32_t device, size_t *first)
{
	const struct history_flow *flows = watch_history(s->watch)->flows;
	size_t low = 0, high = index->flow_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (iot_key_device(flows[index->flows[middle]].key) < device)
			low = middle + 1;
		else
			high = middle;
	}
	*first = low;
	for (end = low; end < index->flow_count && iot_key_device(flows[index->flows[end]].key) == device; end++)
		;
	return end - low;
}

const struct name_entry *summary_name(const struct summary *s, uint64_t mac)
{
	static const struct name_entry none;
	const struct name_entry *e;

	names_device(s->names, mac);
	e = names_find(s->names, mac);
	return e ? e : &none;
}
