/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/pins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <sys/mount.h>

#include "agent/source/kernel/detach.h"
#include "agent/source/kernel/layout.h"
#include "tests/unit/source/kernel/fixture.h"

static char directory[64], pins[80]; /* a bpf file system of this process alone, and what is in it */

static const struct kernel_options pinned = { .slots = { 64, 256, 16, 16, 0 }, .pins = pins };

/* The next agent, with these options; it watches p1 and p2. */
static void begin(struct fixture *f, const struct kernel_options *how, enum hook hook)
{
	static char br0[] = "br0";
	static char *names[] = { br0 };

	assert_int_equal(kernel_open(&f->kernel, how), 0);
	assert_int_equal(start(f, hook, names, 1), 0);
}

static void leave(struct fixture *f)
{
	ports_leave(f->ports);
	kernel_leave(f->kernel);
	stop(f);
}

static uint32_t link_id(int fd, uint32_t *program)
{
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &length), 0);
	*program = info.prog_id;
	return info.id;
}

static unsigned int files(void)
{
	FILE *p;
	unsigned int n = 0;
	char command[160];

	snprintf(command, sizeof(command), "find %s -type f 2>/dev/null | wc -l", pins);
	p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%u", &n), 1);
	pclose(p);
	return n;
}

static struct iot_port_count counted(const struct fixture *f)
{
	return ports_count(f->ports, port_named(f, "p1"));
}

static void table_and_hooks_are_taken_over(void **state)
{
	const enum hook hooks[] = { tc_hook(), HOOK_CLSACT, HOOK_XDP };
	struct fixture *f = *state;
	uint32_t link = 0, program = 0, after = 0;
	struct iot_clock was, now;
	uint64_t seed;

	assert_int_equal(namespace_bridge(2), 0);
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		bool linked = hooks[i] != HOOK_CLSACT;

		begin(f, &pinned, hooks[i]);
		assert_false(kernel_standing(f->kernel).taken);
		assert_string_equal(kernel_standing(f->kernel).directory + strlen(kernel_standing(f->kernel).directory) - 16, layout_hash());
		assert_int_equal(send_frames("d1", 30), 30);
		assert_int_equal(counted(f).in.packets, 30);
		assert_int_equal(kernel_tick(f->kernel, &was), 0);
		seed = kernel_table(f->kernel)->config.seed;
		if (linked)
			link = link_id(port_named(f, "p1")->hooks.ingress_fd, &program);
		leave(f);
		assert_int_equal(send_frames("d1", 20), 20);
		begin(f, &pinned, hooks[i]);
		assert_true(kernel_standing(f->kernel).taken);
		assert_int_equal(kernel_standing(f->kernel).agents, 2);
		assert_true(kernel_table(f->kernel)->config.seed == seed);
		assert_int_equal(kernel_tick(f->kernel, &now), 0);
		assert_in_range(now.ms - was.ms, 0, 60000);
		if (linked) {
			assert_int_equal(link_id(port_named(f, "p1")->hooks.ingress_fd, &after), link);
			assert_int_not_equal(after, program);
		}
		assert_int_equal(send_frames("d1", 10), 10);
		assert_int_equal(counted(f).in.packets, 60);
		assert_true(iot_device_find(kernel_table(f->kernel), IOT_KEY_USED | 0x020000000001) >= 0);
		stop(f);
		assert_int_equal(files(), 0);
		assert_bare("p1");
	}
}

/* Another kind of hook in the place of an earlier agent's; only one is there afterwards. */
static void another_hook(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(namespace_bridge(2), 0);
	begin(f, &pinned, HOOK_XDP);
	leave(f);
	begin(f, &pinned, HOOK_XDP_GENERIC);
	assert_hooks(f, "p1", HOOK_XDP_GENERIC, tc_hook());
	leave(f);
	begin(f, &pinned, HOOK_CLSACT);
	assert_int_equal(tc_programs("p1"), 2);
	assert_false(xdp_is_held(if_nametoindex("p1")));
	assert_int_equal(send_frames("d1", 10), 10);
	assert_int_equal(counted(f).in.packets, 10);
	leave(f);
	begin(f, &pinned, HOOK_AUTO);
	assert_int_equal(tc_programs("p1"), 2);
	assert_int_equal(send_frames("d1", 10), 10);
	assert_int_equal(counted(f).in.packets, 20);
}

static void other_sizes_begin_anew(void **state)
{
	const struct kernel_options larger = { .slots = { 128, 256, 16, 16, 0 }, .pins = pins };
	struct fixture *f = *state;

	assert_int_equal(namespace_bridge(1), 0);
	begin(f, &pinned, HOOK_AUTO);
	assert_int_equal(send_frames("d1", 5), 5);
	leave(f);
	begin(f, &larger, HOOK_AUTO);
	assert_false(kernel_standing(f->kernel).taken);
	assert_int_equal(slots_device_slots(kernel_table(f->kernel)), 128);
	assert_int_equal(send_frames("d1", 7), 7);
	assert_int_equal(counted(f).in.packets, 7);
	leave(f);
	begin(f, &larger, HOOK_AUTO);
	assert_int_equal(counted(f).in.packets, 7);
}

/* What another version left in a directory of its own: its links are taken over, its table goes. */
static void another_layout(void **state)
{
	struct fixture *f = *state;
	uint32_t link = 0, program, after;

	assert_int_equal(namespace_bridge(2), 0);
	begin(f, &pinned, HOOK_XDP);
	link = link_id(port_named(f, "p1")->hooks.ingress_fd, &program);
	leave(f);
	assert_int_equal(sh("cd %s/* && mv %s 0000000000000000", pins, layout_hash()), 0);
	assert_int_equal(sh("ip link del p2"), 0);
	begin(f, &pinned, HOOK_XDP);
	assert_false(kernel_standing(f->kernel).taken);
	assert_int_equal(link_id(port_named(f, "p1")->hooks.ingress_fd, &after), link);
	assert_int_not_equal(after, program);
	assert_int_equal(sh("test ! -e %s/*/0000000000000000", pins), 0);
}

/* Frames of ports that went while no agent ran stay in the sum. */
static void ports_that_went(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(namespace_bridge(2), 0);
	begin(f, &pinned, HOOK_AUTO);
	assert_int_equal(send_frames("d1", 8), 8);
	leave(f);
	assert_int_equal(sh("ip link del p1"), 0);
	begin(f, &pinned, HOOK_AUTO);
	assert_int_equal(ports_departed(f->ports).in.packets, 8);
	assert_int_equal(kernel_standing(f->kernel).hooks, have_tcx() ? 2 : 0);
	leave(f);
	begin(f, &pinned, HOOK_AUTO);
	assert_int_equal(ports_departed(f->ports).in.packets, 8);
}

static void gateways_of_earlier_agents(void **state)
{
	const uint64_t macs[] = { 0x020000000005 };
	struct fixture *f = *state;

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(kernel_open(&f->kernel, &pinned), 0);
	assert_int_equal(kernel_ignore(f->kernel, 0x020000000001), 0);
	assert_int_equal(kernel_ignore(f->kernel, macs[0]), 0);
	kernel_leave(f->kernel);
	stop(f);
	begin(f, &pinned, HOOK_AUTO);
	assert_int_equal(kernel_ignore(f->kernel, 0x020000000099), -ENOENT);
	assert_int_equal(kernel_ignore_only(f->kernel, macs, 1), 1);
	assert_true(iot_device_find(kernel_table(f->kernel), IOT_KEY_USED | 0x020000000001) < 0);
	assert_int_equal(kernel_ignore(f->kernel, macs[0]), 0);
}

static void where_nothing_can_be_pinned(void **state)
{
	const struct kernel_options nowhere = { .slots = pinned.slots, .pins = "/tmp/iotbpf" };
	struct pins *first, *second;
	struct pins_removed removed;
	struct fixture *f = *state;
	char why[PINS_WHY];

	assert_int_equal(kernel_open(&f->kernel, &nowhere), 0);
	assert_null(kernel_standing(f->kernel).directory);
	assert_non_null(strstr(kernel_standing(f->kernel).why, "not in a bpf file system"));
	assert_int_equal(pins_open(&first, pins, why), 0);
	assert_int_equal(pins_open(&second, pins, why), -EBUSY);
	assert_non_null(strstr(why, "another agent works there"));
	assert_int_equal(pins_detach(pins, 0, &removed), 0);
	assert_true(removed.held);
	pins_remove(first);
	pins_close(first);
	assert_int_equal(pins_detach(pins, 0, &removed), 0);
	assert_false(removed.held);
}

static void detached_by_interface(void **state)
{
	struct detach_counts counts;
	struct fixture *f = *state;

	assert_int_equal(namespace_bridge(2), 0);
	begin(f, &pinned, HOOK_XDP);
	leave(f);
	assert_int_equal(detach_all("p1", pins, &counts), 0);
	assert_int_equal(counts.hooks, have_tcx() ? 2 : 1);
	assert_bare("p1");
	assert_true(xdp_is_held(if_nametoindex("p2")));
	assert_int_equal(detach_all("p2", pins, &counts), 0);
	assert_bare("p2");
	assert_int_equal(files(), 0);
}

static int teardown_pinned(void **state)
{
	struct detach_counts counts;
	int r = teardown(state);

	return detach_all(NULL, pins, &counts) < 0 ? -1 : r;
}

static int enter(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/iotbpf-pins-XXXXXX");
	if (!mkdtemp(directory) || unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", directory, "bpf", 0, NULL) < 0)
		return -1;
	snprintf(pins, sizeof(pins), "%s/iotbpf", directory);
	return sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1"); /* nobody says anything by himself */
}

static int depart(void **state)
{
	(void)state;
	return umount(directory) < 0 || rmdir(directory) < 0 ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(table_and_hooks_are_taken_over, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(another_hook, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(other_sizes_begin_anew, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(another_layout, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(ports_that_went, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(gateways_of_earlier_agents, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(where_nothing_can_be_pinned, setup, teardown_pinned),
		cmocka_unit_test_setup_teardown(detached_by_interface, setup, teardown_pinned),
	};

	if (namespace_enter() < 0) {
		print_message("1..1\nok 1 - source/kernel/takeover # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests_name("source/kernel/takeover", tests, enter, depart);
}
