// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/scene.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "agent/screen/scene_json.h"

#define M(type, field, member_kind)                                                                                  \
	{                                                                                                            \
		.name = #field, .kind = MEMBER_##member_kind, .offset = offsetof(type, field), .size = sizeof(((type *)NULL)->field) \
	}
#define AS(type, key, field, member_kind)                                                                            \
	{                                                                                                            \
		.name = key, .kind = MEMBER_##member_kind, .offset = offsetof(type, field), .size = sizeof(((type *)NULL)->field) \
	}
#define SUB(type, field, table)                                                                                      \
	{                                                                                                            \
		.name = #field, .kind = MEMBER_OBJECT, .offset = offsetof(type, field), .members = table,             \
		.count = sizeof(table) / sizeof((table)[0])                                                          \
	}

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

static const struct member PORT[] = {
	AS(struct scene_port, "in_iface", name, TEXT),
	M(struct scene_port, bridge, TEXT),
	M(struct scene_port, up, BOOL),
};

static const struct member TOTALS[] = {
	AS(struct scene, "frames", totals.frames, NUMBER),
	AS(struct scene, "counted", totals.counted, NUMBER),
	AS(struct scene, "devices", totals.devices, NUMBER),
	AS(struct scene, "flows", totals.flows, NUMBER),
	AS(struct scene, "missed_packets", totals.missed_packets, NUMBER),
	AS(struct scene, "clients", totals.clients, NUMBER),
	AS(struct scene, "lost_events", totals.lost_events, NUMBER),
};

static const struct member SNAPSHOT[] = {
	AS(struct scene, "time", time_us, TIME),
	M(struct scene, host, TEXT),
	M(struct scene, version, TEXT),
	M(struct scene, model, TEXT),
	{ .name = "totals", .kind = MEMBER_OBJECT, .offset = 0, .members = TOTALS, .count = sizeof(TOTALS) / sizeof(TOTALS[0]) },
};

static const struct member ALERT[] = {
	AS(struct scene_alert, "time", time_us, TIME),
	M(struct scene_alert, mac, MAC),
	M(struct scene_alert, text, TEXT),
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool text_is(const cJSON *object, const char *key, const char *value)
{
	const cJSON *item = member(object, key);

	return cJSON_IsString(item) && item->valuestring && !strcmp(item->valuestring, value);
}

/* Number of objects in an array, no more than @most. */
static uint32_t count_of(const cJSON *array, uint32_t most)
{
	uint32_t n = 0;

	if (!cJSON_IsArray(array))
		return 0;
	for (const cJSON *item = array->child; item && n < most; item = item->next)
		n += cJSON_IsObject(item);
	return n;
}

/* Room for the objects of an array; their number in *count, 0 where there are none or no memory. */
static void *room(const cJSON *array, uint32_t most, size_t size, uint32_t *count)
{
	uint32_t n = count_of(array, most);
	void *list = n ? calloc(n, size) : NULL;

	*count = list ? n : 0;
	return list;
}

/* Every object of an array, up to @count of them. */
#define EACH(item, array, i, count)                                                                  \
	for (const cJSON *item = cJSON_IsArray(array) ? (array)->child : NULL; item && (i) < (count); item = item->next) \
		if (cJSON_IsObject(item))

static void read_flow(const cJSON *object, struct scene_flow *f)
{
	const cJSON *periods = member(object, "periods");
	uint32_t i = 0;

	MEMBERS(object, FLOW, f);
	f->period_count = count_of(periods, SCENE_PERIODS);
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

	d->flows = room(array, SCENE_FLOWS, sizeof(*d->flows), &d->flow_count);
	EACH(item, array, i, d->flow_count)
		read_flow(item, &d->flows[i++]);
	if (d->flow_count)
		qsort(d->flows, d->flow_count, sizeof(*d->flows), compare_flows);
}

static void read_functions(const cJSON *array, struct scene_device *d)
{
	uint32_t i = 0;

	d->functions = room(array, SCENE_FUNCTIONS, sizeof(*d->functions), &d->function_count);
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

static void read_device(const cJSON *object, struct scene_device *d)
{
	MEMBERS(object, DEVICE, d);
	d->type.owner = text_is(member(object, "type"), "source", "owner");
	read_addresses(member(object, "ips"), d);
	read_flows(member(object, "flows"), d);
	read_functions(member(object, "functions"), d);
}

static int read_devices(const cJSON *array, struct scene *v)
{
	uint32_t all = count_of(array, UINT32_MAX), i = 0;

	v->devices = room(array, SCENE_DEVICES, sizeof(*v->devices), &v->device_count);
	v->left_out = all - v->device_count;
	EACH(item, array, i, v->device_count)
		read_device(item, &v->devices[i++]);
	return all && !v->devices ? -ENOMEM : 0;
}

static void read_ports(const cJSON *array, struct scene *v)
{
	uint32_t i = 0;

	v->port_count = count_of(array, SCENE_PORTS);
	EACH(item, array, i, v->port_count)
		MEMBERS(item, PORT, &v->ports[i++]);
}

static void read_alerts(const cJSON *array, struct scene *v)
{
	uint32_t i = 0;

	v->alert_count = count_of(array, SCENE_ALERTS);
	EACH(item, array, i, v->alert_count)
	{
		struct scene_alert *a = &v->alerts[i++];

		MEMBERS(item, ALERT, a);
		a->warning = text_is(item, "severity", "warning");
	}
}

static int decode(const cJSON *object, struct scene **scene, char *why)
{
	static const struct member ERROR[] = { { .name = "error", .kind = MEMBER_TEXT, .size = SCENE_TEXT * 4 } };
	_cleanup_(scene_free_p) struct scene *v = calloc(1, sizeof(*v));
	int e;

	if (!v)
		return -ENOMEM;
	if (cJSON_IsFalse(member(object, "ok"))) {
		MEMBERS(object, ERROR, why);
		return -EREMOTEIO;
	}
	if (!cJSON_IsArray(member(object, "devices")))
		return -EBADMSG;
	MEMBERS(object, SNAPSHOT, v);
	read_ports(member(object, "ports"), v);
	read_alerts(member(object, "alerts"), v);
	e = read_devices(member(object, "devices"), v);
	if (e == 0)
		*scene = TAKE_PTR(v);
	return e;
}

int scene_decode(const char *text, size_t n, struct scene **scene, char *why)
{
	cJSON *object = cJSON_ParseWithLength(text, n);
	int e = object ? decode(object, scene, why) : -EBADMSG;

	cJSON_Delete(object);
	return e;
}

void scene_free(struct scene *scene)
{
	for (uint32_t i = 0; i < scene->device_count; i++) {
		free(scene->devices[i].flows);
		free(scene->devices[i].functions);
	}
	free(scene->devices);
	free(scene);
}

const struct scene_device *scene_device(const struct scene *scene, uint64_t mac)
{
	for (uint32_t i = 0; scene && i < scene->device_count; i++) {
		if (scene->devices[i].mac == mac)
			return &scene->devices[i];
	}
	return NULL;
}

void scene_take_flows(struct scene *to, struct scene *from, uint64_t mac)
{
	struct scene_device *d = (struct scene_device *)scene_device(to, mac), *source = (struct scene_device *)scene_device(from, mac);

	if (!d || !source || !source->flows)
		return;
	free(d->flows);
	free(d->functions);
	d->flows = TAKE_PTR(source->flows);
	d->functions = TAKE_PTR(source->functions);
	d->flow_count = source->flow_count;
	d->function_count = source->function_count;
	source->flow_count = source->function_count = 0;
}
