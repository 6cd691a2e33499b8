// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf run: programs on the ports, one loop that reads their table once a second. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/cmd/run_config.h"
#include "agent/cmd/run_names.h"
#include "agent/cmd/run_service.h"

#define PASS_NS NS_PER_SECOND
#define PASS_LATE_MS 40 /* a pass that comes later after its second is moved */
#define RING_NS (NS_PER_SECOND / 10)
#define RING_BUSY (IOT_RING / 4) /* packets of one device in a second from which its ring is read more often */
#define OWN_MACS 64

static int64_t wall_us(void *user, uint32_t second)
{
	const struct runner *r = user;

	return kernel_wall_of_second(r->kernel, second);
}

static const char *port_name(void *user, uint32_t ifindex)
{
	const struct runner *r = user;
	size_t count;
	const struct port *ports = ports_list(r->ports, &count);

	for (size_t i = 0; i < count; i++) {
		if (ports[i].ifindex == ifindex)
			return ports[i].name;
	}
	return NULL;
}

/* The network's own addresses are no devices. One that has not been seen yet has no slot to mark: the next pass tries again. */
static void ignore_own(struct runner *r)
{
	uint64_t macs[OWN_MACS];
	int n = ports_own_macs(r->ports, macs, OWN_MACS);

	for (int i = 0; i < n; i++)
		kernel_ignore(r->kernel, macs[i]);
	for (size_t i = 0; i < r->values.common.gateways.count; i++)
		kernel_ignore(r->kernel, r->values.common.gateways.macs[i]);
}

/* What an earlier agent took for a gateway in this table may be a device now. */
static void ignore_only_own(struct runner *r)
{
	const struct mac_list *named = &r->values.common.gateways;
	_cleanup_free_ uint64_t *macs = NULL;
	int n;

	if (!kernel_standing(r->kernel).taken)
		return;
	macs = calloc(OWN_MACS + named->count, sizeof(*macs));
	n = macs ? ports_own_macs(r->ports, macs, OWN_MACS) : -ENOMEM;
	if (n < 0)
		return;
	if (named->count)
		memcpy(macs + n, named->macs, named->count * sizeof(*macs));
	kernel_ignore_only(r->kernel, macs, (size_t)n + named->count);
}

static int finish(struct loop *loop, struct runner *r, const char *reason)
{
	r->stop_reason = reason;
	loop_quit(loop, 0);
	return 0;
}

/* A pass that finds nobody reading ends the agent quietly. */
static int after(struct loop *loop, struct runner *r, int result)
{
	return result == -EPIPE ? finish(loop, r, "output closed") : result;
}

static int on_ring_timer(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;
	uint32_t busiest = watch_rings(r->watch);

	(void)loop;
	(void)what;
	if (busiest > RING_BUSY / 10)
		return 0;
	r->busy = false;
	return loop_set_timer(r->ring_timer, PASS_NS, 0);
}

/* Passes come just after a second of the table's clock is over: what was counted since the last one is then that second's. */
static void align(struct runner *r)
{
	uint32_t past_ms = r->now.ms - r->now.second * 1000;

	if (past_ms > PASS_LATE_MS)
		loop_set_timer(r->pass_timer, (int64_t)(1000 + PASS_LATE_MS / 2 - past_ms) * NS_PER_SECOND / 1000, PASS_NS);
}

static int on_pass(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;
	int e = kernel_tick(r->kernel, &r->now);

	(void)what;
	if (e < 0)
		return log_errno_r(e, "cannot read the clock of the programs");
	align(r);
	ignore_own(r);
	e = watch_pass(r->watch, r->now.second, r->now.ms) ?: watch_flows(r->watch, r->now.second);
	run_state_pass(r);
	run_names_pass(r);
	run_forget_pass(r);
	run_service_pass(r);
	if (e == 0 && r->values.stats_every &&
	    time_monotonic_ns() - r->stats_ns >= r->values.stats_every) {
		r->stats_ns = time_monotonic_ns();
		e = run_emit_stats(r);
	}
	if (e == 0 && !r->busy && watch_busiest(r->watch) > RING_BUSY) {
		r->busy = true;
		e = loop_set_timer(r->ring_timer, RING_NS, RING_NS);
	}
	server_pass(r->server);
	return after(loop, r, e);
}

static int on_signal(struct loop *loop, uint64_t what, void *user)
{
	(void)what;
	return finish(loop, user, "signal");
}

static int on_deadline(struct loop *loop, uint64_t what, void *user)
{
	(void)what;
	return finish(loop, user, "duration");
}

static int open_watch(struct runner *r)
{
	const struct watch_options options = {
		.table = kernel_table(r->kernel),
		.kept = kernel_kept(r->kernel),
		.model = r->model,
		.shadow = r->shadow,
		.events = r->events,
		.only = &r->values.common.devices,
		.world = { .wall_us = wall_us, .port_name = port_name, .device_name = run_names_said, .user = r },
		.listener = run_state_listener(r),
		.live = true,
		.periods = true,
	};
	int e = watch_new(&r->watch, &options);

	if (e < 0)
		return log_errno_r(e, "cannot start");
	run_state_start(r);
	run_record_take_up(r);
	run_names_start(r);
	return 0;
}

/* What counts in a table that was taken over, and what will not outlive this agent. */
static void tell_standing(const struct runner *r)
{
	const struct kernel_standing now = kernel_standing(r->kernel);
	enum log_level level = strcmp(r->values.pin, PINS_DIRECTORY) || r->values.handover ? LOG_LEVEL_WARN : LOG_LEVEL_INFO;

	if (now.taken)
		log_info("takes over an earlier agent's table and hooks: counts go on");
	else if (!now.directory && strcmp(r->values.pin, "none"))
		log_write(level, "%s: nothing is pinned: hooks and counts end with this agent", now.why);
}

static int open_kernel(struct runner *r)
{
	const struct kernel_options options = {
		.slots = { r->values.device_slots, r->values.flow_slots, IOT_DEVICE_FLOWS, r->values.newcomers, 0 },
		.pins = strcmp(r->values.pin, "none") ? r->values.pin : NULL,
		.dispatcher = r->values.coexist,
	};
	int e = kernel_open(&r->kernel, &options);

	if (e == 0)
		tell_standing(r);
	for (size_t i = 0; e == 0 && i < r->values.common.gateways.count; i++) {
		e = kernel_ignore(r->kernel, r->values.common.gateways.macs[i]);
		e = e == -ENOENT ? 0 : e; /* in a table that was taken over: a pass marks it once it is there */
	}
	return e;
}

static int open_timers(struct runner *r)
{
	int e = loop_add_signal(r->loop, SIGINT, on_signal, r, NULL);

	if (e == 0)
		e = loop_add_signal(r->loop, SIGTERM, on_signal, r, NULL);
	if (e == 0)
		e = loop_add_timer(r->loop, PASS_NS, on_pass, r, &r->pass_timer);
	if (e == 0)
		e = loop_add_timer(r->loop, 0, on_ring_timer, r, &r->ring_timer);
	if (e == 0 && r->values.duration)
		e = loop_add_timer(r->loop, r->values.duration, on_deadline, r, NULL);
	return e < 0 ? log_errno_r(e, "cannot set up timers") : 0;
}

/* Everything but the hooks first: from the moment that they are attached, frames count. */
static int open_all(struct runner *r)
{
	int e = loop_new(&r->loop);

	if (e == 0)
		e = common_events(&r->values.common, false, &r->events);
	if (e == 0)
		e = open_kernel(r);
	if (e == 0)
		e = open_watch(r);
	if (e == 0)
		e = open_timers(r);
	if (e == 0)
		e = ports_new(&r->ports, r->kernel, r->loop, r->interfaces.argv, (size_t)r->interfaces.count,
			      (enum hook)r->values.hook, NULL);
	return e;
}

static int run_loop(struct runner *r)
{
	int e;

	r->started_us = time_now_us();
	r->started_ns = r->stats_ns = time_monotonic_ns();
	ignore_only_own(r);
	ignore_own(r);
	server_new(&r->server, r, r->values.socket, r->socket_group);
	e = run_emit_start(r) ?: run_service_start(r);
	if (e == 0)
		e = loop_run(r->loop);
	if (e < 0)
		return e == -EPIPE ? 0 : e;
	run_service_stop();
	if (kernel_tick(r->kernel, &r->now) == 0 && watch_finish(r->watch, r->now.second, r->now.ms) == 0)
		watch_flows(r->watch, r->now.second);
	e = run_emit_stop(r);
	return e == -EPIPE ? 0 : e;
}

/* Hooks go first, so that nothing writes to what is released after them; or they stay, and the table with them. */
static void close_all(struct runner *r)
{
	if (r->server)
		server_free(r->server);
	if (r->values.handover && r->started_us && kernel_pins(r->kernel)) {
		ports_leave(r->ports);
		kernel_leave(r->kernel);
	}
	if (r->ports)
		ports_free(r->ports);
	run_names_close(r);
	run_state_close(r);
	if (r->watch)
		watch_free(r->watch);
	if (r->kernel)
		kernel_free(r->kernel);
	if (r->events)
		events_free(r->events);
	if (r->model)
		model_close(r->model);
	if (r->shadow)
		model_close(r->shadow);
	if (r->loop)
		loop_free(r->loop);
	common_free(&r->values.common);
	config_free(&r->config);
}

int cmd_run(int argc, char **argv)
{
	struct runner r = { .argc = argc, .argv = argv, .values = RUN_DEFAULTS };
	int code = run_config(argc, argv, &r.config, &r.values, &r.interfaces), e = 0;

	if (code < 0 && server_group(r.values.socket_group, &r.socket_group) < 0)
		code = EX_USAGE;
	if (code < 0) {
		run_names_open(&r);
		run_state_open(&r, r.values.set_aside);
		code = run_model_open(&r);
		if (code == EX_OK)
			e = open_all(&r);
		if (code == EX_OK && e == 0)
			e = run_loop(&r);
		if (e < 0)
			code = kernel_exit_code(e);
	}
	close_all(&r);
	return code;
}
