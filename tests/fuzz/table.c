/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "agent/source/slots.h"
#include "tests/fuzz/fuzz.h"

static void clear(struct iot_table *t)
{
	size_t rings = (size_t)slots_device_slots(t) * sizeof(struct iot_ring);

	/* The arrays lie behind the rings. */
	memset(t->rings, 0, rings + t->config.slots_bytes);
	memset(t->counters, 0, sizeof(*t->counters));
	memset(t->ports, 0, IOT_PORTS * sizeof(*t->ports));
	memset(t->copies, 0, offsetof(struct iot_copies, copy));
	for (int i = 0; i < IOT_COPIES; i++)
		t->copies->copy[i].number = 0;
}

struct iot_table *fuzz_table(void)
{
	static struct iot_table *table;
	const struct slots_options options = { FUZZ_DEVICES, FUZZ_FLOWS, FUZZ_DEVICE_FLOWS, FUZZ_NEWCOMERS, 1 };

	if (table)
		clear(table);
	else if (slots_new(&table, &options) < 0)
		abort();
	table->config.copies[0] = table->config.copies[1] = FUZZ_COPIES;
	return table;
}
