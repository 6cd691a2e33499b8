/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/hook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <signal.h>
#include <sys/wait.h>

#include "agent/source/kernel/detach.h"
#include "tests/unit/source/kernel/fixture.h"

static void hooks_as_asked(void **state)
{
	const enum hook tc = tc_hook();
	const struct {
		enum hook asked, ingress, egress;
	} matrix[] = {
		{ HOOK_AUTO, tc, tc },
		{ HOOK_CLSACT, HOOK_CLSACT, HOOK_CLSACT },
		{ HOOK_XDP, HOOK_XDP, tc },
		{ HOOK_XDP_GENERIC, HOOK_XDP_GENERIC, tc },
	};
	struct fixture *f = *state;
	char *names[] = { "br0" };

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

/* Asked for by name, tcx is there or it is refused. */
static void tcx_or_nothing(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(start(f, HOOK_TCX, names, 1), have_tcx() ? 0 : -EOPNOTSUPP);
	assert_int_equal(tc_programs("p1"), have_tcx() ? 2 : 0);
}

/* An ingress qdisc stands in the way on the second port: the first must not stay hooked. */
static void nothing_half_attached(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };

	assert_int_equal(namespace_bridge(2), 0);
	assert_int_equal(sh("tc qdisc add dev p2 ingress"), 0);
	assert_int_equal(start(f, HOOK_CLSACT, names, 1), -EBUSY);
	assert_bare("p1");
	assert_int_equal(sh("tc qdisc show dev p2 | grep -q ingress"), 0);
}

static void foreign_filters_stay(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };
	static const char *const show =
		"(tc filter show dev p1 ingress; tc qdisc show dev p1; bpftool net show dev p1)";

	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(
		sh("tc qdisc add dev p1 clsact && tc filter add dev p1 ingress prio 7 bpf bytecode '1,6 0 0 0,'"), 0);
	assert_int_equal(sh("%s > /tmp/iotbpf-test-before.%d", show, getpid()), 0);
	for (enum hook hook = HOOK_XDP; hook <= HOOK_XDP_GENERIC; hook++) {
		assert_int_equal(start(f, hook == HOOK_TCX ? HOOK_AUTO : hook, names, 1), 0);
		stop(f);
		assert_int_equal(sh("%s | cmp - /tmp/iotbpf-test-before.%d", show, getpid()), 0);
	}
	assert_int_equal(sh("rm /tmp/iotbpf-test-before.%d", getpid()), 0);
}

/* Somebody else's XDP program: asked for XDP, we step aside to TC and say who is there. */
static void foreign_xdp_stays(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "p1" };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int program = foreign_program(BPF_PROG_TYPE_XDP, XDP_PASS), link;

	assert_int_equal(namespace_bridge(1), 0);
	link = bpf_link_create(program, (int)if_nametoindex("p1"), BPF_XDP, &opts);
	assert_true(link >= 0);
	for (int generic = 0; generic < 2; generic++) {
		assert_int_equal(start(f, generic ? HOOK_XDP_GENERIC : HOOK_XDP, names, 1), 0);
		assert_hooks(f, "p1", tc_hook(), tc_hook());
		assert_non_null(strstr(port_named(f, "p1")->hooks.note, "foreign (id "));
		stop(f);
		assert_true(link_is_attached(link, if_nametoindex("p1")));
	}
	close(link);
	close(program);
}

/* XDP on the bridge keeps XDP off its ports; that must not keep us from watching them. */
static void xdp_on_the_bridge_above(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "br0" };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_SKB_MODE);
	int program = foreign_program(BPF_PROG_TYPE_XDP, XDP_PASS), link;

	assert_int_equal(namespace_bridge(1), 0);
	link = bpf_link_create(program, (int)if_nametoindex("br0"), BPF_XDP, &opts);
	assert_true(link >= 0);
	assert_int_equal(start(f, HOOK_XDP, names, 1), 0);
	assert_hooks(f, "p1", tc_hook(), tc_hook());
	assert_non_null(strstr(port_named(f, "p1")->hooks.note, "above it"));
	close(link);
	close(program);
}

static void foreign_tcx_stays(void **state)
{
	struct fixture *f = *state;
	char *names[] = { "p1" };
	int program = foreign_program(BPF_PROG_TYPE_SCHED_CLS, 0),
	    link = -1; /* 0 ends the chain: behind it we would see nothing */
	uint64_t before;

	if (!have_tcx())
		skip();
	assert_int_equal(namespace_bridge(1), 0);
	assert_int_equal(tcx_attach(program, if_nametoindex("p1"), false, &link), 0);
	assert_int_equal(start(f, HOOK_TCX, names, 1), 0);
	assert_int_equal(tcx_programs("p1"), 3);
	before = ports_count(f->ports, port_named(f, "p1")).in.packets;
	assert_int_equal(send_frames("d1", 20), 20);
	assert_true(ports_count(f->ports, port_named(f, "p1")).in.packets >= before + 20);
	stop(f);
	assert_int_equal(tcx_programs("p1"), 1);
	close(link);
	close(program);
}

static int child(enum hook hook, int ready)
{
	struct fixture f = { 0 };
	char *names[] = { "br0" };

	if (start(&f, hook, names, 1) < 0 || write(ready, "", 1) != 1)
		return 1;
	return loop_run(f.loop);
}

/* Run an agent in a child and kill it when its hooks are there. */
static void run_and_kill(enum hook hook)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0)
		_exit(child(hook, ready[1]));
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

/* The kernel drops a dead process's links after a grace period. */
static void wait_for_links(const char *name)
{
	for (int i = 0; i < 100 && sh("bpftool net show dev %s | grep -q iotbpf", name) == 0; i++)
		usleep(10000);
	for (int i = 0; i < 100 && tcx_programs(name); i++)
		usleep(10000);
}

static void detach_after_sigkill(void **state)
{
	struct detach_counts counts;

	(void)state;
	assert_int_equal(namespace_bridge(2), 0);
	if (have_tcx()) {
		run_and_kill(HOOK_TCX);
		run_and_kill(HOOK_XDP);
		wait_for_links("p1");
		assert_bare("p1");
	}
	run_and_kill(HOOK_CLSACT);
	assert_int_equal(detach_all("p1", NULL, &counts), 0);
	assert_int_equal(counts.filters, 2);
	assert_bare("p1");
	assert_int_equal(detach_all("nope", NULL, &counts), -ENODEV);
	assert_int_equal(detach_all(NULL, NULL, &counts), 0);
	assert_int_equal(counts.interfaces, 1);
	assert_int_equal(counts.filters, 2);
	assert_int_equal(counts.qdiscs, 1);
	assert_bare("p2");
	assert_int_equal(detach_all(NULL, NULL, &counts), 0);
	assert_int_equal(counts.interfaces + counts.filters + counts.qdiscs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hooks_as_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(tcx_or_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_half_attached, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_filters_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_xdp_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(xdp_on_the_bridge_above, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_tcx_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(detach_after_sigkill, setup, teardown),
	};

	if (namespace_enter() < 0) {
		print_message("1..1\nok 1 - source/kernel/hook # SKIP needs root\n");
		return 0;
	}
	log_set_level(LOG_LEVEL_INFO);
	return cmocka_run_group_tests_name("source/kernel/hook", tests, NULL, NULL);
}
