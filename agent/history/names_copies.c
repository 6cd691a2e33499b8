// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/names_copies.h"

/* Gateways have slots and no names. */
static bool is_device(const struct iot_table *t, uint64_t mac)
{
	int number = iot_device_find(t, IOT_KEY_USED | mac);

	return number >= 0 && !slots_device_ignored(t, (uint32_t)number);
}

void names_take_copies(struct names *names, const struct iot_table *table)
{
	struct name_facts facts;
	struct iot_copy copy;

	while (copies_take(table, &copy)) {
		if (!facts_read(copy.bytes, copy.length, &facts) || !is_device(table, facts.mac))
			continue;
		names_device(names, facts.mac);
		names_take(names, &facts);
	}
}
