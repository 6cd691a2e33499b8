// SPDX-License-Identifier: BSD-2-Clause

#include "tests/lib/home.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "iotbpf/protocols.h"

#define MAC UINT64_C(0x10d561246e01)
#define US INT64_C(1000000)

static uint32_t step(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* A train of seconds, each up to @jitter late. */
static void train(struct dataset *ds, uint64_t mac, uint32_t layer, uint32_t proto, uint32_t from, uint32_t to, uint32_t period, uint32_t jitter, uint32_t packets)
{
	uint32_t state = layer * 7919u + proto * 31u + period;

	for (uint32_t at = from; at < to; at += period) {
		uint32_t second = at + (jitter ? step(&state) % (jitter + 1) : 0);
		struct dataset_device *device = dataset_find(ds, mac);
		struct dataset_traffic traffic = { second, packets, packets / 2, UINT64_C(90) * packets, UINT64_C(70) * (packets / 2) };

		if (second >= to)
			break;
		assert(dataset_add_second(ds, dataset_flow(device, layer, proto), second, packets, UINT64_C(90) * packets) == 0);
		assert(dataset_add_traffic(ds, device, &traffic) == 0);
	}
}

static void period(struct dataset *ds, uint64_t mac, uint32_t layer, uint32_t proto, double seconds)
{
	struct dataset_period p = { .seconds = seconds, .log_p = 40, .support = 0.98, .from_us = (ds->from_s + 60) * US, .to_us = ds->to_s * US, .open = true };

	assert(dataset_add_period(dataset_flow(dataset_find(ds, mac), layer, proto), &p) == 0);
}

static void function(struct dataset *ds, uint64_t mac, const char *label, int64_t from, int64_t to)
{
	struct dataset_function f = { .from_us = (ds->from_s + from) * US, .to_us = (ds->from_s + to) * US, .p = 0.93f };

	snprintf(f.label, sizeof(f.label), "%s", label);
	assert(dataset_add_function(dataset_find(ds, mac), &f) == 0);
}

static struct dataset_device *add_device(struct dataset *ds, uint64_t mac, const char *name, const char *label)
{
	struct dataset_device *device = dataset_device(ds, mac);

	assert(device);
	snprintf(device->name, sizeof(device->name), "%s", name);
	snprintf(device->label, sizeof(device->label), "%s", label);
	snprintf(device->vendor, sizeof(device->vendor), "Tuya Smart Inc.");
	device->label_p = 0.97f;
	return device;
}

struct dataset *home_bulb(bool hostile)
{
	struct dataset *ds = dataset_new();

	assert(ds && dataset_set_span(ds, HOME_FROM_S, HOME_FROM_S + 300) == 0);
	add_device(ds, MAC, hostile ? "</script><script>alert(1)</script>" : "tuya-bulb", hostile ? "\"><img src=x onerror=alert(1)>" : "TuyaBulb");
	train(ds, MAC, IOT_LAYER_UDP, 53, 1, 4, 2, 0, 1);
	train(ds, MAC, IOT_LAYER_UDP, 67, 0, 2, 1, 0, 2);
	train(ds, MAC, IOT_LAYER_TCP, 80, 3, 8, 2, 0, 9);
	train(ds, MAC, IOT_LAYER_UDP, 6666, 2, 300, 3, 0, 1);
	train(ds, MAC, IOT_LAYER_ETH, 0x0806, 20, 300, 60, 0, 1);
	train(ds, MAC, IOT_LAYER_TCP, 1883, 35, 300, 60, 1, 2);
	train(ds, MAC, IOT_LAYER_TCP, 1883, 100, 112, 1, 0, 5);
	train(ds, MAC, IOT_LAYER_TCP, 1883, 200, 210, 1, 0, 12);
	period(ds, MAC, IOT_LAYER_UDP, 6666, 3);
	period(ds, MAC, IOT_LAYER_ETH, 0x0806, 60);
	period(ds, MAC, IOT_LAYER_TCP, 1883, 60);
	function(ds, MAC, hostile ? "<b>toggle</b>\x1b[31m" : "toggle", 100, 112);
	function(ds, MAC, "color", 200, 210);
	dataset_finish(ds);
	return ds;
}

/* Flow @k of a device: of every ten one streams, two poll, the others are beacons of different periods. */
static void day_flow(struct dataset *ds, uint64_t mac, unsigned k, uint32_t *state)
{
	static const uint32_t periods[] = { 60, 3, 15, 30, 120, 300, 600, 3600, 45, 90 };
	uint32_t every = periods[k % 10], proto = k ? 4000 + k : 53;

	train(ds, mac, IOT_LAYER_UDP, proto, step(state) % every, 86400, every, every / 20, 1 + k % 3);
	period(ds, mac, IOT_LAYER_UDP, proto, every);
	for (unsigned burst = 0; k % 10 == 4 && burst < 40; burst++) {
		uint32_t from = step(state) % 86000;

		train(ds, mac, IOT_LAYER_UDP, proto, from, from + 60 + step(state) % 300, 1, 0, 4);
	}
}

struct dataset *home_day(unsigned devices, unsigned flows)
{
	struct dataset *ds = dataset_new();
	uint32_t state = 1;

	assert(ds && dataset_set_span(ds, HOME_FROM_S, HOME_FROM_S + 86400) == 0);
	for (unsigned i = 0; i < devices; i++) {
		char name[32];

		snprintf(name, sizeof(name), "device-%02u", i);
		add_device(ds, MAC + i, name, i % 3 ? "TuyaBulb" : "");
		for (unsigned k = 0; k < flows; k++)
			day_flow(ds, MAC + i, i + k, &state);
		for (unsigned k = 0; k < 30; k++) {
			uint32_t from = step(&state) % 86000;

			function(ds, MAC + i, k % 2 ? "toggle" : "color", from, from + 20 + step(&state) % 200);
		}
	}
	dataset_finish(ds);
	return ds;
}
