/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kept.h"

static size_t devices_of(const struct iot_config *config)
{
	return (size_t)config->device_buckets * IOT_BUCKET;
}

size_t kept_bytes(const struct iot_config *config)
{
	return sizeof(struct kept_head) + devices_of(config) * sizeof(struct kept_device) +
	       (size_t)config->flow_buckets * IOT_BUCKET * sizeof(struct kept_flow);
}

struct kept kept_in(void *memory, const struct iot_config *config)
{
	struct kept k = { .head = memory };

	if (!memory)
		return k;
	k.devices = (struct kept_device *)(k.head + 1);
	k.flows = (struct kept_flow *)(k.devices + devices_of(config));
	return k;
}

struct kept_device *kept_device(const struct kept *kept, uint32_t number, uint64_t mac, uint32_t generation)
{
	struct kept_device *d = kept->head ? &kept->devices[number] : NULL;

	return d && d->mac == mac && d->generation == generation ? d : NULL;
}

struct kept_flow *kept_flow(const struct kept *kept, uint32_t number, uint64_t key)
{
	struct kept_flow *f = kept->head ? &kept->flows[number] : NULL;

	return f && f->key == key ? f : NULL;
}

static void skip_device(const struct kept *kept, const struct iot_table *table, uint32_t number)
{
	const struct iot_device *slot = slots_device(table, number);
	struct kept_device *d = kept_device(kept, number, slots_device_key(table, number) & IOT_KEY_MAC,
					   (uint16_t)slots_device_generation(table, number));

	if (!d)
		return;
	d->received = iot_tally_read(&slot->received);
	d->other = iot_tally_read(&slot->other);
}

static void skip_flow(const struct kept *kept, const struct iot_table *table, uint32_t number)
{
	uint64_t key = slots_flow_key(table, number), word = slots_flow_activity(table, number);

	if (!(key & IOT_KEY_USED))
		return;
	kept->flows[number] = (struct kept_flow){ .key = key,
						  .sent = iot_tally_read(&slots_flow(table, number)->sent),
						  .second = (uint32_t)(word >> 32),
						  .bits = (uint32_t)word };
}

void kept_skip(const struct kept *kept, const struct iot_table *table)
{
	for (uint32_t i = 0; kept->head && i < slots_device_slots(table); i++)
		skip_device(kept, table, i);
	for (uint32_t i = 0; kept->head && i < slots_flow_slots(table); i++)
		skip_flow(kept, table, i);
}
