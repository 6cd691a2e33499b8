/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/object.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#include "agent/base/log.h"

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif
#define ENOTSUPP_KERNEL 524 /* leaks out of the kernel, unknown to user space's <errno.h> */

extern const char iotbpf_object[], iotbpf_object_end[];

/* libbpf explains at length what is explained here in a line; its warnings go to our debug level, its own debugging
 * nowhere. */
static int print_debug(enum libbpf_print_level level, const char *format, va_list args)
{
	_cleanup_free_ char *text = NULL;
	size_t length;

	if (level == LIBBPF_DEBUG || log_get_level() < LOG_LEVEL_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	length = strlen(text);
	if (length && text[length - 1] == '\n')
		text[length - 1] = '\0';
	log_debug("%s", text);
	return 0;
}

int object_explain(int r, const char *what)
{
	struct utsname kernel;

	uname(&kernel);
	switch (-r) {
	case EPERM:
	case EACCES:
		log_error("%s: not permitted: needs CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN: run with sudo", what);
		return -EPERM;
	case ENOMEM:
	case E2BIG:
		return log_error_r(-ENOMEM, "%s: no memory for the tables: choose smaller ones", what);
	case EINVAL:
	case ENOSYS:
	case EOPNOTSUPP:
	case ENOTSUPP_KERNEL:
		log_error("%s: kernel %s refuses it: needs 5.15 or later with CONFIG_BPF_SYSCALL; if it is that, please report it", what,
			  kernel.release);
		return -EOPNOTSUPP;
	default:
		return log_errno_r(r, "%s", what);
	}
}

void *object_variable(const struct bpf_object *object, const char *section, const char *name, size_t *size)
{
	const struct btf *btf = bpf_object__btf(object);
	const struct bpf_map *map = bpf_object__find_map_by_name(object, section);
	int id = btf ? btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC) : -ENOENT;
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(btf, (__u32)id);
	char *data;
	size_t all;

	if (!type || !map)
		return NULL;
	data = (char *)bpf_map__initial_value((struct bpf_map *)map, &all);
	for (unsigned int i = 0; data && i < btf_vlen(type); i++) {
		const struct btf_var_secinfo *v = &btf_var_secinfos(type)[i];

		if (strcmp(btf__name_by_offset(btf, btf__type_by_id(btf, v->type)->name_off), name) != 0)
			continue;
		*size = v->size;
		return (size_t)v->offset + v->size <= all ? data + v->offset : NULL;
	}
	return NULL;
}

static int set_constant(const struct bpf_object *object, const char *name, const void *value, size_t size)
{
	size_t there = 0;
	void *p = object_variable(object, ".rodata", name, &there);

	if (!p || there != size)
		return log_error_r(-EBADMSG,
				   "embedded programs have no constant %s of %zu bytes: rebuild with make clean all",
				   name, size);
	memcpy(p, value, size);
	return 0;
}

static int size_map(const struct bpf_object *object, const char *name, uint64_t value, uint32_t entries)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	int r = map ? bpf_map__set_value_size(map, (uint32_t)value) : -ENOENT;

	return r < 0 ? r : bpf_map__set_max_entries(map, entries);
}

int object_size(const struct bpf_object *object, const struct iot_config *config)
{
	int r = size_map(object, "iot_slots", config->slots_bytes, 1);

	r = r < 0 ? r : size_map(object, "iot_rings", sizeof(struct iot_ring), config->device_buckets * IOT_BUCKET);
	r = r < 0 ? r : size_map(object, "iot_port_counts", sizeof(struct iot_port_count), config->cpus * IOT_PORTS);
	return r < 0 ? log_errno_r(r, "cannot size the maps of the embedded programs") : 0;
}

int object_open(struct bpf_object **object, const struct iot_config *config)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "iotbpf");
	_cleanup_(object_close) struct bpf_object *o = NULL;
	struct bpf_program *xdp;
	struct iot_services services = { 0 };
	int r;

	libbpf_set_print(print_debug);
	o = bpf_object__open_mem(iotbpf_object, (size_t)(iotbpf_object_end - iotbpf_object), &opts);
	if (!o)
		return log_errno_r(-errno, "cannot open the embedded programs");
	slots_services(&services);
	r = object_size(o, config);
	r = r < 0 ? r : set_constant(o, "iot_config", config, sizeof(*config));
	r = r < 0 ? r : set_constant(o, "iot_services", &services, sizeof(services));
	if (r < 0)
		return r;
	xdp = bpf_object__find_program_by_name(o, "iotbpf_xdp");
	if (xdp && config->frags)
		bpf_program__set_flags(xdp, BPF_F_XDP_HAS_FRAGS);
	*object = TAKE_PTR(o);
	return 0;
}

int object_load(struct bpf_object *object)
{
	int r = bpf_object__load(object);

	return r < 0 ? object_explain(r, "loading the programs") : 0;
}

bool object_has_frags(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_xdp_get_buff_len },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_XDP_HAS_FRAGS);
	_cleanup_close_ int fd =
		bpf_prog_load(BPF_PROG_TYPE_XDP, "iotbpf_frags", "GPL", insns, sizeof(insns) / sizeof(insns[0]), &opts);

	return fd >= 0;
}

/* One mapped map and where its address goes. */
struct mapping {
	const char *name;
	void **where;
};

enum { MAPPINGS = 6 };

/* @slots: where the address of the arrays goes. */
static void mappings(struct iot_table *table, void **slots, struct mapping out[MAPPINGS])
{
	out[0] = (struct mapping){ "iot_slots", slots };
	out[1] = (struct mapping){ "iot_rings", (void **)&table->rings };
	out[2] = (struct mapping){ "iot_ports", (void **)&table->ports };
	out[3] = (struct mapping){ "iot_counters", (void **)&table->counters };
	out[4] = (struct mapping){ "iot_port_counts", (void **)&table->port_counts };
	out[5] = (struct mapping){ "iot_copied", (void **)&table->copies };
}

static size_t map_bytes(const struct bpf_map *map)
{
	return (size_t)bpf_map__value_size(map) * bpf_map__max_entries(map);
}

int object_map(const struct bpf_object *object, struct iot_table *table)
{
	struct mapping all[MAPPINGS];
	void *slots;

	mappings(table, &slots, all);
	for (int i = 0; i < MAPPINGS; i++) {
		const struct bpf_map *map = bpf_object__find_map_by_name(object, all[i].name);
		void *p = MAP_FAILED;

		if (map)
			p = mmap(NULL, map_bytes(map), PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
		if (p == MAP_FAILED)
			return log_errno_r(map ? -errno : -ENOENT, "cannot map %s", all[i].name);
		*all[i].where = p;
		if (all[i].where == &slots)
			table->arrays = iot_arrays_in(p, &table->config);
	}
	return 0;
}

void object_unmap(const struct bpf_object *object, struct iot_table *table)
{
	void *slots = table->arrays.flows;
	struct mapping all[MAPPINGS];

	mappings(table, &slots, all);
	for (int i = 0; i < MAPPINGS; i++) {
		if (*all[i].where)
			munmap(*all[i].where, map_bytes(bpf_object__find_map_by_name(object, all[i].name)));
		*all[i].where = NULL;
	}
	table->arrays = (struct iot_arrays){ 0 };
}
