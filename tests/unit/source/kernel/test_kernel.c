/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "agent/base/clock.h"
#include "agent/source/kernel/clock.h"
#include "tests/unit/source/kernel/namespace.h"

static const struct kernel_options small = { .slots = { 100, 200, 16, 4, 1 } };

static int setup(void **state)
{
	return kernel_open((struct kernel **)state, &small);
}

static int teardown(void **state)
{
	kernel_free(*state);
	return 0;
}

static void maps_have_the_sizes_asked_for(void **state)
{
	const struct iot_table *t = kernel_table(*state);

	assert_int_equal(slots_device_slots(t), 128);
	assert_int_equal(slots_flow_slots(t), 256);
	for (uint32_t i = 0; i < slots_device_slots(t); i++) {
		assert_true(slots_device_key(t, i) == IOT_KEY_EMPTY);
		assert_int_equal(t->rings[i].packet[IOT_RING - 1].ms, 0);
	}
	assert_true(slots_flow_key(t, slots_flow_slots(t) - 1) == IOT_KEY_EMPTY);
	assert_int_equal(t->counters->unknown_port, 0);
	assert_null(kernel_replay(*state));
}

static void sizes_out_of_range(void **state)
{
	const struct kernel_options none = { 0 };
	struct kernel *k = NULL;

	(void)state;
	assert_int_equal(kernel_open(&k, &none), -EINVAL);
	assert_null(k);
	assert_int_equal(kernel_exit_code(-EINVAL), EX_USAGE);
	assert_int_equal(kernel_exit_code(-EPERM), EX_NOPERM);
	assert_int_equal(kernel_exit_code(-EOPNOTSUPP), EX_UNAVAILABLE);
	assert_int_equal(kernel_exit_code(-ENODEV), EX_NOINPUT);
}

/* The table's clock, tied to the wall clock: what happens now is dated now, to a tick and what a busy machine adds. */
static void clock_tells_the_time(void **state)
{
	const struct timespec pause = { .tv_sec = 1, .tv_nsec = 200000000 };
	struct iot_clock first, second;

	assert_int_equal(kernel_tick(*state, &first), 0);
	assert_in_range(first.second, CLOCK_FIRST_SECOND, CLOCK_FIRST_SECOND + 60);
	assert_in_range(time_now_us() - kernel_wall_of_ms(*state, first.ms) + 20000, 0, 220000);
	nanosleep(&pause, NULL);
	assert_int_equal(kernel_tick(*state, &second), 0);
	assert_in_range(second.ms - first.ms, 1150, 1500);
	assert_in_range(second.second - first.second, 1, 2);
	assert_in_range(kernel_wall_of_ms(*state, second.ms) - kernel_wall_of_second(*state, second.second), 0,
			1020000);
}

/* More gateways than newcomers a second are allowed, and each of them is there before a frame is. */
static void gateways_before_the_first_hook(void **state)
{
	const struct iot_table *t = kernel_table(*state);
	struct iot_port *line;

	for (uint64_t mac = 0x020000000001; mac <= 0x020000000020; mac++)
		assert_int_equal(kernel_ignore(*state, mac), 0);
	for (uint64_t mac = 0x020000000001; mac <= 0x020000000020; mac++) {
		int number = iot_device_find(t, IOT_KEY_USED | mac);

		assert_true(number >= 0);
		assert_true(slots_device_ignored(t, (uint32_t)number));
	}
	assert_int_equal(kernel_line_take(*state, 5, &line), 0);
	assert_int_equal(kernel_ignore(*state, 0x020000000001), 0);
	assert_int_equal(kernel_ignore(*state, 0x020000000099), -ENOENT);
}

static void lines_of_ports(void **state)
{
	struct iot_port *line[5] = { NULL };
	uint32_t at;

	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(kernel_line_take(*state, 7 + i * IOT_PORTS, &line[i]), 0);
	assert_int_equal(kernel_line_take(*state, 7 + 4 * IOT_PORTS, &line[4]), -ENOSPC);
	for (uint32_t i = 0; i < 4; i++)
		assert_ptr_equal(iot_port_find(kernel_table(*state), 7 + i * IOT_PORTS, &at), line[i]);
	kernel_line_release(*state, line[1]);
	assert_null(iot_port_find(kernel_table(*state), 7 + IOT_PORTS, &at));
	assert_int_equal(kernel_line_take(*state, 7 + 4 * IOT_PORTS, &line[4]), 0);
	assert_ptr_equal(line[4], line[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(maps_have_the_sizes_asked_for, setup, teardown),
		cmocka_unit_test(sizes_out_of_range),
		cmocka_unit_test_setup_teardown(clock_tells_the_time, setup, teardown),
		cmocka_unit_test_setup_teardown(gateways_before_the_first_hook, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_of_ports, setup, teardown),
	};

	if (geteuid() != 0) {
		print_message("1..1\nok 1 - source/kernel/kernel # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests_name("source/kernel/kernel", tests, NULL, NULL);
}
