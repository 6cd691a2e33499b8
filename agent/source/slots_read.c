// SPDX-License-Identifier: BSD-2-Clause

/* Reading rings and freeing slots of a table that programs on other CPUs are writing. */

#include "agent/source/slots.h"

#include <string.h>

#define RING_IN_FLIGHT 8 /* newest packets that programs on other CPUs may still be writing */

/*
 * Read packet `number`: 1 where *out holds it untorn, 0 where it is overwritten or not yet written. Writers advance the head before
 * they touch a slot again, so a head still within a lap afterwards means that none has begun to; the hash in the number says that
 * both words are of one packet.
 */
static int ring_packet(const struct iot_ring *ring, const uint64_t *head, uint64_t number, struct iot_packet *out)
{
	const uint64_t *slot = (const uint64_t *)&ring->packet[number % IOT_RING];
	uint64_t word[2];

	word[1] = __atomic_load_n(&slot[1], __ATOMIC_ACQUIRE);
	word[0] = __atomic_load_n(&slot[0], __ATOMIC_ACQUIRE);
	if (__atomic_load_n(head, __ATOMIC_ACQUIRE) > number + IOT_RING)
		return 0;
	memcpy(out, word, sizeof(*out));
	if (out->seq != iot_ring_seq(word[0], number))
		return 0;
	out->seq = (uint16_t)number;
	return 1;
}

uint32_t slots_ring_read(const struct iot_table *table, uint32_t number, uint64_t *next, struct iot_packet *out, uint32_t room,
			 uint64_t *missed)
{
	const struct iot_ring *ring = &table->rings[number];
	const uint64_t *head = (const uint64_t *)&slots_device(table, number)->head;
	uint64_t end = __atomic_load_n(head, __ATOMIC_ACQUIRE);
	uint32_t copied = 0;

	if (end > *next + IOT_RING) {
		*missed += end - IOT_RING - *next;
		*next = end - IOT_RING;
	}
	for (; *next < end && copied < room; ++*next) {
		if (ring_packet(ring, head, *next, &out[copied]))
			copied++;
		else if (__atomic_load_n(head, __ATOMIC_ACQUIRE) <= *next + IOT_RING && *next + RING_IN_FLIGHT >= end)
			break; /* claimed by a program that has not written it yet: there next time */
		else
			++*missed;
	}
	return copied;
}

struct iot_port_count slots_port_count(const struct iot_table *t, uint32_t line)
{
	struct iot_port_count sum = { 0 };

	for (uint32_t cpu = 0; cpu < t->config.cpus; cpu++) {
		const struct iot_port_count *c = &t->port_counts[cpu * IOT_PORTS + line];

		sum.in.packets += IOT_LOAD(c->in.packets);
		sum.in.bytes += IOT_LOAD(c->in.bytes);
		sum.out.packets += IOT_LOAD(c->out.packets);
		sum.out.bytes += IOT_LOAD(c->out.bytes);
	}
	return sum;
}

void slots_device_retire(const struct iot_table *table, uint32_t number)
{
	__atomic_store_n(&table->arrays.device_keys[number], IOT_KEY_DEAD, __ATOMIC_SEQ_CST);
}

void slots_device_release(const struct iot_table *table, uint32_t number)
{
	struct iot_device *device = slots_device(table, number);
	uint32_t generation = slots_device_generation(table, number) + 1;

	memset(device, 0, sizeof(*device));
	memset(&table->rings[number], 0, sizeof(table->rings[number]));
	device->place = iot_place_of(0, generation);
	__atomic_store_n(&table->arrays.device_keys[number], IOT_KEY_EMPTY, __ATOMIC_SEQ_CST);
}

void slots_flow_retire(const struct iot_table *table, uint32_t number)
{
	__atomic_store_n(&table->arrays.flows[number].key, IOT_KEY_DEAD, __ATOMIC_SEQ_CST);
}

void slots_flow_release(const struct iot_table *table, uint32_t number)
{
	struct iot_flow *flow = slots_flow(table, number);

	*flow = (struct iot_flow){ .key = IOT_KEY_DEAD };
	__atomic_store_n(&table->arrays.activity[number], 0, __ATOMIC_RELAXED);
	__atomic_store_n(&flow->key, IOT_KEY_EMPTY, __ATOMIC_SEQ_CST);
}
