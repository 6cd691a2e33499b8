// SPDX-License-Identifier: BSD-2-Clause

/* What the watch found, as events. */

#include "agent/cmd/watch_internal.h"

#include <math.h>
#include <stdlib.h>

#include "agent/features/features.h"
#include "agent/history/protocol.h"

static int64_t wall(const struct watch *w, uint32_t second)
{
	return w->options.world.wall_us(w->options.world.user, second);
}

int64_t watch_ms_us(const struct watch *w, uint32_t ms)
{
	return wall(w, w->now) + (int64_t)(int32_t)(ms - w->now * 1000u) * 1000;
}

/* After a capture's end its clock goes on; what ends with a live agent ends when it does. */
static int64_t time_of(const struct watch *w)
{
	return watch_ms_us(w, w->now_ms + (w->options.live ? 0 : w->passed_ms));
}

static struct event_head head_of(const struct watch *w, uint32_t number)
{
	const struct watch_world *world = &w->options.world;
	const uint32_t port = slots_device_port(w->options.table, number);
	struct event_head head = { .time_us = time_of(w), .mac = w->history->devices[number].mac };

	if (world->port_name && port)
		head.in_iface = world->port_name(world->user, port);
	if (world->device_name)
		head.name = world->device_name(world->user, head.mac);
	return head;
}

static void emit(struct watch *w, const struct event *event)
{
	const struct mac_list *only = w->options.only;

	if (w->options.events && (!only || !only->count || mac_list_contains(only, event->head.mac)))
		watch_note_error(w, events_emit(w->options.events, event));
}

static const char *level_name(const struct verdict *v)
{
	if (!v->label || v->kind == VERDICT_UNKNOWN)
		return "unknown";
	return v->kind == VERDICT_FAMILY ? "family" : "type";
}

static struct event_evidence evidence_of(const struct verdict *v, bool owner, int scale)
{
	return (struct event_evidence){
		.decided_by = owner ? "owner" : scale == IDENTIFY_NONE ? NULL : features_scale_name((enum features_scale)scale),
		.packets = v->packets,
		.windows = v->windows,
		.bursts = v->bursts,
	};
}

static const char *source_name(bool owner)
{
	return owner ? "owner" : "model";
}

/* What is believed of the device; of its function, what is most probable just now. */
static void fill_beliefs(struct event_device *e, const struct verdict *v)
{
	bool owner = v->kind == VERDICT_OWNER;

	e->label = v->label ? v->label : "unknown";
	e->label_p = v->p;
	e->level = level_name(v);
	e->runner_up = v->runner_up_label;
	e->runner_up_p = v->runner_up_p;
	e->source = source_name(owner);
	e->function = v->guess;
	e->p_function = v->guess_p;
	e->p = v->guess_product;
	e->evidence = evidence_of(v, owner, v->decided_by);
	e->reason = owner ? "owner" : "settled";
}

void watch_tell_device(struct watch *w, uint32_t number, enum event_device_action action, const struct verdict *v, const char *previous)
{
	const struct history_device *d = &w->history->devices[number];
	struct event event = { .type = EVENT_DEVICE, .head = head_of(w, number) };

	event.device = (struct event_device){
		.action = action,
		.previous = previous,
		.first_us = w->devices[number].first_us,
		.last_us = wall(w, d->last),
		.reason = action == DEVICE_GONE ? "silent" : NULL,
	};
	if (v)
		fill_beliefs(&event.device, v);
	if (v && w->options.listener.type)
		w->options.listener.type(w->options.listener.user, number, v);
	emit(w, &event);
}

static void pass_on_function(struct watch *w, uint32_t number, const struct event *event, const struct verdict *v)
{
	const struct watch_listener *l = &w->options.listener;
	const struct watch_function function = {
		.label = v->function_label,
		.p = v->product,
		.owner = v->function_by_owner,
		.over = event->function.action == FUNCTION_STOP,
		.from_us = event->function.since_us,
		.at_us = event->head.time_us,
	};

	if (l->function)
		l->function(l->user, number, &function);
}

void watch_tell_function(struct watch *w, uint32_t number, enum event_function_action action, const struct verdict *v)
{
	struct event event = { .type = EVENT_FUNCTION, .head = head_of(w, number) };
	int64_t *since = &w->devices[number].function_us;

	/* A packet of the second that has just begun may be read with those of the one that is told of. */
	if (*since > event.head.time_us)
		*since = event.head.time_us;
	event.function = (struct event_function){
		.action = action,
		.label = v->function_label,
		.p_function = v->p_function,
		.p_device = v->p,
		.p = v->product,
		.runner_up = v->function_runner_up,
		.runner_up_p = v->function_runner_up_p,
		.device_label = v->label,
		.source = source_name(v->function_by_owner),
		.since_us = *since,
		.duration_s = action == FUNCTION_STOP ? (double)(event.head.time_us - *since) / 1e6 : NAN,
		.evidence = evidence_of(v, v->function_by_owner, v->function_decided_by),
	};
	pass_on_function(w, number, &event, v);
	emit(w, &event);
	if (action == FUNCTION_STOP)
		*since = 0;
}

static struct event_opinion opinion(const struct verdict *v)
{
	return (struct event_opinion){ v->label, v->function_label, v->p, v->p_function };
}

void watch_tell_shadow(struct watch *w, uint32_t number, const struct verdict *now, const struct verdict *shadow)
{
	struct event event = { .type = EVENT_SHADOW, .head = head_of(w, number) };

	event.shadow = (struct event_shadow){
		.model = model_name(w->options.shadow),
		.model_version = model_version(w->options.shadow),
		.says = opinion(shadow),
		.active = opinion(now),
	};
	emit(w, &event);
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
	if (w->options.listener.period)
		w->options.listener.period(w->options.listener.user, flow_number, p, found, event.head.time_us);
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
	stats->memory_bytes = slots_bytes(&w->options.table->config) + (w->history->kept.head ? kept_bytes(&w->options.table->config) : 0);
}
