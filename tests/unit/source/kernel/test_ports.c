/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <sys/socket.h>

#include "tests/unit/source/kernel/fixture.h"

static void refuses_what_cannot_be(void **state)
{
	struct fixture *f = *state;
	char *none[] = { "br9" }, *loopback[] = { "lo" }, *half[] = { "br0", "br9" };

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_AUTO, none, 1), -ENODEV);
	assert_int_equal(start(f, HOOK_AUTO, loopback, 1), -EINVAL);
	assert_int_equal(start(f, HOOK_AUTO, half, 2), -ENODEV);
	assert_null(f->ports);
	assert_bare("p1");
}

static void follows_the_bridge(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	assert_int_equal(sh("ip link add p2 type veth peer name d2 && ip link set p2 master br0"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_int_equal(port_count(f), 2);
	assert_hooks(f, "p2", tc_hook(), tc_hook());
	assert_int_equal(sh("ip link set p2 name kitchen && ip link set kitchen up"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_true(port_named(f, "kitchen")->up);
	assert_int_equal(sh("ip link set kitchen nomaster"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_int_equal(port_count(f), 1);
	assert_bare("kitchen");
	assert_int_equal(sh("ip link del p1"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_int_equal(port_count(f), 0);
	assert_int_equal(f->added, 2);
	assert_int_equal(f->removed, 2);
	assert_true(f->changed >= 1);
}

/* The same name and even the same number, but another interface: hooks must be on the new one. */
static void interface_comes_back(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "w0" };

	assert_int_equal(sh("ip link add w0 index 4242 type veth peer name w1"), 0);
	assert_int_equal(start(f, HOOK_CLSACT, names, 1), 0);
	assert_int_equal(sh("ip link del w0 && ip link add w0 index 4242 type veth peer name w1"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_hooks(f, "w0", HOOK_CLSACT, HOOK_CLSACT);
	assert_int_equal(sh("ip link del w0"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_int_equal(port_count(f), 0);
	assert_int_equal(sh("ip link add w0 type veth peer name w1"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_hooks(f, "w0", HOOK_CLSACT, HOOK_CLSACT);
}

static void lost_messages_lead_to_a_resync(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };
	const int least = 1;

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	assert_int_equal(setsockopt(ports_watch_fd(f->ports), SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)), 0);
	assert_int_equal(
		sh("for i in 2 3 4 5; do ip link add p$i type veth peer name d$i; ip link set p$i master br0; done"),
		0);
	run_for(f, NS_PER_SECOND / 5);
	assert_true(ports_overflows(f->ports) > 0);
	assert_int_equal(port_count(f), 5);
}

static bool has_mac(const uint64_t *macs, int n, uint64_t mac)
{
	for (int i = 0; i < n; i++)
		if (macs[i] == mac)
			return true;
	return false;
}

/* A bridge that is only an access point: the default gateway is one of its stations, and no device. */
static void gateway_is_ignored(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };
	const struct iot_table *t;
	uint64_t macs[8];
	int n, number;

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(sh("ip link set br0 address 02:00:00:00:aa:01; ip link set p1 address 02:00:00:00:aa:02;"
			    "ip addr add 10.8.0.2/24 dev br0; ip route add default via 10.8.0.1;"
			    "ip neigh add 10.8.0.1 lladdr 02:00:00:00:bb:01 dev br0;"
			    "ip neigh add 10.8.0.9 lladdr 02:00:00:00:bb:09 dev br0"),
			 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	n = ports_own_macs(f->ports, macs, 8);
	assert_int_equal(n, 3);
	assert_true(has_mac(macs, n, 0x02000000aa01) && has_mac(macs, n, 0x02000000aa02) &&
		    has_mac(macs, n, 0x02000000bb01));
	assert_int_equal(ports_own_macs(f->ports, macs, 1), 1);
	t = kernel_table(f->kernel);
	number = iot_device_find(t, IOT_KEY_USED | 0x02000000bb01);
	assert_true(number >= 0);
	assert_true(slots_device_ignored(t, (uint32_t)number));
	assert_int_equal(iot_device_find(t, IOT_KEY_USED | 0x02000000bb09), -1);
	assert_int_equal(kernel_ignore(f->kernel, 0x02000000bb09), -ENOENT);
	assert_int_equal(kernel_ignore(f->kernel, 0x02000000bb01), 0);
}

/* Its address may be learnt, and the route to it appear, at any time: the next question finds it. */
static void gateway_is_found_later(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };
	uint64_t macs[8];

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(sh("ip addr add 10.8.0.2/24 dev br0; ip neigh add 10.8.0.3 lladdr 02:00:00:00:bb:03 dev br0"), 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	assert_int_equal(ports_own_macs(f->ports, macs, 8), 1);
	assert_int_equal(sh("ip route add default via 10.8.0.1"), 0);
	assert_int_equal(ports_own_macs(f->ports, macs, 8), 1);
	assert_int_equal(sh("ip neigh add 10.8.0.1 lladdr 02:00:00:00:bb:01 dev br0"), 0);
	assert_int_equal(ports_own_macs(f->ports, macs, 8), 2);
	assert_true(has_mac(macs, 2, 0x02000000bb01));
	assert_int_equal(sh("ip route replace default via 10.8.0.3"), 0);
	assert_int_equal(ports_own_macs(f->ports, macs, 8), 2);
	assert_true(has_mac(macs, 2, 0x02000000bb03));
}

static void assert_on_ports_only(const struct fixture *f)
{
	for (char n = '1'; n <= '5'; n++) {
		const char p[] = { 'p', n, 0 }, q[] = { 'q', n, 0 };
		const char *name = if_nametoindex(p) ? p : q;

		assert_int_equal(tc_programs(name), port_named(f, name) ? 2 : 0);
	}
}

/* 200 random changes to five interfaces; in the end, as at every pause, hooks are on exactly the bridge's ports. */
static void random_changes(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };

	srand(7);
	assert_int_equal(namespace_bridge(5), 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	for (int i = 0; i < 200; i++) {
		int n = 1 + rand() % 5;

		switch (rand() % 4) {
		case 0:
			sh("ip link set p%d master br0 2>/dev/null", n);
			break;
		case 1:
			sh("ip link set p%d nomaster 2>/dev/null", n);
			break;
		case 2:
			sh("ip link del p%d 2>/dev/null || ip link add p%d type veth peer name d%d", n, n, n);
			break;
		default:
			sh("ip link set p%d name q%d 2>/dev/null || ip link set q%d name p%d 2>/dev/null", n, n, n, n);
		}
		if (rand() % 8 == 0)
			run_for(f, NS_PER_SECOND / 50);
	}
	run_for(f, NS_PER_SECOND / 2);
	assert_int_equal(sh("ip -o link show master br0 | wc -l | grep -qx %zu", port_count(f)), 0);
	assert_on_ports_only(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(refuses_what_cannot_be, setup, teardown),
		cmocka_unit_test_setup_teardown(follows_the_bridge, setup, teardown),
		cmocka_unit_test_setup_teardown(interface_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_messages_lead_to_a_resync, setup, teardown),
		cmocka_unit_test_setup_teardown(gateway_is_ignored, setup, teardown),
		cmocka_unit_test_setup_teardown(gateway_is_found_later, setup, teardown),
		cmocka_unit_test_setup_teardown(random_changes, setup, teardown),
	};

	if (namespace_enter() < 0) {
		print_message("1..1\nok 1 - source/kernel/ports # SKIP needs root\n");
		return 0;
	}
	log_set_level(LOG_LEVEL_INFO);
	return cmocka_run_group_tests_name("source/kernel/ports", tests, NULL, NULL);
}
