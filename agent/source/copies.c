// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/copies.h"

#include <string.h>

bool copies_take(const struct iot_table *table, struct iot_copy *out)
{
	struct iot_copies *all = table->copies;
	uint64_t tail = all ? all->tail : 0;
	const struct iot_copy *copy = all ? &all->copy[tail % IOT_COPIES] : NULL;

	if (!copy || __atomic_load_n(&copy->number, __ATOMIC_ACQUIRE) != tail + 1)
		return false;
	memcpy(out, copy, sizeof(*out));
	if (out->length > IOT_COPY_BYTES)
		out->length = IOT_COPY_BYTES;
	__atomic_store_n(&all->tail, tail + 1, __ATOMIC_RELEASE);
	return true;
}

struct copies_counters copies_counters(const struct iot_table *table)
{
	const struct iot_copies *all = table->copies;

	if (!all)
		return (struct copies_counters){ 0 };
	return (struct copies_counters){ IOT_LOAD(all->head), IOT_LOAD(all->refused_rate), IOT_LOAD(all->refused_full) };
}
