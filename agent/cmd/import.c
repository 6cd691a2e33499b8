/* SPDX-License-Identifier: BSD-2-Clause */

/* iotbpf import: check an export, and say what is in it. */

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/json.h"
#include "agent/cmd/command.h"
#include "agent/history/imported.h"
#include "agent/output/table.h"

struct import_values {
	bool json;
};

static const struct option_spec OPTIONS[] = {
	{ .name = "json",
	  .letter = 'j',
	  .kind = OPTION_FLAG,
	  .offset = offsetof(struct import_values, json),
	  .help = "one JSON object: every device with its flows, periods and functions" },
};

const struct options_spec read_back_options = {
	.command = "iotbpf import",
	.summary = "Check what `iotbpf export` wrote, and say what is in it.",
	.operands = "PATH",
	.details = "PATH is a file of NDJSON, a directory of tables, or - for standard input. Every row is checked; the first one that does not "
		   "fit is named with its line. `iotbpf plot --import PATH` draws it, `iotbpf export --import PATH` converts it.",
	.min_operands = 1,
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct table_column COLUMNS[] = {
	{ "DEVICE", TABLE_LEFT, false },	{ "NAME", TABLE_LEFT, true },	  { "TYPE", TABLE_LEFT, true },	      { "FLOWS", TABLE_RIGHT, false },
	{ "SENT", TABLE_RIGHT, false },	{ "BYTES", TABLE_RIGHT, false },  { "RECEIVED", TABLE_RIGHT, false }, { "BYTES", TABLE_RIGHT, false },
	{ "FUNCTIONS", TABLE_RIGHT, false },
};

static void add_row(struct table *table, const struct dataset_device *d)
{
	struct dataset_totals sent, received;

	dataset_device_totals(d, &sent, &received);
	table_cell(table, d->id);
	table_cell(table, d->name);
	table_cell(table, d->label);
	table_cellf(table, "%zu", d->flow_count);
	table_cellf(table, "%" PRIu64, sent.packets);
	table_cellf(table, "%" PRIu64, sent.bytes);
	table_cellf(table, "%" PRIu64, received.packets);
	table_cellf(table, "%" PRIu64, received.bytes);
	table_cellf(table, "%zu", d->function_count);
}

static int print_table(const struct imported *i)
{
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];
	_cleanup_(table_free_p) struct table *table = NULL;

	if (table_new(COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), &table) < 0)
		return -ENOMEM;
	for (size_t d = 0; d < i->dataset->count; d++)
		add_row(table, &i->dataset->devices[d]);
	printf("%s export, %s to %s%s, %zu active seconds, %zu labels, %zu windows\n", i->head.private_ ? "private" : "open",
	       time_format_local(i->head.from_s * US_PER_SECOND, from), time_format_local(i->head.to_s * US_PER_SECOND, to),
	       i->head.shifted ? " (moved)" : "", i->dataset->seconds, i->label_count, i->window_count);
	fflush(stdout);
	return table_print(table, STDOUT_FILENO);
}

static void put_flow(struct json *j, const struct dataset_flow *f)
{
	struct dataset_totals t = dataset_flow_totals(f);

	json_begin_object(j);
	json_pair_str(j, "protocol", f->protocol);
	json_pair_u64(j, "packets", t.packets);
	json_pair_u64(j, "bytes", t.bytes);
	json_pair_u64(j, "active_seconds", t.active_seconds);
	json_key(j, "periods");
	json_begin_array(j);
	for (size_t i = 0; i < f->period_count; i++) {
		json_begin_object(j);
		json_pair_double(j, "seconds", f->periods[i].seconds, 3);
		json_pair_double(j, "log_p", f->periods[i].log_p, 2);
		json_pair_double(j, "support", f->periods[i].support, 3);
		json_end_object(j);
	}
	json_end_array(j);
	json_end_object(j);
}

static void put_functions(struct json *j, const struct dataset_device *d)
{
	json_key(j, "functions");
	json_begin_array(j);
	for (size_t i = 0; i < d->function_count; i++) {
		const struct dataset_function *f = &d->functions[i];

		json_begin_object(j);
		json_pair_str(j, "label", f->label);
		json_pair_double(j, "p", (double)f->p, 4);
		json_pair_time(j, "from", f->from_us);
		json_pair_time(j, "to", f->to_us);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_device(struct json *j, const struct dataset_device *d)
{
	struct dataset_totals sent, received;

	dataset_device_totals(d, &sent, &received);
	json_begin_object(j);
	json_pair_str(j, "device", d->id);
	if (*d->name)
		json_pair_str(j, "name", d->name);
	if (*d->label)
		json_pair_str(j, "type", d->label);
	json_pair_u64(j, "tx_packets", sent.packets);
	json_pair_u64(j, "tx_bytes", sent.bytes);
	json_pair_u64(j, "rx_packets", received.packets);
	json_pair_u64(j, "rx_bytes", received.bytes);
	json_key(j, "flows");
	json_begin_array(j);
	for (size_t i = 0; i < d->flow_count; i++)
		put_flow(j, &d->flows[i]);
	json_end_array(j);
	put_functions(j, d);
	json_end_object(j);
}

static int print_json(const struct imported *i)
{
	_cleanup_(buffer_free) struct buffer out = { .limit = SIZE_MAX / 2 };
	struct json j = json_init(&out);

	json_begin_object(&j);
	json_pair_bool(&j, "private", i->head.private_);
	json_pair_bool(&j, "shifted", i->head.shifted);
	json_pair_time(&j, "from", i->head.from_s * US_PER_SECOND);
	json_pair_time(&j, "to", i->head.to_s * US_PER_SECOND);
	json_pair_u64(&j, "labels", i->label_count);
	json_pair_u64(&j, "windows", i->window_count);
	json_key(&j, "devices");
	json_begin_array(&j);
	for (size_t d = 0; d < i->dataset->count; d++)
		put_device(&j, &i->dataset->devices[d]);
	json_end_array(&j);
	json_end_object(&j);
	buffer_append_char(&out, '\n', 1);
	if (out.failed)
		return -ENOMEM;
	return fwrite(out.data, 1, out.len, stdout) == out.len && fflush(stdout) == 0 ? 0 : -EIO;
}

int cmd_import(int argc, char **argv)
{
	struct import_values values = { 0 };
	_cleanup_(imported_free_p) struct imported *import = NULL;
	struct operands operands;
	int code = command_parse(&read_back_options, argc, argv, &values, &operands), r;

	if (code >= 0)
		return code;
	r = imported_read(operands.argv[0], &import);
	if (r < 0)
		return r == -ENOENT || r == -EACCES ? EX_NOINPUT : r == -ENOMEM || r == -EIO ? EX_OSERR : EX_DATAERR;
	return (values.json ? print_json(import) : print_table(import)) < 0 ? EX_OSERR : EX_OK;
}
