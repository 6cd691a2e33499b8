// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf devices: who is there, what it is and what it does. */

#include <math.h>

#include "agent/cmd/command.h"
#include "agent/cmd/list.h"

static const struct option_spec OPTIONS[] = { LIST_OPTIONS };

const struct options_spec devices_options = {
	.command = "iotbpf devices",
	.summary = "List the devices: name, address, maker, type and how sure, what each does now, its traffic, its shortest period.",
	.operands = "[DEVICE]",
	.details = "DEVICE is a name, a MAC or IP address, or the beginning of one.",
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct sheet_column COLUMNS[] = {
	{ "mac", "MAC", TABLE_LEFT, false },
	{ "name", "NAME", TABLE_LEFT, true },
	{ "name_source", NULL, TABLE_LEFT, false },
	{ "vendor", "VENDOR", TABLE_LEFT, true },
	{ "randomized", NULL, TABLE_LEFT, false },
	{ "ips", NULL, TABLE_LEFT, false },
	{ NULL, "ADDRESS", TABLE_LEFT, false },
	{ "in_iface", NULL, TABLE_LEFT, false },
	{ "type", "TYPE", TABLE_LEFT, true },
	{ "type_level", NULL, TABLE_LEFT, false },
	{ "type_p", "SURE", TABLE_RIGHT, false },
	{ "type_source", NULL, TABLE_LEFT, false },
	{ "function", "DOES", TABLE_LEFT, true },
	{ "function_p", NULL, TABLE_RIGHT, false },
	{ "function_since", NULL, TABLE_LEFT, false },
	{ "tx_packets", NULL, TABLE_RIGHT, false },
	{ "tx_bytes", "SENT", TABLE_RIGHT, false },
	{ "rx_packets", NULL, TABLE_RIGHT, false },
	{ "rx_bytes", "RECEIVED", TABLE_RIGHT, false },
	{ "tx_packets_rate", NULL, TABLE_RIGHT, false },
	{ "tx_bytes_rate", NULL, TABLE_RIGHT, false },
	{ "rx_packets_rate", NULL, TABLE_RIGHT, false },
	{ "rx_bytes_rate", NULL, TABLE_RIGHT, false },
	{ "flows", "FLOWS", TABLE_RIGHT, false },
	{ "period_s", "PERIOD", TABLE_RIGHT, false },
	{ "period_protocol", NULL, TABLE_LEFT, false },
	{ "first", NULL, TABLE_LEFT, false },
	{ "last", "LAST SEEN", TABLE_LEFT, false },
};

static void put_who(struct sheet *s, const struct listed_device *d)
{
	char addresses[KNOWN_ADDRESSES * (LISTED_ADDRESS + 1)] = "";
	size_t n = 0;

	for (size_t i = 0; i < d->address_count; i++)
		n += (size_t)snprintf(addresses + n, sizeof(addresses) - n, "%s%s", i ? " " : "", d->addresses[i]);
	sheet_text(s, d->id);
	sheet_text(s, d->name);
	sheet_text(s, d->name_source);
	sheet_text(s, *d->vendor || s->form != SHEET_TABLE || !d->randomized ? d->vendor : "(made-up address)");
	sheet_bool(s, d->randomized);
	sheet_text(s, addresses);
	sheet_text(s, d->address_count ? d->addresses[0] : "");
	sheet_text(s, d->in_iface);
}

static void put_what(struct sheet *s, const struct listed_device *d)
{
	sheet_text(s, d->label);
	sheet_text(s, d->level);
	sheet_share(s, d->label_p);
	sheet_text(s, d->source);
	sheet_text(s, d->function);
	sheet_share(s, d->function_p);
	sheet_time(s, d->function_us);
}

static void put_row(struct sheet *s, const struct listed_device *d, const struct list *list)
{
	const double unknown = list->live ? 0 : NAN;

	put_who(s, d);
	put_what(s, d);
	sheet_count(s, d->total.tx_packets);
	sheet_bytes(s, d->total.tx_bytes);
	sheet_count(s, d->total.rx_packets);
	sheet_bytes(s, d->total.rx_bytes);
	sheet_number(s, unknown + (double)d->rate.tx_packets, 0);
	sheet_number(s, unknown + (double)d->rate.tx_bytes, 0);
	sheet_number(s, unknown + (double)d->rate.rx_packets, 0);
	sheet_number(s, unknown + (double)d->rate.rx_bytes, 0);
	sheet_count(s, d->flow_count);
	sheet_seconds(s, d->period_s);
	sheet_text(s, d->period_protocol);
	sheet_time(s, d->first_us);
	sheet_time(s, d->last_us);
}

int cmd_devices(int argc, char **argv)
{
	static const struct list_kind kind = { &devices_options, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), put_row };

	return list_main(&kind, argc, argv);
}
