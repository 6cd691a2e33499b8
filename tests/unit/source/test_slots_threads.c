// SPDX-License-Identifier: BSD-2-Clause

/*
 * Several threads feed frames of shared devices and flows into one table, as CPUs do, while a reader drains the rings and another
 * thread frees the slots of devices that come and go. Afterwards every packet and byte is accounted for, every key has one slot, and
 * no packet that the reader saw was mixed from two: what a packet says follows from its time stamp.
 */

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "agent/source/slots.h"
#include "tests/lib/frames.h"

#define WRITERS 4
#define FRAMES 200000 /* per writer */
#define DEVICES 8
#define FLOWS 12 /* per device */
#define STRANGERS 64

#define FIRST_PORT 100
#define STRANGER_MAC 0x02dd00000000ULL

struct shared {
	struct iot_table *table;
	atomic_uint writers_left;
	uint64_t read[DEVICES], missed[DEVICES], torn;
	uint64_t freed_packets, freed_bytes; /* of strangers whose slots were released */
};

struct writer {
	struct shared *shared;
	uint32_t id;
	uint64_t sent[DEVICES][FLOWS], bytes[DEVICES][FLOWS];
	uint64_t strangers, stranger_bytes, stranger_refused;
};

/* A step's time stamp names it; device, flow and length follow from that. */
static uint32_t device_of(uint32_t ms)
{
	return ms % DEVICES;
}

static uint32_t flow_of(uint32_t ms)
{
	return ms / DEVICES % FLOWS;
}

static uint32_t payload_of(uint32_t ms)
{
	return 30 + ms % 997;
}

static int count_frame(const struct iot_table *t, uint64_t mac, uint32_t port, uint32_t ms, uint32_t *length)
{
	const struct iot_clock now = {.second = ms / 1000, .ms = ms};
	struct frame f;

	frame_make_udp(&f, FRAME_BROADCAST, mac, 40000, port, payload_of(ms));
	*length = f.length;
	return iot_frame_captured(t, f.data, f.length, f.length, now);
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;
	const struct iot_table *t = w->shared->table;
	uint32_t length;

	for (uint32_t i = 0; i < FRAMES; i++) {
		uint32_t ms = i * WRITERS + w->id, device = device_of(ms / WRITERS), flow = flow_of(ms / WRITERS);

		count_frame(t, FRAME_DEVICE + device, FIRST_PORT + flow, ms, &length);
		w->sent[device][flow]++;
		w->bytes[device][flow] += length;
		if (i % 16)
			continue;
		if (count_frame(t, STRANGER_MAC + i / 16 % STRANGERS, 99, ms, &length) == IOT_COUNTED) {
			w->strangers++;
			w->stranger_bytes += length;
		} else {
			w->stranger_refused++;
		}
	}
	atomic_fetch_sub(&w->shared->writers_left, 1);
	return NULL;
}

static int64_t number_of(const struct iot_table *t, uint64_t mac)
{
	for (uint32_t i = 0; i < slots_device_slots(t); i++)
		if (slots_device_key(t, i) == (IOT_KEY_USED | mac))
			return i;
	return -1;
}

/* Does a packet say what its time stamp implies? */
static int consistent(const struct iot_packet *p, uint32_t device)
{
	uint32_t step = p->ms / WRITERS;

	return device_of(step) == device && p->proto == FIRST_PORT + flow_of(step) && p->length == 14 + 28 + payload_of(p->ms) &&
	       p->kind == (IOT_LAYER_UDP | IOT_REMOTE_GROUP << IOT_KIND_REMOTE_SHIFT);
}

static void drain(struct shared *s, uint64_t *next)
{
	struct iot_packet out[IOT_RING];

	for (uint32_t device = 0; device < DEVICES; device++) {
		int64_t number = number_of(s->table, FRAME_DEVICE + device);
		uint32_t n = number < 0 ? 0 : slots_ring_read(s->table, (uint32_t)number, &next[device], out, IOT_RING, &s->missed[device]);

		for (uint32_t i = 0; i < n; i++)
			s->torn += !consistent(&out[i], device);
		s->read[device] += n;
	}
}

static void *reader_main(void *arg)
{
	struct shared *s = arg;
	uint64_t next[DEVICES] = {};

	while (atomic_load(&s->writers_left))
		drain(s, next);
	drain(s, next);
	return NULL;
}

/* Free all flows of a retired device, then the device, keeping what they counted. */
static void release_stranger(struct shared *s, uint32_t number)
{
	const struct iot_table *t = s->table;
	struct iot_count c = iot_tally_read(&slots_device(t, number)->other);

	s->freed_packets += c.packets;
	s->freed_bytes += c.bytes;
	for (uint32_t i = 0; i < slots_flow_slots(t); i++) {
		uint64_t key = slots_flow_key(t, i);

		if (!(key & IOT_KEY_USED) || iot_key_device(key) != number)
			continue;
		slots_flow_retire(t, i);
		sched_yield();
		c = iot_tally_read(&slots_flow(t, i)->sent);
		s->freed_packets += c.packets;
		s->freed_bytes += c.bytes;
		slots_flow_release(t, i);
	}
	slots_device_release(t, number);
}

/*
 * Claims and frees slots of a range of its own, over and over, in the buckets where the writers claim and count. (A slot may be released
 * only when nobody can still hold it; threads, unlike kernel programs, can hold one for any time.)
 */
static void *idler_main(void *arg)
{
	struct shared *s = arg;
	uint32_t ms = 0, length;

	for (uint64_t round = 0; atomic_load(&s->writers_left); round++) {
		uint64_t mac = STRANGER_MAC + 0x10000 + round % 4;
		int64_t number;

		for (uint32_t i = 0; i < 5; i++)
			count_frame(s->table, mac, 98 + i, ms++, &length);
		number = number_of(s->table, mac);
		if (number < 0)
			continue;
		slots_device_retire(s->table, (uint32_t)number);
		release_stranger(s, (uint32_t)number);
	}
	return NULL;
}

static void assert_one_slot_a_key(const struct iot_table *t)
{
	for (uint32_t i = 0; i < slots_flow_slots(t); i++)
		for (uint32_t j = 0; j < i; j++)
			assert_true(!(slots_flow_key(t, i) & IOT_KEY_USED) || slots_flow_key(t, i) != slots_flow_key(t, j));
	for (uint32_t i = 0; i < slots_device_slots(t); i++)
		for (uint32_t j = 0; j < i; j++)
			assert_true(!(slots_device_key(t, i) & IOT_KEY_USED) || slots_device_key(t, i) != slots_device_key(t, j));
}

static void assert_flow(const struct iot_table *t, const struct writer *writers, uint32_t device, uint32_t flow)
{
	uint32_t number = (uint32_t)number_of(t, FRAME_DEVICE + device);
	uint64_t key = iot_flow_key(IOT_LAYER_UDP, FIRST_PORT + flow, slots_device_generation(t, number), number);
	int slot = iot_flow_search(t, key, iot_flow_spot(FRAME_DEVICE + device, IOT_LAYER_UDP, FIRST_PORT + flow));
	uint64_t packets = 0, bytes = 0;
	struct iot_count c;

	for (uint32_t w = 0; w < WRITERS; w++) {
		packets += writers[w].sent[device][flow];
		bytes += writers[w].bytes[device][flow];
	}
	assert_true(slot >= 0);
	c = iot_tally_read(&slots_flow(t, (uint32_t)slot)->sent);
	assert_int_equal(c.packets, packets);
	assert_int_equal(c.bytes, bytes);
}

static void assert_strangers(const struct iot_table *t, const struct writer *writers)
{
	uint64_t packets = 0, bytes = 0;

	for (uint32_t w = 0; w < WRITERS; w++) {
		packets += writers[w].strangers;
		bytes += writers[w].stranger_bytes;
	}
	for (uint32_t i = 0; i < slots_flow_slots(t); i++) {
		uint64_t key = slots_flow_key(t, i);
		struct iot_count c = iot_tally_read(&slots_flow(t, i)->sent);

		if (!(key & IOT_KEY_USED) || iot_key_proto(key) != 99)
			continue;
		packets -= c.packets;
		bytes -= c.bytes;
	}
	assert_int_equal(packets, 0);
	assert_int_equal(bytes, 0);
}

static void test_threads(void **state)
{
	const struct slots_options options = {.devices = 256, .flows = 512, .device_flows = 64, .seed = 0x5eed};
	static struct writer writers[WRITERS];
	static struct shared s;
	pthread_t thread[WRITERS], reader, idler;

	(void)state;
	assert_int_equal(slots_new(&s.table, &options), 0);
	atomic_store(&s.writers_left, WRITERS);
	for (uint32_t i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.shared = &s, .id = i};
		assert_int_equal(pthread_create(&thread[i], NULL, writer_main, &writers[i]), 0);
	}
	assert_int_equal(pthread_create(&reader, NULL, reader_main, &s), 0);
	assert_int_equal(pthread_create(&idler, NULL, idler_main, &s), 0);
	for (uint32_t i = 0; i < WRITERS; i++)
		pthread_join(thread[i], NULL);
	pthread_join(reader, NULL);
	pthread_join(idler, NULL);
	assert_one_slot_a_key(s.table);
	for (uint32_t device = 0; device < DEVICES; device++) {
		uint64_t head = slots_device(s.table, (uint32_t)number_of(s.table, FRAME_DEVICE + device))->head;

		assert_int_equal(head, FRAMES * WRITERS / DEVICES);
		assert_int_equal(s.read[device] + s.missed[device], head);
		for (uint32_t flow = 0; flow < FLOWS; flow++)
			assert_flow(s.table, writers, device, flow);
	}
	assert_strangers(s.table, writers);
	assert_int_equal(s.torn, 0);
	assert_true(s.freed_packets > 0);
	print_message("reader saw %llu of %u packets, %llu packets of freed devices\n", (unsigned long long)s.read[0],
		      FRAMES * WRITERS / DEVICES, (unsigned long long)s.freed_packets);
	slots_free(s.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
