// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf functions: what devices did, and when. */

#include <math.h>

#include "agent/base/clock.h"
#include "agent/cmd/command.h"
#include "agent/cmd/list.h"

static const struct option_spec OPTIONS[] = {
	LIST_OPTIONS,
};

const struct options_spec functions_options = {
	.command = "iotbpf functions",
	.summary = "List what the devices, or one, did and do: each function from when to when.",
	.operands = "[DEVICE]",
	.details = "DEVICE is a name, a MAC or IP address, or the beginning of one. The agent remembers the latest 32 of each device.",
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct sheet_column COLUMNS[] = {
	LIST_DEVICE_COLUMNS,
	{ "function", "FUNCTION", TABLE_LEFT, true },
	{ "from", "FROM", TABLE_LEFT, false },
	{ "to", NULL, TABLE_LEFT, false },
	{ "seconds", "FOR", TABLE_RIGHT, false },
	{ "p", "SURE", TABLE_RIGHT, false },
	{ NULL, "", TABLE_LEFT, false },
};

static void put_rows(struct sheet *s, const struct listed_device *d, const struct list *list)
{
	(void)list;
	for (size_t i = 0; i < d->function_count; i++) {
		const struct listed_function *f = &d->functions[i];
		int64_t end_us = f->to_us ? f->to_us : time_now_us();

		list_put_device(s, d);
		sheet_text(s, f->label);
		sheet_time(s, f->from_us);
		sheet_time(s, f->to_us);
		sheet_seconds(s, (double)(end_us - f->from_us) / US_PER_SECOND);
		sheet_share(s, f->p);
		sheet_text(s, f->to_us ? "" : "now");
	}
}

int cmd_functions(int argc, char **argv)
{
	static const struct list_kind kind = { &functions_options, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), put_rows };

	return list_main(&kind, argc, argv);
}
