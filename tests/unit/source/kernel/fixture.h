/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SOURCE_KERNEL_FIXTURE_H
#define TESTS_UNIT_SOURCE_KERNEL_FIXTURE_H

/* Ports at work in a namespace, and what they told. Include after <cmocka.h>. */

#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/source/kernel/mechanisms.h"
#include "agent/source/kernel/ports.h"
#include "tests/unit/source/kernel/namespace.h"

static const struct kernel_options options = { .slots = { 64, 256, 16, 16, 1 } };

/* Calls received, and the ports at work. */
struct fixture {
	struct kernel *kernel;
	struct loop *loop;
	struct ports *ports;
	int added, removed, changed;
};

static inline void on_added(const struct port *port, void *user)
{
	assert_non_null(port->line);
	((struct fixture *)user)->added++;
}

static inline void on_removed(const struct port *port, void *user)
{
	assert_non_null(port->line);
	((struct fixture *)user)->removed++;
}

static inline void on_changed(const struct port *port, void *user)
{
	(void)port;
	((struct fixture *)user)->changed++;
}

static inline int start(struct fixture *f, enum hook hook, char *const *names, size_t count)
{
	const struct ports_events events = { on_added, on_removed, on_changed, f };

	if (!f->kernel)
		assert_int_equal(kernel_open(&f->kernel, &options), 0);
	if (!f->loop)
		assert_int_equal(loop_new(&f->loop), 0);
	return ports_new(&f->ports, f->kernel, f->loop, names, count, hook, &events);
}

static inline void stop(struct fixture *f)
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

static inline int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ 0 };
	*state = &f;
	return namespace_clear();
}

static inline int teardown(void **state)
{
	stop(*state);
	return namespace_clear();
}

static inline int quit(struct loop *loop, uint64_t what, void *user)
{
	(void)what;
	(void)user;
	loop_quit(loop, 0);
	return 0;
}

static inline void run_for(struct fixture *f, int64_t ns)
{
	struct loop_source *timer = NULL;

	assert_int_equal(loop_add_timer(f->loop, ns, quit, NULL, &timer), 0);
	assert_int_equal(loop_run(f->loop), 0);
	loop_remove(f->loop, timer);
}

static inline const struct port *port_named(const struct fixture *f, const char *name)
{
	size_t count;
	const struct port *p = ports_list(f->ports, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(p[i].name, name) == 0)
			return &p[i];
	return NULL;
}

static inline void assert_hooks(const struct fixture *f, const char *name, enum hook ingress, enum hook egress)
{
	const struct port *p = port_named(f, name);

	assert_non_null(p);
	assert_string_equal(hook_name(p->hooks.ingress), hook_name(ingress));
	assert_string_equal(hook_name(p->hooks.egress), hook_name(egress));
	assert_true(hook_alive(&p->hooks));
}

/* What `auto` chooses on a virtual port. */
static inline enum hook tc_hook(void)
{
	return have_tcx() ? HOOK_TCX : HOOK_CLSACT;
}

/* Our TC programs on an interface. */
static inline unsigned int tc_programs(const char *name)
{
	uint32_t ifindex = if_nametoindex(name);

	return tcx_programs(name) + clsact_is_attached(ifindex, false) + clsact_is_attached(ifindex, true);
}

/* No program of any kind on this interface. */
static inline void assert_bare(const char *name)
{
	assert_int_equal(sh("! bpftool net show dev %s | grep iotbpf", name), 0);
	assert_int_equal(sh("! tc qdisc show dev %s | grep clsact", name), 0);
	assert_int_equal(tcx_programs(name), 0);
}

static inline size_t port_count(const struct fixture *f)
{
	size_t count;

	ports_list(f->ports, &count);
	return count;
}

#endif
