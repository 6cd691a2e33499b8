/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/links.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <linux/if_arp.h>

#include "agent/source/kernel/gateways.h"
#include "agent/source/kernel/offload.h"
#include "tests/unit/source/kernel/namespace.h"

/* The machine's own interfaces: what sysfs calls a device is one, unless it is Wi-Fi or the like. */
static void hardware_is_physical(void **state)
{
	_cleanup_(links_free) struct links links = { 0 };

	(void)state;
	assert_int_equal(links_dump(&links), 0);
	for (uint32_t i = 0; i < links.count; i++) {
		const char *name = links.link[i].name;
		int plain = sh("test -e /sys/class/net/%s/device && ! grep -q DEVTYPE /sys/class/net/%s/uevent", name,
			       name) == 0;

		print_message("# %s: %s\n", name, link_is_physical(&links.link[i]) ? "physical" : "not physical");
		assert_int_equal(link_is_physical(&links.link[i]), plain);
	}
}

static void attributes_of_links(void **state)
{
	_cleanup_(links_free) struct links links = { 0 };
	const struct link *bridge, *port, *far;

	(void)state;
	assert_int_equal(namespace_enter(), 0);
	assert_int_equal(namespace_bridge(40), 0); /* more than one message's worth */
	assert_int_equal(sh("ip link set p1 address 02:00:00:00:00:aa; ip link set d1 down"), 0);
	assert_int_equal(links_dump(&links), 0);
	assert_int_equal(links.count >= 82, 1);
	bridge = links_by_name(&links, "br0");
	port = links_by_name(&links, "p1");
	far = links_by_name(&links, "d1");
	assert_true(link_is_bridge(bridge) && !link_is_bridge(port) && !link_is_bridge(NULL));
	assert_int_equal(port->master, bridge->ifindex);
	assert_ptr_equal(links_by_index(&links, port->master), bridge);
	assert_null(links_by_index(&links, 0));
	assert_null(links_by_name(&links, "p99"));
	assert_string_equal(port->kind, "veth");
	assert_true(port->mac == 0x0200000000aa);
	assert_true(port->up && !far->up);
	assert_int_equal(port->type, ARPHRD_ETHER);
	assert_int_equal(links_by_name(&links, "lo")->type, ARPHRD_LOOPBACK);
	assert_false(link_is_physical(port));
	assert_null(offload_reason(port));
}

static void changes_are_noticed(void **state)
{
	struct gateways gateways = { .count = 0 };
	int fd = links_watch();

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), 0);
	assert_int_equal(sh("ip link set d1 up"), 0);
	assert_true(links_drain(fd, gateways_touched, &gateways) > 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), 0);
	assert_int_equal(sh("ip addr add 10.8.0.2/24 dev p2"), 0);
	links_drain(fd, gateways_touched, &gateways);
	assert_int_equal(sh("ip route add 10.9.0.0/24 via 10.8.0.1"), 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), 0);
	assert_int_equal(sh("bridge fdb add 02:00:00:00:00:99 dev p1 master static; ip neigh add 10.8.0.7 lladdr 02:00:00:00:00:99 dev p2"), 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), 0);
	assert_int_equal(sh("ip route add default via 10.8.0.1"), 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), LINKS_TOUCHED);
	assert_int_equal(sh("tc qdisc add dev p1 clsact"), 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), 0);
	assert_int_equal(sh("tc qdisc del dev p1 clsact"), 0);
	assert_int_equal(links_drain(fd, gateways_touched, &gateways), LINKS_CHANGED);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hardware_is_physical),
		cmocka_unit_test(attributes_of_links),
		cmocka_unit_test(changes_are_noticed),
	};

	if (geteuid() != 0) {
		print_message("1..1\nok 1 - source/kernel/links # SKIP needs root\n");
		return 0;
	}
	return cmocka_run_group_tests_name("source/kernel/links", tests, NULL, NULL);
}
