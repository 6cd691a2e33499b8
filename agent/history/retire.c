// SPDX-License-Identifier: BSD-2-Clause

/* A device whose slots are given back because its owner says so, whatever it does now. */

#include "agent/history/history.h"

#include "agent/history/history_kept.h"

static void retire_flows(struct history *h, uint32_t device)
{
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		const struct history_flow *f = &h->flows[i];

		if (!f->key || f->retired || iot_key_device(f->key) != device || iot_key_generation(f->key) != h->devices[device].generation)
			continue;
		kept_flow_retires(h, i);
		slots_flow_retire(h->table, i);
		h->flows[i].retired = true;
	}
}

void history_retire(struct history *h, uint64_t mac)
{
	for (uint32_t i = 0; i < h->device_slots; i++) {
		struct history_device *d = &h->devices[i];

		if (!d->known || d->retired || d->mac != mac)
			continue;
		slots_device_retire(h->table, i);
		d->retired = true;
		retire_flows(h, i);
	}
}

bool history_retires(const struct history *h, uint64_t mac)
{
	for (uint32_t i = 0; i < h->device_slots; i++) {
		if (h->devices[i].known && h->devices[i].retired && h->devices[i].mac == mac)
			return true;
	}
	return false;
}
