// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "agent/base/cleanup.h"

#define SLOTS_DEVICES_MAX 65536u /* a flow key has 16 bits for the device */
#define SLOTS_FLOWS_MAX (1u << 22)

static uint32_t round_up_power(uint32_t v)
{
	uint32_t p = 2 * IOT_BUCKET;

	while (p < v)
		p *= 2;
	return p;
}

/* Where the arrays of a table of these sizes lie, and what makes a slot's number of a hash. */
static void lay_out(struct iot_config *config)
{
	uint32_t devices = config->device_buckets * IOT_BUCKET, flows = config->flow_buckets * IOT_BUCKET;

	config->device_shift = 65 - (uint32_t)ffs((int)devices);
	config->flow_shift = 65 - (uint32_t)ffs((int)flows);
	config->device_mask = devices - 1;
	config->flow_mask = flows - 1;
	config->activity_at = flows * (uint32_t)sizeof(struct iot_flow);
	config->devices_at = config->activity_at + flows * (uint32_t)sizeof(uint64_t);
	config->device_keys_at = config->devices_at + devices * (uint32_t)sizeof(struct iot_device);
	config->slots_bytes = config->device_keys_at + devices * (uint32_t)sizeof(uint64_t);
}

int slots_configure(struct iot_config *config, const struct slots_options *options)
{
	uint64_t seed = options->seed;

	if (!options->devices || options->devices > SLOTS_DEVICES_MAX || !options->flows || options->flows > SLOTS_FLOWS_MAX)
		return -EINVAL;
	if (!seed && getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return -EIO;
	config->seed = seed;
	config->device_buckets = round_up_power(options->devices) / IOT_BUCKET;
	config->flow_buckets = round_up_power(options->flows) / IOT_BUCKET;
	config->device_flows = options->device_flows;
	config->newcomers = options->newcomers;
	config->cpus = 1;
	lay_out(config);
	return 0;
}

void slots_services(struct iot_services *services)
{
	for (uint32_t port = 0; port <= UINT16_MAX; port++)
		services->ranks[htobe16((uint16_t)port)] = port < IOT_PORT_WELL_KNOWN ? 0 : port < IOT_PORT_DYNAMIC ? 2 : 3;
#define SERVICE(port) services->ranks[htobe16(port)] = 1;
	IOT_SERVICE_PORTS(SERVICE)
#undef SERVICE
	for (uint32_t port = 0; port <= UINT16_MAX; port++)
		services->ranks[htobe16((uint16_t)port)] |= iot_may_carry_names(port) ? IOT_RANK_NAMES : 0;
}

/* A table in host memory and what it points to. */
struct own_table {
	struct iot_table table;
	struct iot_services services;
	struct iot_counters counters;
	struct iot_copies copies;
	struct iot_port ports[IOT_PORTS];
	struct iot_port_count port_counts[IOT_PORTS];
	uint32_t lock;
	size_t mapped;
	void *memory;
};

static uint64_t rings_bytes(const struct iot_config *config)
{
	return (uint64_t)config->device_buckets * IOT_BUCKET * sizeof(struct iot_ring);
}

/* Rings and arrays lie in one anonymous mapping; the kernel zeroes pages as they are touched. */
static int own_map(struct own_table *own)
{
	const struct iot_config *config = &own->table.config;
	size_t rings = rings_bytes(config);
	char *p;

	own->mapped = rings + config->slots_bytes;
	p = mmap(NULL, own->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	own->memory = p;
	own->table.rings = (void *)p;
	own->table.arrays = iot_arrays_in(p + rings, config);
	return 0;
}

int slots_new(struct iot_table **table, const struct slots_options *options)
{
	_cleanup_free_ struct own_table *own = calloc(1, sizeof(*own));
	int r;

	if (!own)
		return -ENOMEM;
	r = slots_configure(&own->table.config, options);
	if (r < 0)
		return r;
	own->table.config.claim_received = 1;
	slots_services(&own->services);
	own->table.services = &own->services;
	own->table.ports = own->ports;
	own->table.port_counts = own->port_counts;
	own->table.counters = &own->counters;
	own->table.copies = &own->copies;
	own->table.lock = &own->lock;
	r = own_map(own);
	if (r < 0)
		return r;
	*table = &TAKE_PTR(own)->table;
	return 0;
}

void slots_free(struct iot_table *table)
{
	struct own_table *own = (struct own_table *)table;

	if (!own)
		return;
	munmap(own->memory, own->mapped);
	free(own);
}

uint64_t slots_bytes(const struct iot_config *config)
{
	return rings_bytes(config) + config->slots_bytes +
	       IOT_PORTS * (sizeof(struct iot_port) + config->cpus * sizeof(struct iot_port_count)) + sizeof(struct iot_counters) +
	       sizeof(struct iot_copies);
}

uint32_t slots_device_slots(const struct iot_table *table)
{
	return table->config.device_buckets * IOT_BUCKET;
}

uint32_t slots_flow_slots(const struct iot_table *table)
{
	return table->config.flow_buckets * IOT_BUCKET;
}

int slots_ignore(const struct iot_table *table, uint64_t mac)
{
	int number = iot_device_claim(table, IOT_KEY_USED | mac, 0, 0, 0);

	if (number < 0)
		return -ENOSPC;
	slots_device(table, (uint32_t)number)->place |= IOT_PLACE_IGNORED;
	return 0;
}

const char *slots_reason_name(unsigned int reason)
{
	static const char *const names[IOT_REASON_COUNT] = {
#define NAME(name, text, meaning) [IOT_##name] = text,
		IOT_REASONS(NAME)
#undef NAME
	};

	return reason < IOT_REASON_COUNT ? names[reason] : NULL;
}
