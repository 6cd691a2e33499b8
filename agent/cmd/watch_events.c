// SPDX-License-Identifier: BSD-2-Clause

/* What the watch found, as events. */

#include "agent/cmd/watch_internal.h"

#include <math.h>
#include <stdlib.h>

#include "agent/history/protocol.h"

static int64_t wall(const struct watch *w, uint32_t second)
{
	return w->options.world.wall_us(w->options.world.user, second);
}

static struct event_head head_of(const struct watch *w, uint32_t number)
{
	const struct watch_world *world = &w->options.world;
	const struct iot_device *slot = slots_device(w->options.table, number);
	struct event_head head = { .time_us = wall(w, w->now), .mac = w->history->devices[number].mac };

	if (world->port_name && slot->port)
		head.in_iface = world->port_name(world->user, slot->port);
	return head;
}

static void emit(struct watch *w, const struct event *event)
{
	const struct mac_list *only = w->options.only;

	if (w->options.events && (!only || !only->count || mac_list_contains(only, event->head.mac)))
		watch_note_error(w, events_emit(w->options.events, event));
}

static const char *type_name(const struct watch *w, int type)
{
	return type == IDENTIFY_NONE ? NULL : model_device_name(w->options.model, (size_t)type);
}

static const char *function_name(const struct watch *w, int type, int function)
{
	return type == IDENTIFY_NONE || function == IDENTIFY_NONE ?
		       NULL :
		       model_function_name(w->options.model, (size_t)type, (size_t)function);
}

void watch_tell_device(struct watch *w, uint32_t number, enum event_device_action action, const struct verdict *v,
		       const char *previous, const char *reason)
{
	const struct history_device *d = &w->history->devices[number];
	struct event event = { .type = EVENT_DEVICE, .head = head_of(w, number) };

	event.device = (struct event_device){
		.action = action,
		.label_p = NAN,
		.runner_up_p = NAN,
		.previous = previous,
		.first_us = wall(w, d->first),
		.last_us = wall(w, d->last),
		.reason = reason,
	};
	if (v) {
		event.device.label = type_name(w, v->type);
		event.device.label_p = v->p;
		event.device.runner_up = type_name(w, v->runner_up);
		event.device.runner_up_p = v->runner_up_p;
	}
	emit(w, &event);
}

void watch_tell_function(struct watch *w, uint32_t number, enum event_function_action action, const struct verdict *v)
{
	struct event event = { .type = EVENT_FUNCTION, .head = head_of(w, number) };

	event.function = (struct event_function){
		.action = action,
		.label = function_name(w, v->type, v->function),
		.p_function = v->p_function,
		.p_device = v->p,
		.p = v->product,
		.runner_up = function_name(w, v->type, v->function_runner_up),
		.runner_up_p = v->function_runner_up == IDENTIFY_NONE ? NAN : v->function_runner_up_p,
		.device_label = type_name(w, v->type),
		.since_us = wall(w, w->function_since[number]),
		.duration_s = NAN,
		.decided_by = "windows",
	};
	if (action == FUNCTION_STOP)
		event.function.duration_s = w->now - w->function_since[number];
	emit(w, &event);
	if (action == FUNCTION_STOP)
		w->function_since[number] = 0;
}

void watch_tell_period(struct watch *w, uint32_t flow_number, const struct tracked_period *p, bool found)
{
	uint64_t key = w->history->flows[flow_number].key;
	struct event event = { .type = EVENT_PERIOD, .head = head_of(w, iot_key_device(key)) };
	char name[PROTOCOL_NAME];

	event.period = (struct event_period){
		.action = found ? PERIOD_FOUND : PERIOD_LOST,
		.protocol = protocol_of_key(key, name),
		.seconds = p->seconds,
		.log_p = p->log_p,
		.support = p->support,
		.resolution_s = p->resolution_s,
		.weak = p->weak,
	};
	emit(w, &event);
}

void watch_tell_flow(struct watch *w, uint32_t flow_number)
{
	const struct history_flow *f = &w->history->flows[flow_number];
	const struct iot_flow *slot = slots_flow(w->options.table, flow_number);
	struct event event = { .type = EVENT_FLOW, .head = head_of(w, iot_key_device(f->key)) };
	char name[PROTOCOL_NAME];

	event.flow = (struct event_flow){
		.protocol = protocol_of_key(f->key, name),
		.packets = iot_tally_read(&slot->sent).packets,
		.bytes = iot_tally_read(&slot->sent).bytes,
		.active_seconds = f->active_seconds,
		.since_us = wall(w, slot->born),
	};
	emit(w, &event);
}

/* Frames are what came in at a port or from a file; every one is counted for a device or skipped for one reason. */
void watch_fill_stats(const struct watch *w, struct event_stats *stats, struct event_count *counts)
{
	const struct iot_counters *c = w->options.table->counters;
	size_t n = 0;

	for (uint32_t r = 1; r < IOT_REASON_COUNT; r++) {
		uint64_t value = IOT_LOAD(c->reason[r]);

		if (r == IOT_SKIP_LAST + 1)
			stats->partial.list = counts + n;
		if (!value)
			continue;
		counts[n++] = (struct event_count){ slots_reason_name(r), value };
		if (r <= IOT_SKIP_LAST)
			stats->skipped.n++;
		else
			stats->partial.n++;
	}
	stats->skipped.list = counts;
	stats->devices_used = w->history->devices_used;
	stats->devices_size = w->history->device_slots;
	stats->flows_used = w->history->flows_used;
	stats->flows_size = w->history->flow_slots;
	stats->missed_packets = w->history->missed_packets;
	stats->missed_seconds = w->history->missed_seconds;
	stats->flows_no_memory = w->history->no_memory;
	stats->memory_bytes = slots_bytes(&w->options.table->config);
}
