/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as frames, through the host build of the fast path: each is counted once or refused for one reason, and
 * what is counted can be read back. A frame is four bytes and its own: time that passed (in 20 ms), length / 4, what a
 * super-packet's segments carry / 16 (0: it is none) and what the wire had more / 16.
 */

#include <stdlib.h>
#include <string.h>

#include "agent/source/copies.h"
#include "agent/source/slots.h"
#include "tests/fuzz/fuzz.h"

enum { HEAD = 4 };

static uint64_t refused(const struct iot_table *t)
{
	uint64_t n = 0;

	for (unsigned int i = 1; i <= IOT_SKIP_LAST; i++)
		n += t->counters->reason[i];
	return n;
}

/* The frame as the kernel hands it over where offload has merged many: as many bytes in all as went by on the wire. */
static void try_segments(const uint8_t *frame, uint32_t captured, uint32_t length, uint32_t gso)
{
	struct iot_headers h;
	struct iot_segments s;

	if (iot_parse(&h, frame, frame + captured, length) < 0)
		return;
	s = iot_segments(&h, gso, gso % 32 ? 0 : 1);
	if (!s.count || s.bytes != (uint64_t)s.length * (s.count - 1) + s.last)
		abort();
}

static void feed(const struct iot_table *t, const uint8_t *frame, uint32_t captured, const uint8_t head[HEAD],
		 uint32_t ms)
{
	const struct iot_clock now = { .second = ms / 1000, .ms = ms };
	uint32_t length = captured + head[3] * 16u;
	uint64_t before = refused(t);
	int reason = iot_frame_captured(t, frame, captured, length, now);

	if (reason < 0 || reason > IOT_SKIP_LAST || refused(t) - before != (reason != IOT_COUNTED))
		abort();
	try_segments(frame, captured, length, head[2] * 16u);
}

static void read_back(const struct iot_table *t)
{
	static struct iot_packet packets[IOT_RING];
	struct iot_copy copy;
	uint64_t next, missed;

	for (uint32_t i = 0; i < slots_device_slots(t); i++) {
		next = missed = 0;
		if (slots_device_key(t, i) & IOT_KEY_USED)
			slots_ring_read(t, i, &next, packets, IOT_RING, &missed);
		if (slots_device(t, i)->flows > FUZZ_DEVICE_FLOWS)
			abort();
	}
	while (copies_take(t, &copy)) {
		if (copy.length > IOT_COPY_BYTES)
			abort();
	}
}

int fuzz_frame(const uint8_t *data, size_t size)
{
	const struct iot_table *table = fuzz_table();
	uint32_t ms = 0;

	while (size > HEAD) {
		size_t length = data[1] * 4u < size - HEAD ? data[1] * 4u : size - HEAD;
		uint8_t *frame = malloc(length + 1); /* a sanitizer sees its end */

		if (!frame)
			break;
		memcpy(frame, data + HEAD, length);
		ms += data[0] * 20u;
		feed(table, frame, (uint32_t)length, data, ms);
		free(frame);
		data += HEAD + length;
		size -= HEAD + length;
	}
	read_back(table);
	return 0;
}
