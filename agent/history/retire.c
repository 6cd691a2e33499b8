// SPDX-License-Identifier: BSD-2-Clause

/* A device whose slots are given back because its owner says so, whatever it does now. */

#include "agent/history/retire.h"

#include "agent/history/history_kept.h"

void retire_device(struct history *h, uint32_t number)
{
	slots_device_retire(h->table, number);
	h->devices[number].retired = true;
}

void retire_flow(struct history *h, uint32_t number)
{
	kept_flow_retires(h, number);
	slots_flow_retire(h->table, number);
	h->flows[number].retired = true;
}

static void retire_flows(struct history *h, uint32_t device)
{
	for (uint32_t i = 0; i < h->flow_slots; i++) {
		const struct history_flow *f = &h->flows[i];

		if (!f->key || f->retired || iot_key_device(f->key) != device || iot_key_generation(f->key) != h->devices[device].generation)
			continue;
		retire_flow(h, i);
	}
}

void history_retire(struct history *h, uint64_t mac)
{
	for (uint32_t i = 0; i < h->device_slots; i++) {
		const struct history_device *d = &h->devices[i];

		if (!d->known || d->retired || d->mac != mac)
			continue;
		retire_device(h, i);
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
