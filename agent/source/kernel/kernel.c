/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/kernel_internal.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/source/kernel/jit.h"

#define LINE_PROBES 4 /* as iot_port_find() */

int kernel_open(struct kernel **kernel, const struct kernel_options *options)
{
	_cleanup_(kernel_free_p) struct kernel *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return -ENOMEM;
	k->jiffies = (struct jiffies)JIFFIES_CLOSED;
	k->dispatcher = options->dispatcher;
	r = kernel_load(k, options);
	k->leave = r < 0; /* what an earlier agent left is no worse for that */
	if (r < 0)
		return r;
	slots_services(&k->services);
	k->table.services = &k->services;
	k->table.lock = k->taken ? NULL : &k->lock;
	k->hooked = k->taken;
	r = kernel_tick(k, NULL);
	if (r < 0)
		return log_errno_r(r, "cannot read the clock of the programs");
	if (!kernel_has_jit(k))
		log_warn("the kernel interprets BPF programs, at many times the cost: sysctl net.core.bpf_jit_enable=1, then restart");
	*kernel = TAKE_PTR(k);
	return 0;
}

void kernel_free(struct kernel *k)
{
	if (k->pins && !k->leave)
		pins_remove(k->pins);
	if (k->pins)
		pins_close(k->pins);
	kernel_unload(k);
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
	__atomic_fetch_or(&slots_device(&k->table, (uint32_t)number)->place, IOT_PLACE_IGNORED, __ATOMIC_RELAXED);
	return 0;
}

/* Wait until no program runs that began before. */
static void wait_for_programs(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static bool is_among(uint64_t mac, const uint64_t *macs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (macs[i] == mac)
			return true;
	}
	return false;
}

unsigned int kernel_ignore_only(struct kernel *k, const uint64_t *macs, size_t count)
{
	unsigned int forgiven = 0;

	for (uint32_t i = 0; i < slots_device_slots(&k->table); i++) {
		uint64_t key = slots_device_key(&k->table, i);

		if (!(key & IOT_KEY_USED) || !slots_device_ignored(&k->table, i) ||
		    is_among(key & IOT_KEY_MAC, macs, count))
			continue;
		slots_device_retire(&k->table, i);
		wait_for_programs();
		slots_device_release(&k->table, i);
		forgiven++;
	}
	return forgiven;
}

struct iot_port_count kernel_line_count(const struct kernel *k, const struct iot_port *line)
{
	return slots_port_count(&k->table, (uint32_t)(line - k->table.ports));
}

/* Nothing that was counted before is of this interface. */
static void clear_line(struct kernel *k, struct iot_port *line)
{
	*line = (struct iot_port){ 0 };
	for (uint32_t cpu = 0; cpu < k->table.config.cpus; cpu++)
		k->table.port_counts[cpu * IOT_PORTS + (uint32_t)(line - k->table.ports)] = (struct iot_port_count){ 0 };
}

/* The interface's own line, of an agent before, or else a free one near it. */
static struct iot_port *find_line(struct kernel *k, uint32_t ifindex)
{
	struct iot_port *free = NULL;

	for (uint32_t i = LINE_PROBES; i-- > 0;) {
		struct iot_port *p = &k->table.ports[(ifindex + i) % IOT_PORTS];

		if (p->ifindex == ifindex)
			return p;
		free = p->ifindex ? free : p;
	}
	return free;
}

/* Devices that were seen at this interface are told the number of its line, which programs take from them. */
static void tell_line(struct kernel *k, uint32_t ifindex, uint32_t number)
{
	for (uint32_t i = 0; i < slots_device_slots(&k->table); i++) {
		__u64 *place = &slots_device(&k->table, i)->place, old = __atomic_load_n(place, __ATOMIC_RELAXED);

		if (iot_place_port(old) == ifindex)
			__atomic_compare_exchange_n(place, &old, iot_place_moved(old, ifindex, number), false, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED);
	}
}

int kernel_line_take(struct kernel *k, uint32_t ifindex, struct iot_port **line)
{
	struct iot_port *p = find_line(k, ifindex);

	if (!p)
		return -ENOSPC;
	if (!p->ifindex)
		clear_line(k, p);
	__atomic_store_n(&p->ifindex, ifindex, __ATOMIC_RELEASE);
	tell_line(k, ifindex, (uint32_t)(p - k->table.ports));
	k->hooked = true;
	k->table.lock = NULL;
	*line = p;
	return 0;
}

static struct iot_port_count *departed(struct kernel *k)
{
	return k->kept.head ? &k->kept.head->departed : &k->departed;
}

void kernel_line_release(struct kernel *k, struct iot_port *line)
{
	struct iot_port_count c, *sum = departed(k);

	wait_for_programs();
	c = kernel_line_count(k, line);
	sum->in.packets += c.in.packets;
	sum->in.bytes += c.in.bytes;
	sum->out.packets += c.out.packets;
	sum->out.bytes += c.out.bytes;
	__atomic_store_n(&line->ifindex, 0, __ATOMIC_RELEASE);
}

struct iot_port_count kernel_departed(const struct kernel *k)
{
	return *departed((struct kernel *)k);
}

bool kernel_uses_dispatcher(const struct kernel *k)
{
	return k->dispatcher;
}

struct pins *kernel_pins(const struct kernel *k)
{
	return k->pins;
}

const struct kept *kernel_kept(const struct kernel *k)
{
	return &k->kept;
}

void kernel_leave(struct kernel *k)
{
	k->leave = k->pins != NULL;
}

struct kernel_standing kernel_standing(const struct kernel *k)
{
	return (struct kernel_standing){
		.since_us = k->since_us,
		.directory = k->pins ? pins_path(k->pins) : NULL,
		.why = k->pins ? NULL : k->why,
		.hooks = k->pins ? pins_count(k->pins) : 0,
		.agents = k->kept.head ? k->kept.head->agents : 1,
		.taken = k->taken,
	};
}
