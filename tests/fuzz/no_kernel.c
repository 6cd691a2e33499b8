/* SPDX-License-Identifier: BSD-2-Clause */

/* The agent's kernel side without a kernel: one table of its own memory, one port, a clock that stands. Linked in place
 * of agent/source/kernel. */

#include "agent/base/clock.h"
#include "tests/fuzz/no_kernel.h"

#define WALL_US INT64_C(1700000000000000)

/* In place of agent/base/clock.h's, so that requests may name times. */
int64_t time_now_us(void)
{
	return WALL_US + NO_KERNEL_SECOND * US_PER_SECOND;
}

static const struct port PORT = {
	.ifindex = 1, .name = "lan1", .bridge = "br0", .up = true, .hooks = { .note = "a note" }
};

const struct iot_table *kernel_table(const struct kernel *k)
{
	return k->table;
}

uint32_t kernel_hz(const struct kernel *k)
{
	(void)k;
	return 250;
}

bool kernel_has_jit(const struct kernel *k)
{
	(void)k;
	return true;
}

int kernel_tick(struct kernel *k, struct iot_clock *now)
{
	*now = k->now;
	return 0;
}

int64_t kernel_wall_of_ms(const struct kernel *k, uint32_t ms)
{
	(void)k;
	return WALL_US + (int64_t)ms * 1000;
}

int64_t kernel_wall_of_second(const struct kernel *k, uint32_t second)
{
	(void)k;
	return WALL_US + (int64_t)second * 1000000;
}

struct kernel_standing kernel_standing(const struct kernel *k)
{
	(void)k;
	return (struct kernel_standing){ .since_us = WALL_US, .why = "no kernel", .agents = 1 };
}

const struct port *ports_list(const struct ports *p, size_t *count)
{
	(void)p;
	*count = 1;
	return &PORT;
}

struct iot_port_count ports_count(const struct ports *p, const struct port *port)
{
	(void)p;
	(void)port;
	return (struct iot_port_count){ 0 };
}

struct iot_port_count ports_departed(const struct ports *p)
{
	(void)p;
	return (struct iot_port_count){ 0 };
}

unsigned int ports_overflows(const struct ports *p)
{
	(void)p;
	return 0;
}
