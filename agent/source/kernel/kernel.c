/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/kernel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/source/kernel/clock.h"
#include "agent/source/kernel/jiffies.h"
#include "agent/source/kernel/jit.h"
#include "agent/source/kernel/object.h"

#define LINE_PROBES 4 /* as iot_port_find() */

struct kernel {
	struct bpf_object *object;
	struct iot_table table;
	struct iot_services services;
	struct jiffies jiffies;
	struct clock_anchor anchor;
	int programs[KERNEL_PROGRAMS];
	uint32_t lock; /* of claims before the first hook */
	bool hooked;
};

static int calibrate(struct kernel *k)
{
	uint64_t now;
	int r = jiffies_open(&k->jiffies);

	if (r < 0)
		return object_explain(r, "loading the clock program");
	r = jiffies_calibrate(&k->jiffies);
	r = r < 0 ? r : jiffies_read(&k->jiffies, &now);
	if (r < 0)
		return log_errno_r(r, "cannot measure the rate of the kernel's clock");
	clock_configure(&k->table.config, now, k->jiffies.hz);
	k->anchor = clock_anchor_at(&k->table.config, now, time_now_us());
	log_debug("kernel clock: %u Hz", k->jiffies.hz);
	return 0;
}

static int configure(struct kernel *k, const struct kernel_options *options)
{
	struct iot_config *config = &k->table.config;
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

static int find_programs(struct kernel *k)
{
	static const char *const names[KERNEL_PROGRAMS] = { "iotbpf_xdp", "iotbpf_in", "iotbpf_out" };

	for (int i = 0; i < KERNEL_PROGRAMS; i++) {
		const struct bpf_program *p = bpf_object__find_program_by_name(k->object, names[i]);

		if (!p)
			return log_error_r(-EBADMSG, "embedded programs lack %s: rebuild with make clean all",
					   names[i]);
		k->programs[i] = bpf_program__fd(p);
	}
	return 0;
}

static int open_all(struct kernel *k, const struct kernel_options *options)
{
	int r = calibrate(k);

	r = r < 0 ? r : configure(k, options);
	r = r < 0 ? r : object_open(&k->object, &k->table.config);
	r = r < 0 ? r : object_load(k->object);
	r = r < 0 ? r : find_programs(k);
	return r < 0 ? r : object_map(k->object, &k->table);
}

int kernel_open(struct kernel **kernel, const struct kernel_options *options)
{
	_cleanup_(kernel_free_p) struct kernel *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	k->jiffies = (struct jiffies)JIFFIES_CLOSED;
	r = open_all(k, options);
	if (r < 0)
		return r;
	slots_services(&k->services);
	k->table.services = &k->services;
	k->table.lock = &k->lock;
	if (!kernel_has_jit(k))
		log_warn("the kernel interprets BPF programs, at many times the cost: sysctl net.core.bpf_jit_enable=1, then restart");
	*kernel = TAKE_PTR(k);
	return 0;
}

void kernel_free(struct kernel *k)
{
	if (k->object)
		object_unmap(k->object, &k->table);
	bpf_object__close(k->object);
	jiffies_close(&k->jiffies);
	free(k);
}

int kernel_exit_code(int r)
{
	switch (-r) {
	case 0:
		return EX_OK;
	case EPERM:
	case EACCES:
		return EX_NOPERM;
	case EOPNOTSUPP:
		return EX_UNAVAILABLE;
	case ENODEV:
		return EX_NOINPUT;
	case EINVAL:
		return EX_USAGE;
	default:
		return EX_OSERR;
	}
}

const struct iot_table *kernel_table(const struct kernel *k)
{
	return &k->table;
}

int kernel_program_fd(const struct kernel *k, enum kernel_program program)
{
	return k->programs[program];
}

struct iot_replay *kernel_replay(struct kernel *k)
{
	size_t size = 0;

	return k->table.config.replay ? object_variable(k->object, ".bss", "iot_replay", &size) : NULL;
}

uint32_t kernel_hz(const struct kernel *k)
{
	return k->jiffies.hz;
}

bool kernel_has_jit(const struct kernel *k)
{
	return !program_is_interpreted(k->programs[KERNEL_IN]);
}

int kernel_tick(struct kernel *k, struct iot_clock *now)
{
	uint64_t jiffies;
	int r = jiffies_read(&k->jiffies, &jiffies);

	if (r < 0)
		return r;
	k->anchor = clock_anchor_at(&k->table.config, jiffies, time_now_us());
	if (now)
		*now = clock_at(&k->table.config, jiffies);
	return 0;
}

int64_t kernel_wall_of_ms(const struct kernel *k, uint32_t ms)
{
	return clock_wall_of_ms(&k->anchor, ms);
}

int64_t kernel_wall_of_second(const struct kernel *k, uint32_t second)
{
	return clock_wall_of_second(&k->anchor, second);
}

int kernel_ignore(struct kernel *k, uint64_t mac)
{
	int number;

	if (!k->hooked) {
		k->table.ports[0].newcomers = 0; /* gateways are nobody's newcomers */
		return slots_ignore(&k->table, mac);
	}
	number = iot_device_find(&k->table, IOT_KEY_USED | mac);
	if (number < 0)
		return -ENOENT;
	__atomic_fetch_or(&slots_device(&k->table, (uint32_t)number)->flags, IOT_DEVICE_IGNORED, __ATOMIC_RELAXED);
	return 0;
}

struct iot_port_count kernel_line_count(const struct kernel *k, const struct iot_port *line)
{
	return slots_port_count(&k->table, (uint32_t)(line - k->table.ports));
}

int kernel_line_take(struct kernel *k, uint32_t ifindex, struct iot_port **line)
{
	for (uint32_t i = 0; i < LINE_PROBES; i++) {
		struct iot_port *p = &k->table.ports[(ifindex + i) % IOT_PORTS];

		if (p->ifindex)
			continue;
		*p = (struct iot_port){ 0 };
		for (uint32_t cpu = 0; cpu < k->table.config.cpus; cpu++)
			k->table.port_counts[cpu * IOT_PORTS + (uint32_t)(p - k->table.ports)] = (struct iot_port_count){ 0 };
		__atomic_store_n(&p->ifindex, ifindex, __ATOMIC_RELEASE);
		k->hooked = true;
		k->table.lock = NULL;
		*line = p;
		return 0;
	}
	return -ENOSPC;
}

void kernel_line_release(struct kernel *k, struct iot_port *line)
{
	(void)k;
	__atomic_store_n(&line->ifindex, 0, __ATOMIC_RELEASE);
}
