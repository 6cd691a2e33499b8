/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_SLOTS_H
#define AGENT_SOURCE_SLOTS_H

/*
 * The slot table from the agent's side: memory for a table of its own (captures), and what is done alike to any table, own or mapped
 * from the kernel: walking, reading rings, freeing slots.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "bpf/host.h"

/* Number of device and flow slots and the limits in force. Slots are rounded up to a power of two. */
struct slots_options {
	uint32_t devices;
	uint32_t flows;
	uint32_t device_flows;	/* quota per device */
	uint32_t newcomers;	/* per port and second, 0: no limit */
	uint64_t seed;		/* of the bucket hashes; 0: random */
};

#define SLOTS_OPTIONS_DEFAULT {IOT_DEVICES, IOT_FLOWS, IOT_DEVICE_FLOWS, IOT_NEWCOMERS, 0}

/* Fill `config` from `options`: sizes in buckets, limits, seed. Returns 0 or -errno (-EINVAL: sizes out of range). */
int slots_configure(struct iot_config *config, const struct slots_options *options);

/* Fill in the rank of every port. */
void slots_services(struct iot_services *services);

/*
 * A table in the agent's own memory, zeroed; memory is touched only where slots are used. Returns 0 and *table, or -errno.
 * Release with slots_free().
 */
int slots_new(struct iot_table **table, const struct slots_options *options);
void slots_free(struct iot_table *table);
DEFINE_CLEANUP(struct iot_table, slots_free)

/* Bytes that a table with this configuration occupies when full, kernel and host alike. */
uint64_t slots_bytes(const struct iot_config *config);

uint32_t slots_device_slots(const struct iot_table *table);
uint32_t slots_flow_slots(const struct iot_table *table);

/* The key and slot with this number; a key without IOT_KEY_USED means that the slot holds nothing. */
static inline uint64_t slots_device_key(const struct iot_table *t, uint32_t number)
{
	return IOT_LOAD(t->arrays.device_keys[number]);
}

static inline struct iot_device *slots_device(const struct iot_table *t, uint32_t number)
{
	return &t->arrays.devices[number];
}

static inline uint64_t slots_flow_key(const struct iot_table *t, uint32_t number)
{
	return IOT_LOAD(t->arrays.flows[number].key);
}

/* Its place taken apart, see iot_place_of(). */
static inline uint32_t slots_device_port(const struct iot_table *t, uint32_t number)
{
	return iot_place_port(IOT_LOAD(slots_device(t, number)->place));
}

static inline uint32_t slots_device_generation(const struct iot_table *t, uint32_t number)
{
	return iot_place_generation(IOT_LOAD(slots_device(t, number)->place));
}

static inline bool slots_device_ignored(const struct iot_table *t, uint32_t number)
{
	return IOT_LOAD(slots_device(t, number)->place) & IOT_PLACE_IGNORED;
}

static inline struct iot_flow *slots_flow(const struct iot_table *t, uint32_t number)
{
	return &t->arrays.flows[number];
}

/* The flow's activity word, see struct iot_flow. */
static inline uint64_t slots_flow_activity(const struct iot_table *t, uint32_t number)
{
	return IOT_LOAD(t->arrays.activity[number]);
}

/* What all CPUs saw at the port with this line. */
struct iot_port_count slots_port_count(const struct iot_table *t, uint32_t line);

/*
 * Copy packets number *next and later of device `number` into `out` (room for `room`), oldest first, and move *next past them.
 * Packets that were overwritten, or are still being written after others that are, are skipped and added to *missed. Returns how many were
 * copied; never a torn one. In the copies, seq is the low bits of the packet's number.
 */
uint32_t slots_ring_read(const struct iot_table *table, uint32_t number, uint64_t *next, struct iot_packet *out, uint32_t room,
			 uint64_t *missed);

/*
 * Free slots in two steps, for a table that programs may be writing: *_retire() makes the key match nothing; at least a grace period
 * later (the caller waits until its next pass) *_release() clears the slot and makes it claimable. A device's flows must be
 * retired with it; releasing a device advances its generation.
 */
void slots_device_retire(const struct iot_table *table, uint32_t number);
void slots_device_release(const struct iot_table *table, uint32_t number);
void slots_flow_retire(const struct iot_table *table, uint32_t number);
void slots_flow_release(const struct iot_table *table, uint32_t number);

/* Make `mac` a gateway: never counted. Claims a slot. For tables of the agent's own memory. Returns 0 or -ENOSPC. */
int slots_ignore(const struct iot_table *table, uint64_t mac);

/* Text of a reason as events and status print it, e.g. "flow_quota"; NULL for an unused number. */
const char *slots_reason_name(unsigned int reason);

#endif
