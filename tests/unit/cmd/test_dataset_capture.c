/* SPDX-License-Identifier: BSD-2-Clause */
/* The dataset of a capture says what `iotbpf read --summary` says: packets, bytes and active seconds of every flow and device. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/cmd/dataset_capture.h"
#include "agent/cmd/replay.h"
#include "agent/source/totals.h"
#include "tests/lib/frames.h"

#define T0 1700000000u

static uint64_t state_of_chance;

static uint32_t chance(uint32_t n)
{
	state_of_chance = state_of_chance * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state_of_chance >> 33) % n;
}

static void put32(FILE *f, uint32_t v)
{
	fwrite(&v, 4, 1, f);
}

static void put_frame(FILE *f, int64_t us, uint64_t to, uint64_t from, uint32_t port, uint32_t payload)
{
	static struct frame frame;

	frame_make_udp(&frame, to, from, 40000, port, payload);
	put32(f, (uint32_t)(us / 1000000));
	put32(f, (uint32_t)(us % 1000000));
	put32(f, frame.length);
	put32(f, frame.length);
	fwrite(frame.data, frame.length, 1, f);
}

static FILE *open_capture(char *path)
{
	static const uint32_t head[] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1 };
	FILE *f;

	strcpy(path, "/tmp/iotbpf-dataset-XXXXXX");
	f = fdopen(mkstemp(path), "w");
	assert_non_null(f);
	fwrite(head, sizeof(head), 1, f);
	return f;
}

/* Frames of a few devices, between them and to others, many a second or hours apart, some up to half a minute late. */
static void write_capture(char *path, uint32_t frames)
{
	FILE *f = open_capture(path);
	int64_t us = (int64_t)T0 * 1000000;

	state_of_chance = frames;
	for (uint32_t i = 0; i < frames; i++) {
		uint32_t step = chance(100) < 90 ? 20000 : chance(100) < 90 ? 3000000 : 900000000;
		int64_t late = chance(50) == 0 ? chance(30000000) : 0;

		us += chance(step);
		put_frame(f, us - late, FRAME_DEVICE + chance(6), FRAME_DEVICE + chance(4), 5000 + chance(5), chance(900));
	}
	fclose(f);
}

struct plain {
	struct iot_table *table;
	struct watch *watch;
	struct replay replay;
	struct device_totals *totals;
};

static int64_t wall_us(void *user, uint32_t second)
{
	(void)user;
	return (int64_t)second * 1000000;
}

/* As `iotbpf read --summary` does it. */
static void read_plainly(struct plain *p, char **paths, size_t count)
{
	const struct slots_options slots = CAPTURE_SLOTS_OPTIONS;
	struct watch_options options = { .world = { .wall_us = wall_us }, .lazy = true };
	int code;

	assert_int_equal(slots_new(&p->table, &slots), 0);
	options.table = p->table;
	assert_int_equal(watch_new(&p->watch, &options), 0);
	p->replay = (struct replay){ .table = p->table, .watch = p->watch, .lazy = true };
	assert_int_equal(replay_files(&p->replay, paths, count, &code), 0);
	assert_int_equal(replay_finish(&p->replay), 0);
	p->totals = calloc(slots_device_slots(p->table), sizeof(*p->totals));
	totals_collect(p->table, p->replay.state.first_us, p->replay.state.time.now_us, p->totals);
}

static void free_plain(struct plain *p)
{
	watch_free(p->watch);
	slots_free(p->table);
	free(p->totals);
}

static size_t compare_flows(const struct plain *p, uint32_t number, const struct dataset_device *d)
{
	const struct history *h = watch_history(p->watch);
	size_t flows = 0;

	for (uint32_t i = 0; i < h->flow_slots; i++) {
		const struct iot_count sent = iot_tally_read(&slots_flow(p->table, i)->sent);
		struct dataset_totals t;

		if (!h->flows[i].key || iot_key_device(h->flows[i].key) != number)
			continue;
		t = dataset_flow_totals(
			dataset_flow((struct dataset_device *)d, iot_key_layer(h->flows[i].key), iot_key_proto(h->flows[i].key)));
		assert_int_equal(t.packets, sent.packets);
		assert_int_equal(t.bytes, sent.bytes);
		assert_int_equal(t.active_seconds, h->flows[i].active_seconds);
		flows++;
	}
	return flows;
}

static void in_order(const struct dataset_flow *f)
{
	for (size_t i = 1; i < f->count; i++)
		assert_true(f->seconds[i - 1].at < f->seconds[i].at);
}

static void compare(const struct plain *p, const struct dataset *ds)
{
	size_t devices = 0;

	for (uint32_t i = 0; i < slots_device_slots(p->table); i++) {
		const struct device_totals *t = &p->totals[i];
		struct dataset_totals sent, received;
		const struct dataset_device *d;

		if (!t->mac)
			continue;
		d = dataset_find(ds, t->mac);
		assert_non_null(d);
		dataset_device_totals(d, &sent, &received);
		assert_int_equal(sent.packets, t->tx_packets);
		assert_int_equal(sent.bytes, t->tx_bytes);
		assert_int_equal(received.packets, t->rx_packets);
		assert_int_equal(received.bytes, t->rx_bytes);
		assert_int_equal(compare_flows(p, i, d), d->flow_count);
		for (size_t k = 0; k < d->flow_count; k++)
			in_order(&d->flows[k]);
		devices++;
	}
	assert_int_equal(devices, ds->count);
}

static void both_ways(char **paths, size_t count)
{
	const struct dataset_capture_options options = { 0 };
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	struct plain p = { 0 };

	assert_int_equal(dataset_read_captures(paths, count, &options, &ds), EX_OK);
	read_plainly(&p, paths, count);
	compare(&p, ds);
	assert_true(ds->to_s * 1000000 > p.replay.state.time.now_us);
	free_plain(&p);
}

static void sums_are_those_of_the_summary(void **state)
{
	char path[64], *paths[] = { path };

	(void)state;
	for (uint32_t frames = 1; frames < 10000; frames *= 7) {
		write_capture(path, frames);
		both_ways(paths, 1);
		remove(path);
	}
}

static void sums_of_real_captures_are(void **state)
{
	const char *root = getenv("IOTBPF_DATA");
	char pattern[512];
	glob_t found;

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/sentinel/Hue*/Setup-*-1-STA.pcap", root ? root : "../shared/data");
	if (glob(pattern, 0, NULL, &found) != 0) {
		print_message("needs the captures of $IOTBPF_DATA\n");
		skip();
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		both_ways(&found.gl_pathv[i], 1);
	both_ways(found.gl_pathv, found.gl_pathc);
	globfree(&found);
}

/* A beacon every three seconds, and once a minute something else: the times are the capture's own. */
static void seconds_and_periods_are_where_they_were(void **state)
{
	const struct dataset_capture_options options = { 0 };
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	char path[64], *paths[] = { path };
	FILE *f = open_capture(path);
	const struct dataset_flow *flow;

	(void)state;
	for (uint32_t s = 0; s < 600; s += 3)
		put_frame(f, (int64_t)(T0 + s) * 1000000, FRAME_SERVER, FRAME_DEVICE, 6666, 100);
	fclose(f);
	assert_int_equal(dataset_read_captures(paths, 1, &options, &ds), EX_OK);
	remove(path);
	assert_int_equal(ds->from_s, T0);
	assert_int_equal(ds->to_s, T0 + 598);
	flow = &dataset_find(ds, FRAME_DEVICE)->flows[0];
	assert_string_equal(flow->protocol, "udp/6666");
	assert_int_equal(flow->count, 200);
	for (uint32_t i = 0; i < 200; i++) {
		assert_int_equal(flow->seconds[i].at, 3 * i);
		assert_int_equal(flow->seconds[i].packets, 1);
	}
	assert_int_equal(flow->period_count, 1);
	assert_float_equal(flow->periods[0].seconds, 3, 0.01);
	assert_true(flow->periods[0].open);
	assert_true(flow->periods[0].from_us > (int64_t)T0 * 1000000 && flow->periods[0].from_us < (int64_t)(T0 + 120) * 1000000);
	assert_int_equal(flow->periods[0].to_us, (int64_t)(T0 + 598) * 1000000);
}

static void what_cannot_be_read_has_a_code(void **state)
{
	const struct dataset_capture_options options = { 0 };
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	char path[64], *paths[] = { path };

	(void)state;
	fclose(open_capture(path));
	assert_int_equal(dataset_read_captures(paths, 1, &options, &ds), EX_DATAERR);
	assert_null(ds);
	remove(path);
	assert_int_equal(dataset_read_captures(paths, 1, &options, &ds), EX_NOINPUT);
	assert_null(ds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_those_of_the_summary),
		cmocka_unit_test(sums_of_real_captures_are),
		cmocka_unit_test(seconds_and_periods_are_where_they_were),
		cmocka_unit_test(what_cannot_be_read_has_a_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
