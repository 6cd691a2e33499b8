// SPDX-License-Identifier: BSD-2-Clause

/* One device of a snapshot. */

#include "agent/screen/scene_internal.h"

static const struct member PERIOD[] = {
	M(struct scene_period, seconds, NUMBER),
	M(struct scene_period, support, SHARE),
	M(struct scene_period, log_p, NUMBER),
	M(struct scene_period, protocol, TEXT),
};

static const struct member FLOW[] = {
	M(struct scene_flow, protocol, TEXT),
	M(struct scene_flow, packets, NUMBER),
	M(struct scene_flow, bytes, NUMBER),
	M(struct scene_flow, active_seconds, NUMBER),
	AS(struct scene_flow, "last", last_us, TIME),
	M(struct scene_flow, strip, STRIP),
	M(struct scene_flow, share, SHARE),
};

static const struct member FUNCTION[] = {
	M(struct scene_function, label, TEXT),
	M(struct scene_function, p, SHARE),
	AS(struct scene_function, "since", start_us, TIME),
	AS(struct scene_function, "start", start_us, TIME),
	AS(struct scene_function, "stop", stop_us, TIME),
};

static const struct member TYPE[] = {
	M(struct scene_type, label, TEXT),     M(struct scene_type, level, TEXT),
	M(struct scene_type, p, SHARE),	      M(struct scene_type, runner_up, TEXT),
	M(struct scene_type, runner_up_p, SHARE), M(struct scene_type, decided_by, TEXT),
};

static const struct member RATES[] = {
	M(struct scene_rates, tx_packets, NUMBER),
	M(struct scene_rates, tx_bytes, NUMBER),
	M(struct scene_rates, rx_packets, NUMBER),
	M(struct scene_rates, rx_bytes, NUMBER),
};

static const struct member DEVICE[] = {
	M(struct scene_device, mac, MAC),
	M(struct scene_device, name, TEXT),
	M(struct scene_device, name_source, TEXT),
	M(struct scene_device, vendor, TEXT),
	M(struct scene_device, randomized, BOOL),
	M(struct scene_device, in_iface, TEXT),
	AS(struct scene_device, "first", first_us, TIME),
	AS(struct scene_device, "last", last_us, TIME),
	SUB(struct scene_device, type, TYPE),
	SUB(struct scene_device, function, FUNCTION),
	AS(struct scene_device, "tx_packets", total.tx_packets, NUMBER),
	AS(struct scene_device, "tx_bytes", total.tx_bytes, NUMBER),
	AS(struct scene_device, "rx_packets", total.rx_packets, NUMBER),
	AS(struct scene_device, "rx_bytes", total.rx_bytes, NUMBER),
	{ .name = "rates", .kind = MEMBER_OBJECT, .offset = offsetof(struct scene_device, rate), .members = RATES, .count = 4 },
	M(struct scene_device, strip, STRIP),
	SUB(struct scene_device, period, PERIOD),
	AS(struct scene_device, "flow_count", flow_total, COUNT),
};

static void read_flow(const cJSON *object, struct scene_flow *f)
{
	const cJSON *periods = scene_member(object, "periods");
	uint32_t i = 0;

	MEMBERS(object, FLOW, f);
	f->period_count = scene_count(periods, SCENE_PERIODS);
	EACH(item, periods, i, f->period_count)
		MEMBERS(item, PERIOD, &f->periods[i++]);
}

/* The busiest first. */
static int compare_flows(const void *a, const void *b)
{
	const struct scene_flow *left = a, *right = b;

	if (left->packets != right->packets)
		return left->packets < right->packets ? 1 : -1;
	return strcmp(left->protocol, right->protocol);
}

static void read_flows(const cJSON *array, struct scene_device *d)
{
	uint32_t i = 0;

	d->flows = scene_room(array, SCENE_FLOWS, sizeof(*d->flows), &d->flow_count);
	EACH(item, array, i, d->flow_count)
		read_flow(item, &d->flows[i++]);
	if (d->flow_count)
		qsort(d->flows, d->flow_count, sizeof(*d->flows), compare_flows);
}

static void read_functions(const cJSON *array, struct scene_device *d)
{
	uint32_t i = 0;

	d->functions = scene_room(array, SCENE_FUNCTIONS, sizeof(*d->functions), &d->function_count);
	EACH(item, array, i, d->function_count)
		MEMBERS(item, FUNCTION, &d->functions[i++]);
}

static void read_addresses(const cJSON *array, struct scene_device *d)
{
	for (const cJSON *item = cJSON_IsArray(array) ? array->child : NULL; item && d->address_count < SCENE_ADDRESSES; item = item->next) {
		if (cJSON_IsString(item) && item->valuestring && strlen(item->valuestring) < sizeof(d->addresses[0]))
			strcpy(d->addresses[d->address_count++], item->valuestring);
	}
}

void scene_read_device(const cJSON *object, struct scene_device *d)
{
	MEMBERS(object, DEVICE, d);
	d->type.owner = scene_text_is(scene_member(object, "type"), "source", "owner");
	read_addresses(scene_member(object, "ips"), d);
	read_flows(scene_member(object, "flows"), d);
	read_functions(scene_member(object, "functions"), d);
}
