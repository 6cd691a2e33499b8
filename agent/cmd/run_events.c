// SPDX-License-Identifier: BSD-2-Clause

/* Events about the agent itself: start, stats, stop. */

#include "agent/base/clock.h"
#include "agent/cmd/run_internal.h"

struct run_totals run_totals(const struct runner *r)
{
	const struct iot_table *table = kernel_table(r->kernel);
	struct iot_port_count c = ports_departed(r->ports);
	struct run_totals t = { .frames = c.in.packets + c.out.packets };
	size_t count;
	const struct port *ports = ports_list(r->ports, &count);

	for (unsigned int i = 1; i <= IOT_SKIP_LAST; i++)
		t.skipped += IOT_LOAD(table->counters->reason[i]);
	for (size_t i = 0; i < count; i++) {
		c = ports_count(r->ports, &ports[i]);
		t.frames += c.in.packets + c.out.packets;
	}
	t.frames += IOT_LOAD(table->counters->unknown_port);
	t.counted = t.frames > t.skipped ? t.frames - t.skipped : 0;
	return t;
}

static void fill_port(struct event_port *to, const struct runner *r, const struct port *port, bool counters)
{
	const struct iot_port_count c = ports_count(r->ports, port);

	*to = (struct event_port){
		.in_iface = port->name,
		.bridge = *port->bridge ? port->bridge : NULL,
		.ingress = hook_name(port->failed ? HOOK_AUTO : port->hooks.ingress),
		.egress = hook_name(port->failed ? HOOK_AUTO : port->hooks.egress),
	};
	if (!counters)
		return;
	to->up = port->up;
	to->note = *port->hooks.note ? port->hooks.note : NULL;
	to->in_frames = c.in.packets;
	to->in_bytes = c.in.bytes;
	to->out_frames = c.out.packets;
	to->out_bytes = c.out.bytes;
}

/* The ports as events list them. */
static struct event_ports list_ports(const struct runner *r, bool counters, struct event_port list[IOT_PORTS])
{
	size_t count;
	const struct port *ports = ports_list(r->ports, &count);

	count = count < IOT_PORTS ? count : IOT_PORTS;
	for (size_t i = 0; i < count; i++)
		fill_port(&list[i], r, &ports[i], counters);
	return (struct event_ports){ list, count };
}

int run_emit_start(struct runner *r)
{
	struct event_port ports[IOT_PORTS];
	const struct iot_table *table = kernel_table(r->kernel);
	struct event event = { .type = EVENT_START, .head = { .time_us = r->started_us } };

	event.start = (struct event_start){
		.version = IOTBPF_VERSION,
		.mode = MODE_LIVE,
		.ports = list_ports(r, false, ports),
		.model = r->model ? model_name(r->model) : NULL,
		.model_version = r->model ? model_version(r->model) : NULL,
		.devices_size = slots_device_slots(table),
		.flows_size = slots_flow_slots(table),
		.memory_bytes = slots_bytes(&table->config) + (watch_history(r->watch)->kept.head ? kept_bytes(&table->config) : 0),
	};
	return events_emit(r->events, &event);
}

void run_stats_gather(const struct runner *r, struct run_stats *s)
{
	struct run_totals totals = run_totals(r);

	s->stats = (struct event_stats){ .frames = totals.frames,
					 .counted = totals.counted,
					 .ports = list_ports(r, true, s->ports) };
	watch_fill_stats(r->watch, &s->stats, s->counts);
}

int run_emit_stats(struct runner *r)
{
	struct event event = { .type = EVENT_STATS, .head = { .time_us = time_now_us() } };
	struct run_stats s;

	run_stats_gather(r, &s);
	event.stats = s.stats;
	return events_emit(r->events, &event);
}

int run_emit_stop(struct runner *r)
{
	struct event event = { .type = EVENT_STOP, .head = { .time_us = time_now_us() } };
	struct run_totals totals = run_totals(r);
	const struct history *h = watch_history(r->watch);
	int e = run_emit_stats(r);

	event.stop = (struct event_stop){
		.reason = r->stop_reason,
		.frames = totals.frames,
		.counted = totals.counted,
		.devices = h->devices_used,
		.flows = h->flows_used,
		.seconds = (double)(time_monotonic_ns() - r->started_ns) / NS_PER_SECOND,
	};
	return e < 0 ? e : events_emit(r->events, &event);
}
