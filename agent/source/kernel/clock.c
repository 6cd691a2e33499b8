/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/clock.h"

#define SECOND_SHIFT 32
#define MS_SHIFT 20

/* Rounded up: rounded down, the tick that starts a second would still belong to the one before. */
static uint64_t scale(uint64_t units_per_second, int shift, uint32_t hz)
{
	return ((units_per_second << shift) + hz - 1) / hz;
}

void clock_configure(struct iot_config *config, uint64_t jiffies, uint32_t hz)
{
	config->second_scale = scale(1, SECOND_SHIFT, hz);
	config->ms_scale = scale(1000, MS_SHIFT, hz);
	config->epoch = jiffies - (uint64_t)CLOCK_FIRST_SECOND * hz;
}

static uint64_t unwrapped_ms(const struct iot_config *config, uint64_t jiffies)
{
	return ((jiffies - config->epoch) * config->ms_scale) >> MS_SHIFT;
}

struct iot_clock clock_at(const struct iot_config *config, uint64_t jiffies)
{
	return (struct iot_clock){
		.second = (uint32_t)(((jiffies - config->epoch) * config->second_scale) >> SECOND_SHIFT),
		.ms = (uint32_t)unwrapped_ms(config, jiffies),
	};
}

struct clock_anchor clock_anchor_at(const struct iot_config *config, uint64_t jiffies, int64_t wall_us)
{
	return (struct clock_anchor){ .wall_us = wall_us, .ms = unwrapped_ms(config, jiffies) };
}

int64_t clock_wall_of_ms(const struct clock_anchor *anchor, uint32_t ms)
{
	return anchor->wall_us + (int64_t)(int32_t)(ms - (uint32_t)anchor->ms) * 1000;
}

int64_t clock_wall_of_second(const struct clock_anchor *anchor, uint32_t second)
{
	return anchor->wall_us + ((int64_t)second * 1000 - (int64_t)anchor->ms) * 1000;
}
