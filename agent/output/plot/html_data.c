// SPDX-License-Identifier: BSD-2-Clause

#include "agent/output/plot/html_data.h"

#include "agent/base/clock.h"
#include "agent/base/json.h"
#include "agent/output/plot/column.h"

/* A column as a member; its values are in the column. */
static void put_column(struct json *j, const char *key, struct column *column)
{
	json_key(j, key);
	buffer_append(j->out, "\"", 1);
	column_end(column, j->out);
	buffer_append(j->out, "\"", 1);
	j->comma = true;
}

static void put_seconds(struct json *j, const struct dataset_flow *flow, struct column *column)
{
	uint32_t before = 0;

	for (size_t i = 0; i < flow->count; i++) {
		column_value(column, flow->seconds[i].at - before);
		before = flow->seconds[i].at;
	}
	put_column(j, "at", column);
	for (size_t i = 0; i < flow->count; i++)
		column_value(column, flow->seconds[i].packets);
	put_column(j, "packets", column);
	for (size_t i = 0; i < flow->count; i++)
		column_value(column, flow->seconds[i].bytes);
	put_column(j, "bytes", column);
}

static double seconds_of(int64_t us)
{
	return (double)us / US_PER_SECOND;
}

static void put_periods(struct json *j, const struct dataset_flow *flow)
{
	json_key(j, "periods");
	json_begin_array(j);
	for (size_t i = 0; i < flow->period_count; i++) {
		const struct dataset_period *p = &flow->periods[i];

		json_begin_object(j);
		json_pair_double(j, "seconds", p->seconds, 6);
		json_pair_double(j, "log_p", p->log_p, 3);
		json_pair_double(j, "support", p->support, 3);
		json_pair_double(j, "from", seconds_of(p->from_us), 3);
		json_pair_double(j, "to", seconds_of(p->to_us), 3);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_row(struct json *j, const struct layout_row *row, struct column *column)
{
	json_begin_object(j);
	json_pair_str(j, "protocol", row->flow->protocol);
	json_pair_u64(j, "color", row->color);
	json_pair_u64(j, "count", row->flow->count);
	json_pair_u64(j, "first", row->flow->count ? row->flow->seconds[0].at : 0);
	json_pair_u64(j, "total_packets", row->totals.packets);
	json_pair_u64(j, "total_bytes", row->totals.bytes);
	put_periods(j, row->flow);
	put_seconds(j, row->flow, column);
	json_end_object(j);
}

static void put_traffic(struct json *j, const struct dataset_device *device, struct column *column)
{
	const struct dataset_traffic *t = device->traffic;
	size_t n = device->traffic_count;

	json_key(j, "traffic");
	json_begin_object(j);
	json_pair_u64(j, "count", n);
	for (size_t i = 0; i < n; i++)
		column_value(column, i ? t[i].at - t[i - 1].at : t[i].at);
	put_column(j, "at", column);
	for (size_t i = 0; i < n; i++)
		column_value(column, t[i].tx_packets);
	put_column(j, "tx_packets", column);
	for (size_t i = 0; i < n; i++)
		column_value(column, t[i].rx_packets);
	put_column(j, "rx_packets", column);
	for (size_t i = 0; i < n; i++)
		column_value(column, t[i].tx_bytes);
	put_column(j, "tx_bytes", column);
	for (size_t i = 0; i < n; i++)
		column_value(column, t[i].rx_bytes);
	put_column(j, "rx_bytes", column);
	json_end_object(j);
}

static void put_functions(struct json *j, const struct dataset_device *device)
{
	json_key(j, "functions");
	json_begin_array(j);
	for (size_t i = 0; i < device->function_count; i++) {
		const struct dataset_function *f = &device->functions[i];

		json_begin_object(j);
		json_pair_str(j, "label", f->label);
		json_pair_double(j, "p", f->p, 3);
		json_pair_bool(j, "owner", f->owner);
		json_pair_double(j, "from", seconds_of(f->from_us), 3);
		json_pair_double(j, "to", seconds_of(f->to_us), 3);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_device(struct json *j, const struct layout_group *group, struct column *column)
{
	const struct dataset_device *device = group->device;
	struct dataset_totals sent;

	json_begin_object(j);
	dataset_device_totals(device, &sent, NULL);
	json_pair_str(j, "id", device->id);
	json_pair_str(j, "name", device->name);
	json_pair_str(j, "label", device->label);
	json_pair_double(j, "label_p", device->label_p, 3);
	json_pair_bool(j, "owner", device->owner);
	json_pair_str(j, "vendor", device->vendor);
	json_pair_u64(j, "sent_packets", sent.packets);
	put_functions(j, device);
	put_traffic(j, device, column);
	json_key(j, "flows");
	json_begin_array(j);
	for (size_t i = 0; i < group->count; i++)
		put_row(j, &group->rows[i], column);
	json_end_array(j);
	json_end_object(j);
}

static void put_colors(struct json *j)
{
	json_key(j, "colors");
	json_begin_array(j);
	for (size_t i = 0; i < LAYOUT_COLORS; i++) {
		json_begin_array(j);
		json_str(j, layout_colors[i].light);
		json_str(j, layout_colors[i].dark);
		json_end_array(j);
	}
	json_end_array(j);
}

void html_data(const struct layout *layout, const struct plot_options *options, struct buffer *out)
{
	_cleanup_(column_free) struct column column = { 0 };
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_u64(&j, "format", 1);
	json_pair_str(&j, "version", IOTBPF_VERSION);
	json_pair_str(&j, "title", options->title ? options->title : "iotbpf");
	json_pair_str(&j, "source", options->source ? options->source : "");
	json_pair_i64(&j, "from", layout->ds->from_s);
	json_pair_i64(&j, "to", layout->ds->to_s);
	json_pair_bool(&j, "private", layout->ds->private_);
	put_colors(&j);
	json_key(&j, "functions");
	json_begin_array(&j);
	for (size_t i = 0; i < layout->function_count; i++)
		json_str(&j, layout->functions[i]);
	json_end_array(&j);
	json_pair_u64(&j, "function_shift", LAYOUT_FUNCTION_SHIFT);
	json_key(&j, "devices");
	json_begin_array(&j);
	for (size_t i = 0; i < layout->count; i++)
		put_device(&j, &layout->groups[i], &column);
	json_end_array(&j);
	json_end_object(&j);
}
