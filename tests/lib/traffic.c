/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/lib/traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Periods as ../shared/data/known-periods.csv lists them, in seconds. */
static const uint32_t PERIODS[] = { 3, 10, 15, 20, 30, 45, 60, 60, 120, 300, 600, 3600, 20700 };

#define FIRST_MAC UINT64_C(0x02aabb000001)
#define SERVER_MAC UINT64_C(0x02aabbcc0002)

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t x = a * UINT64_C(0x9e3779b97f4a7c15) + b;

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

uint64_t traffic_mac(uint32_t device)
{
	return FIRST_MAC + device;
}

uint32_t traffic_port(uint32_t flow)
{
	return 5000 + flow % TRAFFIC_FLOWS;
}

/* Every so many seconds, in one home of ten a second late, one packet. */
static uint32_t beacon(uint32_t flow, uint32_t second, uint32_t *length)
{
	uint32_t period = PERIODS[mix(flow, 1) % (sizeof(PERIODS) / sizeof(PERIODS[0]))];
	uint32_t at = second + (uint32_t)(mix(flow, 2) % period), late = mix(flow, at / period) % 10 == 0 && period > 3;

	*length = 70 + (uint32_t)(mix(flow, 3) % 200);
	return at % period == late;
}

/* In one half hour of three, some seconds of what a function causes. */
static uint32_t burst(uint32_t flow, uint32_t second, uint32_t *length)
{
	uint64_t h = mix(flow, second / 1800 + 1000);
	uint32_t begin = (uint32_t)(h >> 8) % 1700, seconds = 1 + (uint32_t)(h >> 32) % 60, at = second % 1800;

	*length = 70 + (uint32_t)(mix(flow ^ second, 5) % 1200);
	return h % 3 == 0 && at >= begin && at < begin + seconds ? 1 + (uint32_t)(mix(flow, second) % 20) : 0;
}

static uint32_t stream(uint32_t flow, uint32_t second, uint32_t *length)
{
	*length = 800 + (uint32_t)(mix(flow ^ second, 6) % 400);
	return 5 + (uint32_t)(mix(flow, second) % 20);
}

uint32_t traffic_packets(uint32_t flow, uint32_t second, uint32_t *length)
{
	uint32_t kind = flow % TRAFFIC_FLOWS, device = flow / TRAFFIC_FLOWS;

	if (kind == 7 && device % 16 == 0)
		return stream(flow, second, length);
	return kind >= 5 ? burst(flow, second, length) : beacon(flow, second, length);
}

void traffic_init(struct traffic *t, uint32_t devices, size_t bytes)
{
	const struct slots_options slots = { .devices = 1024, .flows = 16384, .device_flows = 128 };
	struct record_options options = { .live = true, .bytes = bytes };

	*t = (struct traffic){ .devices = devices };
	assert_int_equal(slots_new(&t->table, &slots), 0);
	assert_int_equal(slots_ignore(t->table, SERVER_MAC), 0);
	t->history = history_new(t->table);
	assert_non_null(t->history);
	options.table = t->table;
	options.history = t->history;
	assert_int_equal(record_new(&t->record, &options), 0);
	t->frames = calloc((size_t)devices * TRAFFIC_FLOWS, sizeof(*t->frames));
	assert_non_null(t->frames);
	for (uint32_t f = 0; f < devices * TRAFFIC_FLOWS; f++)
		frame_make_udp(&t->frames[f], SERVER_MAC, traffic_mac(f / TRAFFIC_FLOWS), 40000, traffic_port(f), 20);
}

void traffic_free(struct traffic *t)
{
	record_free(t->record);
	history_free(t->history);
	slots_free(t->table);
	free(t->frames);
}

static void on_flow(void *user, uint32_t number)
{
	record_flow_active(user, number);
}

static void on_device(void *user, uint32_t number)
{
	record_device_active(user, number);
}

/* A pass comes a little after the second is over, as the agent's does. */
void traffic_second(struct traffic *t, uint32_t second)
{
	const struct history_listener listener = { .flow_active = on_flow, .device_active = on_device, .user = t->record };
	struct iot_clock now = { second, second * 1000 + 500 };

	for (uint32_t f = 0; f < t->devices * TRAFFIC_FLOWS; f++) {
		uint32_t length, n = traffic_packets(f, second, &length);

		for (uint32_t i = 0; i < n; i++)
			iot_frame_captured(t->table, t->frames[f].data, t->frames[f].length, length, now);
	}
	now = (struct iot_clock){ second + 1, second * 1000 + 1020 };
	history_pass(t->history, now.second, &listener);
	record_pass(t->record, now);
}

struct sums {
	uint64_t seconds, packets, bytes;
};

static void check_second(const struct dataset *ds, const struct dataset_flow *flow, size_t *at, uint32_t second, uint32_t packets,
			 uint32_t length)
{
	assert_non_null(flow);
	assert_true(*at < flow->count);
	assert_int_equal(ds->from_s + flow->seconds[*at].at, second);
	assert_int_equal(flow->seconds[*at].packets, packets);
	assert_int_equal(flow->seconds[*at].bytes, (uint64_t)packets * length);
	++*at;
}

static void check_flow(const struct dataset *ds, const struct dataset_device *d, uint32_t f, uint32_t from, uint32_t to, struct sums *sums)
{
	const struct dataset_flow *flow = NULL;
	size_t at = 0;

	for (size_t i = 0; d && i < d->flow_count; i++) {
		if (d->flows[i].proto == traffic_port(f))
			flow = &d->flows[i];
	}
	for (uint32_t second = from; second < to; second++) {
		uint32_t length, n = traffic_packets(f, second, &length);

		if (!n)
			continue;
		check_second(ds, flow, &at, second, n, length);
		sums->packets += n;
		sums->bytes += (uint64_t)n * length;
	}
	assert_int_equal(at, flow ? flow->count : 0);
}

void traffic_check(const struct traffic *t, const struct dataset *ds, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < t->devices; i++) {
		const struct dataset_device *d = dataset_find(ds, traffic_mac(i));
		struct dataset_totals sent = { 0 };
		struct sums sums = { 0 };

		for (uint32_t f = i * TRAFFIC_FLOWS; f < (i + 1) * TRAFFIC_FLOWS; f++)
			check_flow(ds, d, f, from, to, &sums);
		if (d)
			dataset_device_totals(d, &sent, NULL);
		assert_int_equal(sent.packets, sums.packets);
		assert_int_equal(sent.bytes, sums.bytes);
	}
}
