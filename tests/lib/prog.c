// SPDX-License-Identifier: BSD-2-Clause

#include "tests/lib/prog.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include "agent/source/kernel/object.h"

#define FRAME_MAX 20000
#define LOOPBACK 1 /* ifindex: BPF_PROG_RUN lends its receive queue and device */

extern const char iotbpf_object[], iotbpf_object_end[];

const char *prog_name(enum prog_kind which)
{
	static const char *const names[PROG_COUNT] = {"iotbpf_xdp", "iotbpf_in", "iotbpf_out"};

	return names[which];
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/* Put configuration and services into the read-only data; libbpf finds the variables by name in the object's BTF. */
static int set_rodata(struct prog *k, const struct iot_config *config)
{
	struct bpf_map *map = bpf_object__find_map_by_name(k->object, ".rodata");
	size_t size;
	char *data = map ? (char *)bpf_map__initial_value(map, &size) : NULL;

	if (!data || size != sizeof(*config) + sizeof(k->services))
		return -EINVAL;
	slots_services(&k->services);
	memcpy(data, config, sizeof(*config));
	memcpy(data + sizeof(*config), &k->services, sizeof(k->services));
	return 0;
}

static void *map_table(struct prog *k, const char *name)
{
	struct bpf_map *map = bpf_object__find_map_by_name(k->object, name);
	size_t size;
	void *p;

	if (!map)
		return NULL;
	size = ((size_t)bpf_map__value_size(map) + 7) / 8 * 8 * bpf_map__max_entries(map);
	size = (size + 4095) / 4096 * 4096;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
	return p == MAP_FAILED ? NULL : p;
}

static int map_tables(struct prog *k, const struct iot_config *config)
{
	k->table.config = *config;
	k->table.services = &k->services;
	k->table.arrays = iot_arrays_in(map_table(k, "iot_slots"), config);
	k->table.rings = map_table(k, "iot_rings");
	k->table.ports = map_table(k, "iot_ports");
	k->table.port_counts = map_table(k, "iot_port_counts");
	k->table.counters = map_table(k, "iot_counters");
	k->table.copies = map_table(k, "iot_copied");
	k->replay = map_table(k, ".bss");
	return k->table.arrays.flows && k->table.rings && k->table.ports && k->table.port_counts && k->table.counters && k->replay ? 0
															: -ENOMEM;
}

int prog_load(struct prog *k, const struct iot_config *wanted)
{
	struct iot_config all_cpus = *wanted, *config = &all_cpus;
	int r;

	memset(k, 0, sizeof(*k));
	config->cpus = (uint32_t)libbpf_num_possible_cpus();
	libbpf_set_print(quiet);
	k->object = bpf_object__open_mem(iotbpf_object, (size_t)(iotbpf_object_end - iotbpf_object), NULL);
	if (!k->object)
		return -errno;
	r = set_rodata(k, config);
	if (!r)
		r = object_size(k->object, config);
	if (!r)
		r = bpf_object__load(k->object);
	if (!r)
		r = map_tables(k, config);
	for (int i = 0; !r && i < PROG_COUNT; i++)
		k->program[i] = bpf_program__fd(bpf_object__find_program_by_name(k->object, prog_name((enum prog_kind)i)));
	return r;
}

void prog_close(struct prog *k)
{
	bpf_object__close(k->object);
}

int prog_run(const struct prog *k, enum prog_kind which, const void *data, uint32_t length, uint32_t repeat)
{
	char out[FRAME_MAX];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = length, .data_out = out, .data_size_out = sizeof(out),
		    .repeat = (int)repeat);
	int r = bpf_prog_test_run_opts(k->program[which], &opts);

	return r ? r : (int)opts.duration;
}

uint32_t prog_verified(const struct prog *k, enum prog_kind which)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(k->program[which], &info, &size) ? 0 : info.verified_insns;
}

uint32_t prog_register_port(const struct prog *k)
{
	k->table.ports[LOOPBACK].ifindex = LOOPBACK;
	return LOOPBACK;
}
