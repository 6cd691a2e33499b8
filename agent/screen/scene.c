// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/scene.h"

#include <errno.h>
#include <stddef.h>

#include "agent/screen/scene_internal.h"

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

static int read_devices(const cJSON *array, struct scene *v)
{
	uint32_t all = scene_count(array, UINT32_MAX), i = 0;

	v->devices = scene_room(array, SCENE_DEVICES, sizeof(*v->devices), &v->device_count);
	v->left_out = all - v->device_count;
	EACH(item, array, i, v->device_count)
		scene_read_device(item, &v->devices[i++]);
	return all && !v->devices ? -ENOMEM : 0;
}

static void read_ports(const cJSON *array, struct scene *v)
{
	uint32_t i = 0;

	v->port_count = scene_count(array, SCENE_PORTS);
	EACH(item, array, i, v->port_count)
		MEMBERS(item, PORT, &v->ports[i++]);
}

static void read_alerts(const cJSON *array, struct scene *v)
{
	uint32_t i = 0;

	v->alert_count = scene_count(array, SCENE_ALERTS);
	EACH(item, array, i, v->alert_count)
	{
		struct scene_alert *a = &v->alerts[i++];

		MEMBERS(item, ALERT, a);
		a->warning = scene_text_is(item, "severity", "warning");
	}
}

static int decode(const cJSON *object, struct scene **scene, char *why)
{
	static const struct member ERROR[] = { { .name = "error", .kind = MEMBER_TEXT, .size = SCENE_TEXT * 4 } };
	_cleanup_(scene_free_p) struct scene *v = calloc(1, sizeof(*v));
	int e;

	if (!v)
		return -ENOMEM;
	if (cJSON_IsFalse(scene_member(object, "ok"))) {
		MEMBERS(object, ERROR, why);
		return -EREMOTEIO;
	}
	if (!cJSON_IsArray(scene_member(object, "devices")))
		return -EBADMSG;
	MEMBERS(object, SNAPSHOT, v);
	read_ports(scene_member(object, "ports"), v);
	read_alerts(scene_member(object, "alerts"), v);
	e = read_devices(scene_member(object, "devices"), v);
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
