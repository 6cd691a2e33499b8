/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/kernel_internal.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"

#define KEPT_NAME "iot_kept"
#define KEPT_VALUE 4096 /* bytes an element: any size will do, they lie together */

static int configure(struct iot_config *config, const struct kernel_options *options)
{
	int r = slots_configure(config, &options->slots);

	if (r < 0)
		return log_errno_r(r, "table of %u devices and %u flows", options->slots.devices, options->slots.flows);
	config->copies[IOT_COPY_NAME - 1] = IOT_NAME_FRAMES;
	config->copies[IOT_COPY_ADDRESS - 1] = IOT_ADDRESS_FRAMES;
	config->replay = options->replay;
	config->claim_received = options->claim_received;
	config->frags = object_has_frags();
	config->realtime = access("/sys/kernel/realtime", F_OK) == 0;
	r = libbpf_num_possible_cpus();
	if (r < 0)
		return log_errno_r(r, "cannot count the CPUs");
	config->cpus = (uint32_t)r;
	return 0;
}

static int calibrate(struct kernel *k)
{
	uint64_t now;
	int r = jiffies_calibrate(&k->jiffies);

	r = r < 0 ? r : jiffies_read(&k->jiffies, &now);
	if (r < 0)
		return log_errno_r(r, "cannot measure the rate of the kernel's clock");
	clock_configure(&k->table.config, now, k->jiffies.hz);
	return 0;
}

static int load(struct kernel *k)
{
	static const char *const names[KERNEL_PROGRAMS] = { "iotbpf_xdp", "iotbpf_in", "iotbpf_out" };
	int r = object_load(k->object);

	for (int i = 0; r == 0 && i < KERNEL_PROGRAMS; i++) {
		const struct bpf_program *p = bpf_object__find_program_by_name(k->object, names[i]);

		if (!p)
			return log_error_r(-EBADMSG, "embedded programs lack %s: rebuild with make clean all", names[i]);
		k->programs[i] = bpf_program__fd(p);
	}
	return r < 0 ? r : object_map(k->object, &k->table);
}

static size_t kept_mapped(const struct iot_config *config)
{
	return (kept_bytes(config) + KEPT_VALUE - 1) / KEPT_VALUE * KEPT_VALUE;
}

static int map_kept(struct kernel *k, int fd, const struct iot_config *config)
{
	size_t size = kept_mapped(config);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	k->kept = kept_in(p, config);
	k->kept_mapped = size;
	return 0;
}

static void unmap_kept(struct kernel *k)
{
	if (k->kept.head)
		munmap(k->kept.head, k->kept_mapped);
	k->kept = (struct kept){ 0 };
}

/* --- a table that is there --- */

/* What a table that is to be taken over must have in common with the one that would be made. */
static bool is_like(const struct iot_config *a, const struct iot_config *b)
{
	return a->device_buckets == b->device_buckets && a->flow_buckets == b->flow_buckets && a->cpus == b->cpus &&
	       a->claim_received == b->claim_received && a->replay == b->replay;
}

/* The kept map of a table of these sizes: an element more or less would be of another. */
static int open_kept(struct kernel *k)
{
	_cleanup_close_ int fd = pins_get_map(k->pins, KEPT_NAME);
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	int r = fd < 0 ? fd : bpf_obj_get_info_by_fd(fd, &info, &length);

	if (r < 0)
		return r;
	if (info.value_size != KEPT_VALUE || (size_t)info.max_entries * KEPT_VALUE != kept_mapped(&k->table.config))
		return -ESTALE;
	r = map_kept(k, fd, &k->table.config);
	if (r == 0 && (k->kept.head->ready != KEPT_READY || !k->kept.head->hz || !is_like(&k->kept.head->config, &k->table.config)))
		r = -ESTALE;
	return r;
}

static int take_map(const struct kernel *k, struct bpf_map *map)
{
	_cleanup_close_ int fd = pins_get_map(k->pins, bpf_map__name(map));
	struct bpf_map_info info = { 0 };
	__u32 length = sizeof(info);
	int r = fd < 0 ? fd : bpf_obj_get_info_by_fd(fd, &info, &length);

	if (r < 0)
		return r;
	if (info.type != bpf_map__type(map) || info.key_size != bpf_map__key_size(map) || info.value_size != bpf_map__value_size(map) ||
	    info.max_entries != bpf_map__max_entries(map))
		return -ESTALE;
	return bpf_map__reuse_fd(map, fd);
}

/* The programs' own constants and variables are no part of the table. */
static int take_maps(struct kernel *k)
{
	struct bpf_map *map;
	int r = 0;

	bpf_object__for_each_map(map, k->object)
	{
		if (r == 0 && !bpf_map__is_internal(map))
			r = take_map(k, map);
	}
	return r;
}

/* Seed and clock are the table's; limits are this agent's. */
static void take_config(struct kernel *k)
{
	const struct kept_head *head = k->kept.head;
	struct iot_config *config = &k->table.config;

	config->seed = head->config.seed;
	config->epoch = head->config.epoch;
	config->second_scale = head->config.second_scale;
	config->ms_scale = head->config.ms_scale;
	k->jiffies.hz = head->hz;
	k->since_us = head->since_us;
}

static int take_over(struct kernel *k)
{
	int r = open_kept(k);

	if (r < 0)
		return r;
	take_config(k);
	r = object_open(&k->object, &k->table.config);
	r = r < 0 ? r : take_maps(k);
	return r < 0 ? r : load(k);
}

/* --- a new one --- */

static int pin_maps(struct kernel *k)
{
	const struct bpf_map *map;
	int r = 0;

	bpf_object__for_each_map(map, k->object)
	{
		if (r == 0 && !bpf_map__is_internal(map))
			r = pins_put_map(k->pins, bpf_map__name(map), bpf_map__fd(map));
	}
	return r;
}

static int make_kept(struct kernel *k)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	size_t size = kept_mapped(&k->table.config);
	_cleanup_close_ int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, KEPT_NAME, sizeof(uint32_t), KEPT_VALUE,
						(uint32_t)(size / KEPT_VALUE), &opts);
	int r = fd < 0 ? fd : map_kept(k, fd, &k->table.config);

	if (r < 0)
		return r;
	k->kept.head->config = k->table.config;
	k->kept.head->hz = k->jiffies.hz;
	k->kept.head->since_us = k->since_us;
	k->kept.head->ready = KEPT_READY;
	return pins_put_map(k->pins, KEPT_NAME, fd);
}

static void give_up_pins(struct kernel *k, int r)
{
	snprintf(k->why, sizeof(k->why), "%s: %s", pins_path(k->pins), strerror(-r));
	unmap_kept(k);
	pins_close(k->pins);
	k->pins = NULL;
}

/* The map that makes the others a table goes first and comes last: what a kill leaves in between is no table. */
static void pin(struct kernel *k)
{
	int r;

	if (!k->pins)
		return;
	pins_drop_map(k->pins, KEPT_NAME);
	r = pin_maps(k);
	r = r < 0 ? r : make_kept(k);
	if (r < 0)
		give_up_pins(k, r);
}

static int make(struct kernel *k)
{
	int r = calibrate(k);

	k->since_us = time_now_us();
	r = r < 0 ? r : object_open(&k->object, &k->table.config);
	r = r < 0 ? r : load(k);
	if (r == 0)
		pin(k);
	return r;
}

void kernel_unload(struct kernel *k)
{
	if (k->object)
		object_unmap(k->object, &k->table);
	bpf_object__close(k->object);
	k->object = NULL;
	unmap_kept(k);
}

static void tell_why_new(const struct kernel *k, int r)
{
	if (r == -ENOENT && pins_has_other(k->pins))
		log_info("the table of an earlier version has another layout: counts begin anew");
	else if (r != -ENOENT)
		log_info("the table that an earlier agent left does not fit (sizes were changed, or it is damaged): counts begin anew");
}

static void open_pins(struct kernel *k, const char *directory)
{
	if (!directory)
		snprintf(k->why, sizeof(k->why), "as asked");
	else
		pins_open(&k->pins, directory, k->why);
}

int kernel_load(struct kernel *k, const struct kernel_options *options)
{
	int r = jiffies_open(&k->jiffies), taken = -ENOENT;
	struct iot_config config = { 0 };

	if (r < 0)
		return object_explain(r, "loading the clock program");
	r = configure(&config, options);
	if (r < 0)
		return r;
	k->table.config = config;
	open_pins(k, options->pins);
	if (k->pins)
		taken = take_over(k);
	k->taken = taken == 0;
	if (!k->taken) {
		if (k->pins)
			tell_why_new(k, taken);
		kernel_unload(k);
		k->table.config = config;
		r = make(k);
	}
	if (r == 0 && k->kept.head) {
		k->kept.head->agents++;
		snprintf(k->kept.head->version, sizeof(k->kept.head->version), "%s", IOTBPF_VERSION);
	}
	log_debug("kernel clock: %u Hz", k->jiffies.hz);
	return r;
}
