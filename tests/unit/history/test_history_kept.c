/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/history/record_internal.h"

#define T0 100000u

/* One table after the other agent's: each has a history and a recorder of its own. */
struct fixture {
	struct iot_table *table;
	void *memory;
	struct kept kept;
	struct history *history;
	struct record *record;
};

static void on_device(void *user, uint32_t number)
{
	record_device_active(((struct fixture *)user)->record, number);
}

static void on_flow(void *user, uint32_t number)
{
	record_flow_active(((struct fixture *)user)->record, number);
}

static void on_flow_released(void *user, uint32_t number)
{
	record_flow_released(((struct fixture *)user)->record, number);
}

static void on_device_released(void *user, uint32_t number)
{
	record_device_released(((struct fixture *)user)->record, number, 0);
}

static struct history_listener listener(struct fixture *f)
{
	return (struct history_listener){ NULL, on_device, on_flow, on_flow_released, on_device_released, f };
}

static void begin(struct fixture *f)
{
	struct record_options options = { .table = f->table, .live = true };

	f->history = history_new(f->table);
	assert_non_null(f->history);
	history_keep(f->history, &f->kept);
	options.history = f->history;
	assert_int_equal(record_new(&f->record, &options), 0);
}

/* As a kill does: nothing is said to anybody. */
static void end(struct fixture *f)
{
	record_free(f->record);
	history_free(f->history);
}

static int set_up(void **state)
{
	const struct slots_options options = { 64, 256, 32, 0, 1 };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_int_equal(slots_new(&f->table, &options), 0);
	f->table->config.claim_received = 0;
	f->memory = calloc(1, kept_bytes(&f->table->config));
	f->kept = kept_in(f->memory, &f->table->config);
	f->kept.head->recorded = 1;
	begin(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	end(f);
	slots_free(f->table);
	free(f->memory);
	free(f);
	return 0;
}

/* Broadcasts of 60 bytes with this source and EtherType. */
static void send_frames(struct fixture *f, uint8_t device, uint16_t type, uint32_t second, unsigned int count)
{
	const struct iot_clock now = { .second = second, .ms = second * 1000 };
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, device, (uint8_t)(type >> 8), (uint8_t)type };

	while (count-- > 0)
		iot_frame_captured(f->table, frame, sizeof(frame), sizeof(frame), now);
}

static void pass(struct fixture *f, uint32_t now)
{
	const struct history_listener l = listener(f);

	history_pass(f->history, now, &l);
	record_pass(f->record, (struct iot_clock){ now, now * 1000 });
}

static void age(struct fixture *f, uint32_t now, const struct history_ages *ages)
{
	const struct history_listener l = listener(f);

	history_age(f->history, now, ages, &l);
}

static uint32_t number_of(const struct fixture *f, uint8_t device)
{
	int number = iot_device_find(f->table, IOT_KEY_USED | 0x020000000000ULL | device);

	assert_true(number >= 0);
	return (uint32_t)number;
}

/* What the recorder took up of a device and has not written. */
static uint64_t taken(const struct fixture *f, uint8_t device)
{
	uint32_t at = f->record->device_of[number_of(f, device)];

	return at ? f->record->devices[at].tx.packets : 0;
}

static void written_counts_are_taken_up_once(void **state)
{
	struct fixture *f = *state;

	send_frames(f, 1, 0x9001, T0, 10);
	pass(f, T0);
	assert_int_equal(taken(f, 1), 10);
	record_keep(f->record);
	end(f);
	send_frames(f, 1, 0x9001, T0 + 1, 3);
	begin(f);
	pass(f, T0 + 2);
	assert_int_equal(taken(f, 1), 3);
	assert_int_equal(record_counts(f->record).entries, 1); /* the second before was written */
}

static void what_was_not_written_is_taken_up_again(void **state)
{
	struct fixture *f = *state;

	send_frames(f, 1, 0x9001, T0, 10);
	pass(f, T0);
	record_keep(f->record);
	send_frames(f, 1, 0x9001, T0 + 1, 4);
	send_frames(f, 1, 0x9002, T0 + 1, 2); /* a flow that nothing is kept of */
	pass(f, T0 + 1);
	assert_int_equal(taken(f, 1), 16);
	end(f);
	begin(f);
	pass(f, T0 + 2);
	assert_int_equal(taken(f, 1), 6);
	assert_int_equal(record_counts(f->record).entries, 2);
}

static void packets_are_read_once(void **state)
{
	struct fixture *f = *state;
	struct iot_packet packets[IOT_RING];
	uint32_t number;

	send_frames(f, 1, 0x9001, T0, 5);
	pass(f, T0);
	number = number_of(f, 1);
	assert_int_equal(history_packets(f->history, number, packets, IOT_RING), 5);
	pass(f, T0 + 1);
	end(f);
	send_frames(f, 1, 0x9001, T0 + 5, 2);
	begin(f);
	pass(f, T0 + 6);
	assert_int_equal(f->history->devices[number].first, T0);
	assert_int_equal(f->history->devices[number].last, T0 + 6);
	assert_int_equal(history_packets(f->history, number, packets, IOT_RING), 2);
	assert_int_equal(f->history->missed_packets, 0);
}

static void silent_devices_stay_silent(void **state)
{
	struct fixture *f = *state;

	send_frames(f, 1, 0x9001, T0, 5);
	pass(f, T0);
	record_keep(f->record);
	end(f);
	begin(f);
	pass(f, T0 + 500);
	assert_int_equal(f->history->devices[number_of(f, 1)].last, T0);
}

/* Slots that an agent had marked dead when it was killed: given back, and what their flows sent stays with the device. */
static void dead_slots_are_given_back(void **state)
{
	const struct history_ages ages = { .flow_idle = 100, .device_idle = 1000, .stranger_idle = 60 };
	struct fixture *f = *state;
	uint32_t number;

	send_frames(f, 1, 0x9001, T0, 10);
	send_frames(f, 2, 0x9001, T0, 1); /* a stranger */
	pass(f, T0);
	send_frames(f, 1, 0x9002, T0 + 110, 1);
	pass(f, T0 + 110);
	number = number_of(f, 1);
	assert_int_equal(slots_device(f->table, number)->flows, 2);
	age(f, T0 + 110, &ages);
	end(f);
	begin(f);
	age(f, T0 + 111, &ages);
	pass(f, T0 + 111);
	age(f, T0 + 112, &ages);
	pass(f, T0 + 112);
	assert_int_equal(slots_device(f->table, number)->flows, 1);
	assert_int_equal(f->history->devices[number].tx_packets, 10);
	assert_int_equal(f->history->devices_used, 1);
	assert_int_equal(f->history->flows_used, 1);
	for (uint32_t i = 0; i < f->history->flow_slots; i++)
		assert_true(slots_flow_key(f->table, i) != IOT_KEY_DEAD);
	for (uint32_t i = 0; i < f->history->device_slots; i++)
		assert_true(slots_device_key(f->table, i) != IOT_KEY_DEAD);
	assert_int_equal(taken(f, 1), 11); /* nothing had been written */
}

/* Marked dead by somebody who kept nothing of them. */
static void dead_slots_of_nobody(void **state)
{
	struct fixture *f = *state;

	send_frames(f, 1, 0x9001, T0, 1);
	slots_device_retire(f->table, number_of(f, 1));
	for (uint32_t i = 0; i < f->history->flow_slots; i++)
		if (slots_flow_key(f->table, i) & IOT_KEY_USED)
			slots_flow_retire(f->table, i);
	end(f);
	begin(f);
	pass(f, T0);
	assert_int_equal(f->history->devices_used + f->history->flows_used, 0);
	send_frames(f, 1, 0x9001, T0 + 1, 1);
	pass(f, T0 + 1);
	assert_int_equal(f->history->devices_used, 1);
}

static void skipped_counts_are_nobodys(void **state)
{
	struct fixture *f = *state;

	send_frames(f, 1, 0x9001, T0, 10);
	pass(f, T0);
	end(f);
	begin(f);
	kept_skip(&f->kept, f->table);
	pass(f, T0 + 1);
	assert_int_equal(taken(f, 1), 0);
	send_frames(f, 1, 0x9001, T0 + 2, 3);
	pass(f, T0 + 2);
	assert_int_equal(taken(f, 1), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(written_counts_are_taken_up_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_not_written_is_taken_up_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(packets_are_read_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silent_devices_stay_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dead_slots_are_given_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(dead_slots_of_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(skipped_counts_are_nobodys, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("history/history_kept", tests, NULL, NULL);
}
