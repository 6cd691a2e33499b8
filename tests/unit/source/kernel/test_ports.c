/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "tests/unit/source/kernel/namespace.h"

static const struct kernel_options options = {.slots = {64, 256, 16, 16, 1}};

/* Calls received, and the ports at work. */
struct fixture {
	struct kernel *kernel;
	struct loop *loop;
	struct ports *ports;
	int added, removed, changed;
};

static void on_added(const struct port *port, void *user)
{
	assert_non_null(port->counters);
	((struct fixture *)user)->added++;
}

static void on_removed(const struct port *port, void *user)
{
	assert_non_null(port->counters);
	((struct fixture *)user)->removed++;
}

static void on_changed(const struct port *port, void *user)
{
	(void)port;
	((struct fixture *)user)->changed++;
}

static int start(struct fixture *f, enum hook hook, char *const *names, size_t count)
{
	const struct ports_events events = {on_added, on_removed, on_changed, f};

	if (!f->kernel)
		assert_int_equal(kernel_open(&f->kernel, &options), 0);
	if (!f->loop)
		assert_int_equal(loop_new(&f->loop), 0);
	return ports_new(&f->ports, f->kernel, f->loop, names, count, hook, &events);
}

static void stop(struct fixture *f)
{
	if (f->ports)
		ports_free(f->ports);
	f->ports = NULL;
	if (f->loop)
		loop_free(f->loop);
	f->loop = NULL;
	if (f->kernel)
		kernel_free(f->kernel);
	f->kernel = NULL;
}

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){0};
	*state = &f;
	return namespace_clear();
}

static int teardown(void **state)
{
	stop(*state);
	return namespace_clear();
}

static int quit(struct loop *loop, uint64_t what, void *user)
{
	(void)what;
	(void)user;
	loop_quit(loop, 0);
	return 0;
}

static void run_for(struct fixture *f, int64_t ns)
{
	struct loop_source *timer = NULL;

	assert_int_equal(loop_add_timer(f->loop, ns, quit, NULL, &timer), 0);
	assert_int_equal(loop_run(f->loop), 0);
	loop_remove(f->loop, timer);
}

static const struct port *port_named(const struct fixture *f, const char *name)
{
	size_t count;
	const struct port *p = ports_list(f->ports, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(p[i].name, name) == 0)
			return &p[i];
	return NULL;
}

static void assert_hooks(const struct fixture *f, const char *name, enum hook ingress, enum hook egress)
{
	const struct port *p = port_named(f, name);

	assert_non_null(p);
	assert_string_equal(hook_name(p->hooks.ingress), hook_name(ingress));
	assert_string_equal(hook_name(p->hooks.egress), hook_name(egress));
	assert_true(hook_alive(&p->hooks));
}

/* No program of any kind on this interface. */
static void assert_bare(const char *name)
{
	assert_int_equal(sh("! bpftool net show dev %s | grep iotbpf", name), 0);
	assert_int_equal(sh("! tc qdisc show dev %s | grep clsact", name), 0);
	assert_int_equal(tcx_programs(name), 0);
}

static size_t port_count(const struct fixture *f)
{
	size_t count;

	ports_list(f->ports, &count);
	return count;
}

static void hooks_as_asked(void **state)
{
	static const struct {
		enum hook asked, ingress, egress;
	} matrix[] = {
		{HOOK_AUTO, HOOK_TCX, HOOK_TCX},
		{HOOK_TCX, HOOK_TCX, HOOK_TCX},
		{HOOK_CLSACT, HOOK_CLSACT, HOOK_CLSACT},
		{HOOK_XDP, HOOK_XDP, HOOK_TCX},
		{HOOK_XDP_GENERIC, HOOK_XDP_GENERIC, HOOK_TCX},
	};
	struct fixture *f = *state;
	char *names[] = {"br0"};

	assert_int_equal(namespace_bridge(2), 0);
	for (size_t i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++) {
		assert_int_equal(start(f, matrix[i].asked, names, 1), 0);
		assert_int_equal(port_count(f), 2);
		assert_hooks(f, "p1", matrix[i].ingress, matrix[i].egress);
		assert_hooks(f, "p2", matrix[i].ingress, matrix[i].egress);
		assert_string_equal(port_named(f, "p1")->bridge, "br0");
		stop(f);
		assert_bare("p1");
		assert_bare("p2");
	}
}

static void refuses_what_cannot_be(void **state)
{
	struct fixture *f = *state;
	char *none[] = {"br9"}, *loopback[] = {"lo"}, *half[] = {"br0", "br9"};

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_AUTO, none, 1), -ENODEV);
	assert_int_equal(start(f, HOOK_AUTO, loopback, 1), -EINVAL);
	assert_int_equal(start(f, HOOK_AUTO, half, 2), -ENODEV);
	assert_null(f->ports);
	assert_bare("p1");
}

/* An ingress qdisc stands in the way on the second port: the first must not stay hooked. */
static void nothing_half_attached(void **state)
{
	struct fixture *f = *state;
	char *names[] = {"br0"};

	assert_int_equal(namespace_bridge(2), 0);
	assert_int_equal(sh("tc qdisc add dev p2 ingress"), 0);
	assert_int_equal(start(f, HOOK_CLSACT, names, 1), -EBUSY);
	assert_bare("p1");
	assert_int_equal(sh("tc qdisc show dev p2 | grep -q ingress"), 0);
}

static void follows_the_bridge(void **state)
{
	struct fixture *f = *state;
	char *names[] = {"br0"};

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	assert_int_equal(sh("ip link add p2 type veth peer name d2 && ip link set p2 master br0"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_int_equal(port_count(f), 2);
	assert_hooks(f, "p2", HOOK_TCX, HOOK_TCX);
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
	char *names[] = {"w0"};

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
	char *names[] = {"br0"};
	const int least = 1;

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_AUTO, names, 1), 0);
	assert_int_equal(setsockopt(ports_watch_fd(f->ports), SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)), 0);
	assert_int_equal(sh("for i in 2 3 4 5; do ip link add p$i type veth peer name d$i; ip link set p$i master br0; done"), 0);
	run_for(f, NS_PER_SECOND / 5);
	assert_true(ports_overflows(f->ports) > 0);
	assert_int_equal(port_count(f), 5);
}

static void foreign_programs_stay(void **state)
{
	struct fixture *f = *state;
	char *names[] = {"br0"};
	static const char *const show = "(tc filter show dev p1 ingress; tc qdisc show dev p1; bpftool net show dev p1)";

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(sh("tc qdisc add dev p1 clsact && tc filter add dev p1 ingress prio 7 bpf bytecode '1,6 0 0 0,'"), 0);
	assert_int_equal(sh("%s > /tmp/iotbpf-test-before.%d", show, getpid()), 0);
	for (enum hook hook = HOOK_XDP; hook <= HOOK_XDP_GENERIC; hook++) {
		assert_int_equal(start(f, hook, names, 1), 0);
		stop(f);
		assert_int_equal(sh("%s | cmp - /tmp/iotbpf-test-before.%d", show, getpid()), 0);
	}
	assert_int_equal(sh("rm /tmp/iotbpf-test-before.%d", getpid()), 0);
}

static void assert_on_ports_only(const struct fixture *f)
{
	for (char n = '1'; n <= '5'; n++) {
		const char p[] = {'p', n, 0}, q[] = {'q', n, 0};
		const char *name = if_nametoindex(p) ? p : q;

		assert_int_equal(tcx_programs(name), port_named(f, name) ? 2 : 0);
	}
}

/* 200 random changes to five interfaces; in the end, as at every pause, hooks are on exactly the bridge's ports. */
static void random_changes(void **state)
{
	struct fixture *f = *state;
	char *names[] = {"br0"};

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
		cmocka_unit_test_setup_teardown(hooks_as_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_cannot_be, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_half_attached, setup, teardown),
		cmocka_unit_test_setup_teardown(follows_the_bridge, setup, teardown),
		cmocka_unit_test_setup_teardown(interface_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_messages_lead_to_a_resync, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_programs_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(random_changes, setup, teardown),
	};

	if (namespace_enter() < 0) {
		print_message("1..1\nok 1 - source/kernel/ports # SKIP needs root\n");
		return 0;
	}
	log_set_level(getenv("DEBUG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
	return cmocka_run_group_tests_name("source/kernel/ports", tests, NULL, NULL);
}
