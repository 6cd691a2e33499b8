// SPDX-License-Identifier: BSD-2-Clause

/* The fast lane against the long way: the same frames, the same tables byte for byte; and which frames the lane takes. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/lane.h"
#include "tests/lib/frames.h"
#include "tests/lib/twin.h"

#define PORT 7 /* interface of all frames */

static struct iot_table *table_new(void)
{
	const struct slots_options options = {.devices = 64, .flows = 256, .device_flows = 256, .seed = 1};
	struct iot_table *t = NULL;

	assert_int_equal(slots_new(&t, &options), 0);
	t->ports[PORT].ifindex = PORT;
	return t;
}

/* Count by the lane where it takes the frame, else as the programs go on. Returns whether it did. */
static int count(const struct iot_table *t, const struct frame *f, const struct iot_replay *r, uint32_t ifindex)
{
	const uint32_t untagged = 0;

	if (iot_lane(t, f->data, f->data + f->length, r->length, &untagged, &ifindex, r->now))
		return 1;
	twin_count(t, f->data, f->length, r, ifindex, 0);
	return 0;
}

/* Many flows and seconds; the tables are small, so that slots are found in every way there is. */
static void test_same_tables(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *lane = table_new();
	_cleanup_(slots_free_p) struct iot_table *long_way = table_new();
	uint32_t taken = 0, frames = 20000;
	uint64_t x = 1;

	(void)state;
	for (uint32_t i = 0; i < frames; i++) {
		struct iot_replay r = {.now = {.second = i / 100, .ms = i * 10}};
		struct frame f;
		uint32_t port;

		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		port = (uint32_t)(x >> 40) % 200;
		frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE + (x >> 60), 50000 + (x >> 58) % 2, (uint16_t)(1 + port),
			       port == 0 ? IOT_TCP_SYN : IOT_TCP_ACK, (uint32_t)(x >> 33) % 1000);
		r.length = f.length;
		taken += (uint32_t)count(lane, &f, &r, PORT);
		twin_count(long_way, f.data, f.length, &r, PORT, 0);
	}
	assert_null(twin_difference(lane, long_way));
	assert_true(taken > 0 && taken < frames);
}

/* Takes the second frame of a flow, but not one that moves the device, opens a connection or comes from a gateway. */
static void test_taken(void **state)
{
	_cleanup_(slots_free_p) struct iot_table *t = table_new();
	struct iot_replay r = {.now = {.second = 1, .ms = 1000}};
	struct frame f;

	(void)state;
	t->ports[PORT + 1].ifindex = PORT + 1;
	frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_ACK, 100);
	r.length = f.length;
	assert_false(count(t, &f, &r, PORT));
	assert_true(count(t, &f, &r, PORT));
	assert_false(count(t, &f, &r, PORT + 1));
	assert_true(count(t, &f, &r, PORT + 1));
	assert_false(count(t, &f, &r, PORT + 2));
	frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_SYN, 0);
	r.length = f.length;
	assert_false(count(t, &f, &r, PORT + 1));
	for (uint32_t i = 0; i < slots_device_slots(t); i++)
		slots_device(t, i)->place |= IOT_PLACE_IGNORED;
	frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_ACK, 100);
	r.length = f.length;
	assert_false(count(t, &f, &r, PORT + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_tables),
		cmocka_unit_test(test_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
