// SPDX-License-Identifier: BSD-2-Clause

#include <stdio.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/cmd/summary_internal.h"
#include "agent/history/protocol.h"
#include "agent/output/table.h"

static const struct table_column DEVICE_COLUMNS[] = {
	{ "DEVICE", TABLE_LEFT, false },  { "NAME", TABLE_LEFT, true },	  { "TYPE", TABLE_LEFT, true },	  { "P", TABLE_RIGHT, false },
	{ "FUNCTION", TABLE_LEFT, true }, { "SENT", TABLE_RIGHT, false }, { "BYTES", TABLE_RIGHT, false },
	{ "RECEIVED", TABLE_RIGHT, false }, { "BYTES", TABLE_RIGHT, false }, { "FLOWS", TABLE_RIGHT, false },
	{ "SEEN FOR", TABLE_RIGHT, false },
};

static const struct table_column FLOW_COLUMNS[] = {
	{ "DEVICE", TABLE_LEFT, false },   { "FLOW", TABLE_LEFT, false },     { "PACKETS", TABLE_RIGHT, false },
	{ "BYTES", TABLE_RIGHT, false },   { "ACTIVE", TABLE_RIGHT, false }, { "PERIODS", TABLE_LEFT, true },
};

#define COLUMNS(a) (a), sizeof(a) / sizeof((a)[0])

static void device_row(struct table *table, const struct summary *s, const struct summary_index *index, uint32_t number)
{
	const struct device_totals *t = &index->totals[number];
	struct verdict v;
	char text[DURATION_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	bool said = watch_verdict(s->watch, number, &v) && (v.windows || v.bursts || v.label);
	size_t first;

	table_cell(table, mac_format(t->mac, mac));
	table_cell(table, summary_name(s, t->mac)->name);
	table_cell(table, !said ? "" : v.label ? v.label : "unknown");
	if (v.label && v.kind != VERDICT_UNKNOWN)
		table_cellf(table, "%.2f", (double)v.p);
	else
		table_cell(table, "");
	table_cell(table, v.function_label ? v.function_label : "");
	table_cellf(table, "%llu", (unsigned long long)t->tx_packets);
	table_cellf(table, "%llu", (unsigned long long)t->tx_bytes);
	table_cellf(table, "%llu", (unsigned long long)t->rx_packets);
	table_cellf(table, "%llu", (unsigned long long)t->rx_bytes);
	table_cellf(table, "%zu", summary_flows_of(index, s, number, &first));
	table_cell(table, duration_format((double)(t->last_us - t->first_us) / US_PER_SECOND, text));
}

static void periods_cell(struct table *table, const struct summary *s, uint64_t key)
{
	struct buffer b = { 0 };
	char text[DURATION_TEXT_SIZE];
	size_t count;
	const struct watch_period *all = watch_periods(s->watch, &count);

	for (size_t i = 0; i < count; i++) {
		double seconds = all[i].period.seconds;

		if (all[i].flow_key != key)
			continue;
		buffer_append_str(&b, b.len ? ", " : "every ");
		if (seconds < 600)
			buffer_printf(&b, "%.1f s", seconds);
		else
			buffer_append_str(&b, duration_format(seconds, text));
	}
	table_cell(table, b.data);
	buffer_free(&b);
}

static void flow_rows(struct table *table, const struct summary *s, const struct summary_index *index, uint32_t device)
{
	size_t first, n = summary_flows_of(index, s, device, &first);
	char name[PROTOCOL_NAME], mac[MAC_TEXT_SIZE], text[DURATION_TEXT_SIZE];

	for (size_t i = first; i < first + n; i++) {
		const struct history_flow *f = &watch_history(s->watch)->flows[index->flows[i]];
		const struct iot_flow *slot = slots_flow(s->table, index->flows[i]);

		table_cell(table, i == first ? mac_format(index->totals[device].mac, mac) : "");
		table_cell(table, protocol_of_key(f->key, name));
		table_cellf(table, "%llu", (unsigned long long)iot_tally_read(&slot->sent).packets);
		table_cellf(table, "%llu", (unsigned long long)iot_tally_read(&slot->sent).bytes);
		table_cell(table, duration_format((double)f->active_seconds, text));
		periods_cell(table, s, f->key);
	}
}

static int print_devices(const struct summary *s, const struct summary_index *index)
{
	_cleanup_(table_free_p) struct table *table = NULL;
	int r = table_new(COLUMNS(DEVICE_COLUMNS), &table);

	for (size_t i = 0; r == 0 && i < index->device_count; i++)
		device_row(table, s, index, index->devices[i]);
	return r < 0 ? r : table_print(table, STDOUT_FILENO);
}

static int print_flows(const struct summary *s, const struct summary_index *index)
{
	_cleanup_(table_free_p) struct table *table = NULL;
	int r = table_new(COLUMNS(FLOW_COLUMNS), &table);

	for (size_t i = 0; r == 0 && i < index->device_count; i++)
		flow_rows(table, s, index, index->devices[i]);
	return r < 0 ? r : table_print(table, STDOUT_FILENO);
}

static void print_frames(const struct summary *s)
{
	struct capture_skip skips[CAPTURE_SKIPS];
	size_t n = capture_skips(s->table, s->state, skips);

	printf("%llu frames", (unsigned long long)s->state->frames);
	for (size_t i = 0; i < n; i++)
		printf("%s%s %llu", i ? ", " : "; skipped: ", skips[i].reason, (unsigned long long)skips[i].frames);
	puts("\n");
	fflush(stdout);
}

int summary_print(const struct summary *s)
{
	struct summary_index index;
	int r = summary_index_new(&index, s);

	if (r == 0) {
		print_frames(s);
		r = print_devices(s, &index);
	}
	if (r == 0) {
		puts("");
		fflush(stdout);
		r = print_flows(s, &index);
	}
	summary_index_free(&index);
	return r;
}
