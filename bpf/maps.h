/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_MAPS_H
#define BPF_MAPS_H

/*
 * Where the table lives. In the kernel: array maps, whose lookup the JIT inlines; sizes are set at load, so they are maps and no
 * globals. All of the table but the rings is one element of one map: a slot's address is then reached by arithmetic in registers, where
 * a lookup for each array takes its index from memory and waits for it. The rings are an element each, since kernel 5.15 bounds one to
 * 4 MiB. On the host: plain memory.
 */

#include "bpf/classify.h"

#ifdef __bpf__

#define IOT_ARRAY(name, value_type, entries)                                                                           \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                                      \
		__uint(map_flags, BPF_F_MMAPABLE);                                                                     \
		__uint(max_entries, entries);                                                                          \
		__type(key, __u32);                                                                                    \
		__type(value, value_type);                                                                             \
	} name SEC(".maps")

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u64)); /* at load: iot_config.slots_bytes */
} iot_slots SEC(".maps");

IOT_ARRAY(iot_rings, struct iot_ring, IOT_DEVICES);
IOT_ARRAY(iot_ports, struct iot_port, IOT_PORTS);
IOT_ARRAY(iot_port_counts, struct iot_port_count, IOT_PORTS); /* at load: for each CPU */
IOT_ARRAY(iot_counters, struct iot_counters, 1);
IOT_ARRAY(iot_copied, struct iot_copies, 1);

struct iot_claim_lock {
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct iot_claim_lock);
} iot_claims SEC(".maps");

const volatile struct iot_config iot_config = {};
const volatile struct iot_services iot_services = {};
struct iot_replay iot_replay = {};

struct iot_table; /* only ever NULL here: the maps are global */

#define IOT_CONFIG(t, field) (iot_config.field)
#define IOT_SERVICES(t) ((const struct iot_services *)&iot_services)
/* Global functions are verified once and not at each call: what a frame's parsing left known multiplies no states behind them. */
#define IOT_OUTLINE __attribute__((noinline))
#define IOT_TABLE_PARAM
#define IOT_TABLE_ARG(t)
#define IOT_TABLE_LOCAL const struct iot_table *t = NULL
#define IOT_TABLE_HERE(t) NULL
#define IOT_LOCK(t, failed)                                                                                            \
	__u32 iot_zero = 0;                                                                                            \
	struct iot_claim_lock *iot_held = bpf_map_lookup_elem(&iot_claims, &iot_zero);                                 \
	if (!iot_held)                                                                                                 \
		return failed;                                                                                         \
	bpf_spin_lock(&iot_held->lock)
#define IOT_UNLOCK(t) bpf_spin_unlock(&iot_held->lock)

/* All of them NULL where the map has no element, which only the verifier believes. */
#define iot_arrays_of(t) iot_arrays_in(iot_at(&iot_slots, 0), &iot_config)
#define iot_ring_of(t, i) ((struct iot_ring *)iot_at(&iot_rings, i))
#define iot_port_line(t, i) ((struct iot_port *)iot_at(&iot_ports, i))
#define iot_port_count_of(t, line) \
	((struct iot_port_count *)iot_at(&iot_port_counts, bpf_get_smp_processor_id() * IOT_PORTS + (line)))
#define iot_counters_of(t) ((struct iot_counters *)iot_at(&iot_counters, 0))
#define iot_copies_of(t) ((struct iot_copies *)iot_at(&iot_copied, 0))

static __always_inline void *iot_at(void *map, __u32 index)
{
	return bpf_map_lookup_elem(map, &index);
}

#else

/* A table in host memory, or the kernel's maps mapped into it: the same pointers serve both. */
struct iot_table {
	struct iot_config config;
	struct iot_arrays arrays;
	struct iot_ring *rings;
	struct iot_port *ports;
	struct iot_port_count *port_counts; /* [config.cpus * IOT_PORTS] */
	struct iot_counters *counters;
	struct iot_copies *copies; /* NULL: none are made */
	const struct iot_services *services;
	__u32 *lock; /* host claims; NULL for a mapped kernel table, where the host never claims */
};

#define IOT_CONFIG(t, field) ((t)->config.field)
#define IOT_SERVICES(t) ((t)->services)
#define IOT_OUTLINE static __attribute__((noinline, unused))
#define IOT_TABLE_PARAM const struct iot_table *t,
#define IOT_TABLE_ARG(t) t,
#define IOT_TABLE_HERE(t) t
#define IOT_TABLE_LOCAL _Static_assert(1, "the table is a parameter")
#define IOT_LOCK(t, failed)                                                                                            \
	do {                                                                                                           \
	} while (__sync_lock_test_and_set((t)->lock, 1))
#define IOT_UNLOCK(t) __sync_lock_release((t)->lock)

#define iot_arrays_of(t) ((t)->arrays)
#define iot_ring_of(t, i) (&(t)->rings[i])
#define iot_port_line(t, i) (&(t)->ports[i])
#define iot_port_count_of(t, line) (&(t)->port_counts[line])
#define iot_counters_of(t) ((t)->counters)
#define iot_copies_of(t) ((t)->copies)

#endif

/* A number below the table's size, as the verifier wants to see it. */
static __always_inline __u64 iot_device_number_of(const struct iot_table *t, __u32 number)
{
	return number & IOT_CONFIG(t, device_mask);
}

static __always_inline __u64 iot_flow_number_of(const struct iot_table *t, __u32 number)
{
	return number & IOT_CONFIG(t, flow_mask);
}

static __always_inline struct iot_device *iot_device_at(const struct iot_table *t, __u32 number)
{
	struct iot_arrays a = iot_arrays_of(t);

	return a.devices ? &a.devices[iot_device_number_of(t, number)] : NULL;
}

static __always_inline void iot_note(const struct iot_table *t, __u32 reason, __u32 frames)
{
	struct iot_counters *c = iot_counters_of(t);
	__u64 at = reason;

	IOT_OPAQUE(at); /* or half of it is compared, from which kernel 6.1 does not learn the bounds of the whole */
	if (c && at < 32)
		__sync_fetch_and_add(&c->reason[at], frames);
}

#endif
