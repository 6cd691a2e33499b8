// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf periods: what repeats, and how sure that is. */

#include "agent/cmd/command.h"
#include "agent/cmd/list.h"

static const struct option_spec OPTIONS[] = { LIST_OPTIONS };

const struct options_spec periods_options = {
	.command = "iotbpf periods",
	.summary = "List the periods of the devices' flows, or of one device's, and how sure each is.",
	.operands = "[DEVICE]",
	.details = "DEVICE is a name, a MAC or IP address, or the beginning of one. SUPPORT is the share of activity that is repeated one period\n"
		   "later, above chance; -LN P is the strength of the evidence: the larger, the less it is chance.",
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct sheet_column COLUMNS[] = {
	LIST_DEVICE_COLUMNS,
	{ "protocol", "PROTOCOL", TABLE_LEFT, false },
	{ "seconds", "EVERY", TABLE_RIGHT, false },
	{ "support", "SUPPORT", TABLE_RIGHT, false },
	{ "log_p", "-LN P", TABLE_RIGHT, false },
	{ "from", NULL, TABLE_LEFT, false },
	{ "to", NULL, TABLE_LEFT, false },
};

static void put_rows(struct sheet *s, const struct listed_device *d, const struct list *list)
{
	(void)list;
	for (size_t i = 0; i < d->flow_count; i++) {
		const struct listed_flow *f = &d->flows[i];

		for (size_t k = 0; k < f->period_count; k++) {
			const struct listed_period *p = &f->periods[k];

			list_put_device(s, d);
			sheet_text(s, f->protocol);
			sheet_seconds(s, p->seconds);
			sheet_share(s, p->support);
			sheet_number(s, p->log_p, 1);
			sheet_time(s, p->from_us);
			sheet_time(s, p->to_us);
		}
	}
}

int cmd_periods(int argc, char **argv)
{
	static const struct list_kind kind = { &periods_options, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), put_rows };

	return list_main(&kind, argc, argv);
}
