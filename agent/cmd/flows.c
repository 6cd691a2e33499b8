// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf flows: what devices send, by protocol. */

#include <math.h>

#include "agent/cmd/command.h"
#include "agent/cmd/list.h"

static const struct option_spec OPTIONS[] = { LIST_OPTIONS };

const struct options_spec flows_options = {
	.command = "iotbpf flows",
	.summary = "List the flows of the devices, or of one: what each sends by which protocol, how often, in which rhythm.",
	.operands = "[DEVICE]",
	.details = "DEVICE is a name, a MAC or IP address, or the beginning of one.",
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct sheet_column COLUMNS[] = {
	LIST_DEVICE_COLUMNS,
	{ "protocol", "PROTOCOL", TABLE_LEFT, false },
	{ "packets", "PACKETS", TABLE_RIGHT, false },
	{ "bytes", "BYTES", TABLE_RIGHT, false },
	{ "share", "SHARE", TABLE_RIGHT, false },
	{ "active_seconds", "ACTIVE S", TABLE_RIGHT, false },
	{ "strip", NULL, TABLE_LEFT, false },
	{ NULL, "EVERY", TABLE_LEFT, true },
	{ "period_s", NULL, TABLE_RIGHT, false },
	{ "periods", NULL, TABLE_RIGHT, false },
	{ "first", NULL, TABLE_LEFT, false },
	{ "last", "LAST SEEN", TABLE_LEFT, false },
};

/* All periods, for people. */
static void put_periods(struct sheet *s, const struct listed_flow *f)
{
	char text[128] = "", one[32];
	size_t n = 0;

	for (size_t i = 0; i < f->period_count && n < sizeof(text); i++) {
		double seconds = f->periods[i].seconds;

		/* Found, lost and found again is one. */
		if (i && seconds - f->periods[i - 1].seconds < 0.01 * seconds)
			continue;
		snprintf(one, sizeof(one), "%.*f s", seconds < 100 && seconds != (double)(int64_t)seconds ? 1 : 0, seconds);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", n ? ", " : "", one);
	}
	sheet_text(s, text);
}

static void put_rows(struct sheet *s, const struct listed_device *d, const struct list *list)
{
	(void)list;
	for (size_t i = 0; i < d->flow_count; i++) {
		const struct listed_flow *f = &d->flows[i];

		list_put_device(s, d);
		sheet_text(s, f->protocol);
		sheet_count(s, f->packets);
		sheet_bytes(s, f->bytes);
		sheet_share(s, f->share);
		sheet_count(s, f->active_seconds);
		sheet_text(s, f->strip);
		put_periods(s, f);
		sheet_seconds(s, f->period_count ? f->periods[0].seconds : (double)NAN);
		sheet_count(s, f->period_count);
		sheet_time(s, f->first_us);
		sheet_time(s, f->last_us);
	}
}

int cmd_flows(int argc, char **argv)
{
	static const struct list_kind kind = { &flows_options, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), put_rows };

	return list_main(&kind, argc, argv);
}
