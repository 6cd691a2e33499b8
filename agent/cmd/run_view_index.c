// SPDX-License-Identifier: BSD-2-Clause

/* Which devices and flows a snapshot shows, in their order. */

#include <errno.h>
#include <stdlib.h>

#include "agent/cmd/run_view_internal.h"

#define MERGES_MAX 8

static int by_mac(const void *a, const void *b, void *user)
{
	const struct view_index *index = user;
	uint64_t x = index->history->devices[*(const uint32_t *)a].mac, y = index->history->devices[*(const uint32_t *)b].mac;

	return x < y ? -1 : x > y;
}

static uint32_t home_of(const struct view_index *index, uint32_t flow)
{
	return index->home[iot_key_device(index->history->flows[flow].key)];
}

/* By device, then layer and protocol. */
static int by_owner(const void *a, const void *b, void *user)
{
	const struct view_index *index = user;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b, dx = home_of(index, x), dy = home_of(index, y);
	uint64_t kx = index->history->flows[x].key, ky = index->history->flows[y].key;

	if (dx != dy)
		return dx < dy ? -1 : 1;
	return kx < ky ? -1 : kx > ky;
}

static uint32_t find(const struct history *h, uint64_t mac)
{
	for (uint32_t i = 0; i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];

		if (h->devices[number].mac == mac && !h->devices[number].retired)
			return number;
	}
	return VIEW_NONE;
}

static void set_home(struct view_index *index, const struct names *names, uint32_t number)
{
	const struct name_entry *entry = names ? names_find(names, index->history->devices[number].mac) : NULL;
	uint32_t other = entry && entry->merged_into ? find(index->history, entry->merged_into) : VIEW_NONE;

	index->home[number] = other == VIEW_NONE ? number : other;
	index->merged |= other != VIEW_NONE && other != number;
}

/* The owner may have merged into what is merged itself. */
static void settle_home(struct view_index *index, uint32_t number)
{
	uint32_t home = index->home[number];

	for (int i = 0; i < MERGES_MAX && index->home[home] != home; i++)
		home = index->home[home];
	index->home[number] = index->home[home] == home ? home : number;
}

static void choose(struct view_index *index, uint64_t only)
{
	const struct history *h = index->history;
	uint32_t wanted = only ? find(h, only) : VIEW_NONE;

	if (wanted != VIEW_NONE)
		wanted = index->home[wanted];
	for (uint32_t i = 0; i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];

		if (!h->devices[number].retired && index->home[number] == number && (!only || number == wanted))
			index->devices[index->device_count++] = number;
	}
	for (uint32_t i = 0; i < h->flows_used; i++) {
		uint32_t flow = h->flow_list[i];

		if (!h->flows[flow].retired && (!only || home_of(index, flow) == wanted))
			index->flows[index->flow_count++] = flow;
	}
}

int view_index_new(struct view_index *index, const struct view *v, uint64_t only)
{
	const struct history *h = watch_history(v->r->watch);

	*index = (struct view_index){ .history = h,
				      .devices = calloc(h->devices_used + 1, sizeof(uint32_t)),
				      .flows = calloc(h->flows_used + 1, sizeof(uint32_t)),
				      .home = calloc(h->device_slots, sizeof(uint32_t)) };
	if (!index->devices || !index->flows || !index->home)
		return -ENOMEM;
	for (uint32_t i = 0; i < h->devices_used; i++)
		set_home(index, v->r->names, h->device_list[i]);
	for (uint32_t i = 0; index->merged && i < h->devices_used; i++)
		settle_home(index, h->device_list[i]);
	choose(index, only);
	qsort_r(index->devices, index->device_count, sizeof(uint32_t), by_mac, index);
	qsort_r(index->flows, index->flow_count, sizeof(uint32_t), by_owner, index);
	return 0;
}

void view_index_free(struct view_index *index)
{
	free(index->devices);
	free(index->flows);
	free(index->home);
}

size_t view_index_flows(const struct view_index *index, uint32_t device, const uint32_t **list)
{
	size_t low = 0, high = index->flow_count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (home_of(index, index->flows[middle]) < device)
			low = middle + 1;
		else
			high = middle;
	}
	*list = index->flows + low;
	for (end = low; end < index->flow_count && home_of(index, index->flows[end]) == device; end++)
		;
	return end - low;
}

uint32_t view_index_next(const struct view_index *index, uint32_t device, uint32_t after)
{
	const struct history *h = index->history;
	bool passed = after == device;

	if (after == VIEW_NONE)
		return device;
	for (uint32_t i = 0; index->merged && i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];

		if (passed && number != device && index->home[number] == device)
			return number;
		passed |= number == after;
	}
	return VIEW_NONE;
}
