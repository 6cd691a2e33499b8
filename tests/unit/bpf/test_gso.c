// SPDX-License-Identifier: BSD-2-Clause

/* Super-packets against the same payload sent as single frames: packets, bytes, lengths and flags of the ring must agree. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/source/slots.h"
#include "tests/lib/frames.h"

#define HEADERS 54

/* Count a frame that stands for a super-packet; `extra` payload bytes are not in memory, only in the length. */
static void count_super(const struct iot_table *t, const struct frame *f, uint32_t extra, uint32_t gso_size, uint32_t gso_segs)
{
	struct iot_frame frame = {.now = {.second = 1, .ms = 1000}};

	assert_int_equal(iot_parse(&frame.h, f->data, f->data + f->length, f->length + extra), 0);
	frame.segments = iot_segments(&frame.h, gso_size, gso_segs);
	assert_int_equal(iot_count_sent(t, &frame), IOT_COUNTED);
}

/* The same as a sender without offload would put it on the wire. */
static void count_singly(const struct iot_table *t, uint32_t payload, uint32_t gso_size, uint32_t flags)
{
	for (uint32_t sent = 0; sent < payload; sent += gso_size) {
		uint32_t bytes = payload - sent < gso_size ? payload - sent : gso_size;
		uint32_t f = flags;
		struct frame frame;

		if (sent)
			f &= ~(uint32_t)IOT_TCP_CWR;
		if (sent + gso_size < payload)
			f &= ~(uint32_t)(IOT_TCP_FIN | IOT_TCP_PSH);
		frame_make_tcp(&frame, FRAME_SERVER, FRAME_DEVICE, 50000, 443, f, bytes);
		frame.length = HEADERS + bytes; /* without padding: the kernel pads after segmentation, below our hook */
		count_super(t, &frame, 0, 0, 0);
	}
}

static uint32_t drain(const struct iot_table *t, struct iot_packet *out, uint64_t *missed)
{
	uint64_t next = 0;

	for (uint32_t i = 0; i < slots_device_slots(t); i++)
		if (slots_device_key(t, i) == (IOT_KEY_USED | FRAME_DEVICE))
			return slots_ring_read(t, i, &next, out, IOT_RING, missed);
	return 0;
}

static void sums(const struct iot_table *t, uint64_t *packets, uint64_t *bytes)
{
	*packets = *bytes = 0;
	for (uint32_t i = 0; i < slots_flow_slots(t); i++) {
		*packets += iot_tally_read(&slots_flow(t, i)->sent).packets;
		*bytes += iot_tally_read(&slots_flow(t, i)->sent).bytes;
	}
}

static void compare(uint32_t payload, uint32_t gso_size, int kernel_counts)
{
	const struct slots_options options = {.devices = 64, .flows = 64, .device_flows = 16, .seed = 1};
	_cleanup_(slots_free_p) struct iot_table *whole = NULL;
	_cleanup_(slots_free_p) struct iot_table *single = NULL;
	static struct iot_packet a[IOT_RING], b[IOT_RING];
	uint64_t packets[2], bytes[2], missed[2] = {};
	uint32_t flags = IOT_TCP_CWR | IOT_TCP_ACK | IOT_TCP_PSH;
	uint32_t segs = (payload + gso_size - 1) / gso_size, n;
	struct frame f;

	assert_int_equal(slots_new(&whole, &options), 0);
	assert_int_equal(slots_new(&single, &options), 0);
	frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, flags, 0);
	f.length = HEADERS;
	f.data[16] = f.data[17] = 0; /* total length as a super-packet above 64 KiB has it */
	count_super(whole, &f, payload, gso_size, kernel_counts ? segs : 0);
	count_singly(single, payload, gso_size, flags);
	sums(whole, &packets[0], &bytes[0]);
	sums(single, &packets[1], &bytes[1]);
	assert_int_equal(packets[0], packets[1]);
	assert_int_equal(bytes[0], bytes[1]);
	n = drain(whole, a, &missed[0]);
	assert_int_equal(drain(single, b, &missed[1]), n);
	assert_int_equal(missed[0], missed[1]);
	assert_memory_equal(a, b, n * sizeof(a[0]));
}

static void test_segments(void **state)
{
	static const uint32_t sizes[] = {1, 88, 536, 1448, 1460, 9000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (uint32_t count = 1; count < 600; count = count * 3 / 2 + 1) {
			if (count * sizes[i] > 3000000)
				continue;
			compare(count * sizes[i], sizes[i], 1);
			compare(count * sizes[i], sizes[i], 0);
			if (sizes[i] > 1)
				compare(count * sizes[i] - 1, sizes[i], 1);
		}
	}
}

static void test_not_segmented(void **state)
{
	struct iot_headers h = {.wire_length = 1514, .header_bytes = 54};

	(void)state;
	assert_int_equal(iot_segments(&h, 0, 0).count, 1);
	assert_int_equal(iot_segments(&h, 1460, 1).count, 1);
	assert_int_equal(iot_segments(&h, 65535, 0).count, 1);
	assert_int_equal(iot_segments(&h, 1460, 1).bytes, 1514);
	h.header_bytes = 2000; /* headers said to be longer than the frame */
	assert_int_equal(iot_segments(&h, 100, 20).count, 1);
}

/* A length above 16 bits saturates in the ring and stays exact in the counters. */
static void test_long_frame(void **state)
{
	const struct slots_options options = {.devices = 64, .flows = 64, .device_flows = 16, .seed = 1};
	_cleanup_(slots_free_p) struct iot_table *t = NULL;
	static struct iot_packet out[IOT_RING];
	uint64_t packets, bytes, missed = 0;
	struct frame f;

	(void)state;
	assert_int_equal(slots_new(&t, &options), 0);
	frame_make_tcp(&f, FRAME_SERVER, FRAME_DEVICE, 50000, 443, IOT_TCP_ACK, 100);
	count_super(t, &f, 100000, 0, 0);
	sums(t, &packets, &bytes);
	assert_int_equal(packets, 1);
	assert_int_equal(bytes, 154 + 100000);
	assert_int_equal(drain(t, out, &missed), 1);
	assert_int_equal(out[0].length, 0xffff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_not_segmented),
		cmocka_unit_test(test_long_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
