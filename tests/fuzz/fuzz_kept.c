/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as what became of a pinned table and of what its agent kept beside it: steps of four bytes that overwrite what is kept, send
 * frames, give slots back half way, let time pass, or let the next agent begin. No agent reads or writes beyond its slots, none reads
 * packets that are not there, and what is recorded can be moved out.
 */

#include <stdlib.h>
#include <string.h>

#include "agent/history/record.h"
#include "tests/fuzz/fuzz.h"

enum { STEP = 4, T0 = 1000, ROOM = 64, IDLE = 3, LONGEST = 3600, RECORD_ROOM = 8192 };

struct agents {
	struct iot_table *table;
	uint8_t *memory; /* of what is kept, exactly as long as it must be */
	size_t bytes;
	struct kept kept;
	struct history *history;
	struct record *record;
	uint32_t now;
};

static void on_device(void *user, uint32_t number)
{
	struct agents *a = user;
	struct iot_packet packets[ROOM];

	record_device_active(a->record, number);
	while (history_packets(a->history, number, packets, ROOM) == ROOM)
		;
	if (a->history->devices[number].ring_next > IOT_LOAD(slots_device(a->table, number)->head))
		abort();
}

static void on_flow(void *user, uint32_t number)
{
	record_flow_active(((struct agents *)user)->record, number);
}

static void on_flow_released(void *user, uint32_t number)
{
	record_flow_released(((struct agents *)user)->record, number);
}

static void on_device_released(void *user, uint32_t number)
{
	const struct agents *a = user;

	record_device_released(a->record, number, (int64_t)a->now * 1000000);
}

static void begin(struct agents *a)
{
	struct record_options options = { .table = a->table, .live = true, .bytes = RECORD_ROOM };

	a->history = history_new(a->table);
	if (!a->history)
		abort();
	history_keep(a->history, &a->kept);
	options.history = a->history;
	if (record_new(&a->record, &options) < 0)
		abort();
}

/* As a kill does: nothing is said to anybody. */
static void end(struct agents *a)
{
	record_free(a->record);
	history_free(a->history);
}

static void pass(struct agents *a)
{
	const struct history_listener l = { NULL, on_device, on_flow, on_flow_released, on_device_released, a };
	const struct history_ages ages = { IDLE, 2 * IDLE, IDLE };

	history_age(a->history, a->now, &ages, &l);
	history_pass(a->history, a->now, &l);
	record_pass(a->record, (struct iot_clock){ a->now, a->now * 1000 });
}

static void write_out(struct agents *a)
{
	struct dataset *ds = dataset_new();

	if (!ds || dataset_set_span(ds, T0, T0) < 0)
		abort();
	record_move(a->record, ds, T0);
	record_keep(a->record);
	dataset_free(ds);
}

/* A broadcast of one of sixteen devices and protocols. */
static void send_frame(const struct agents *a, uint8_t who, uint8_t what)
{
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, who & 15, 0x90, what & 15 };

	iot_frame_captured(a->table, frame, sizeof(frame), sizeof(frame), (struct iot_clock){ a->now, a->now * 1000 });
}

static void retire(const struct agents *a, uint8_t device, uint8_t flow)
{
	if (slots_device_key(a->table, device % FUZZ_DEVICES) & IOT_KEY_USED)
		slots_device_retire(a->table, device % FUZZ_DEVICES);
	if (slots_flow_key(a->table, flow % FUZZ_FLOWS) & IOT_KEY_USED)
		slots_flow_retire(a->table, flow % FUZZ_FLOWS);
}

static void step(struct agents *a, const uint8_t s[STEP])
{
	size_t at = (size_t)(s[1] << 8 | s[2]) % (a->bytes - sizeof(struct kept_head));

	switch (s[0] & 7) {
	case 0:
		a->memory[sizeof(struct kept_head) + at] = s[3];
		break;
	case 1:
		memset(a->memory + sizeof(struct kept_head) + at, s[3], a->bytes - sizeof(struct kept_head) - at < 8 ? 1 : 8);
		break;
	case 2:
		for (int i = 0; i <= s[3]; i++)
			send_frame(a, s[1], s[2]);
		break;
	case 3:
		retire(a, s[1], s[2]);
		break;
	case 4:
		a->kept.head->recorded = s[1];
		write_out(a);
		break;
	case 5:
		kept_skip(&a->kept, a->table);
		break;
	case 6:
		end(a);
		begin(a);
		break;
	default:
		a->now += (uint32_t)(s[1] << 8 | s[2]) % LONGEST;
		pass(a);
		a->now++;
	}
}

int fuzz_kept(const uint8_t *data, size_t size)
{
	struct agents a = { .table = fuzz_table(), .now = T0 };

	a.bytes = kept_bytes(&a.table->config);
	a.memory = calloc(1, a.bytes);
	if (!a.memory)
		abort();
	a.kept = kept_in(a.memory, &a.table->config);
	a.kept.head->recorded = 1;
	begin(&a);
	for (; size >= STEP; data += STEP, size -= STEP)
		step(&a, data);
	pass(&a);
	write_out(&a);
	end(&a);
	free(a.memory);
	return 0;
}
