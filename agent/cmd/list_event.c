// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/list_event.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "agent/base/mac.h"
#include "agent/cmd/label_time.h"

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *text(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(member(object, name));
}

static double number(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);

	return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static uint64_t count(const cJSON *object, const char *name)
{
	double value = number(object, name);

	return !(value > 0) ? 0 : value < 0x1p64 ? (uint64_t)value : UINT64_MAX;
}

static uint32_t small(const cJSON *object, const char *name)
{
	uint64_t value = count(object, name);

	return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static int64_t time_of(const cJSON *object, const char *name)
{
	int64_t us = 0;

	if (text(object, name))
		label_time_parse(text(object, name), 0, &us);
	return us;
}

/* The place of a word among so many; -1: it is not there. */
static int place(const char *word, const char *(*name)(int i), int words)
{
	for (int i = 0; word && i < words; i++) {
		if (!strcmp(name(i), word))
			return i;
	}
	return -1;
}

static const char *type_name(int i)
{
	return event_type_names[i];
}

static const char *device_action(int i)
{
	return event_device_action_name((enum event_device_action)i);
}

static void read_ports(const cJSON *object, struct event_read *r, struct event_ports *ports)
{
	const cJSON *port;

	*ports = (struct event_ports){ r->ports, 0 };
	cJSON_ArrayForEach(port, member(object, "ports"))
	{
		if (ports->n == EVENT_READ_PORTS)
			return;
		r->ports[ports->n++] = (struct event_port){ .in_iface = text(port, "in_iface"),
							    .bridge = text(port, "bridge"),
							    .ingress = text(port, "ingress"),
							    .egress = text(port, "egress") };
	}
}

static void read_counts(const cJSON *object, const char *name, struct event_count list[EVENT_READ_COUNTS], struct event_counts *counts)
{
	const cJSON *counted = member(object, name), *item;

	*counts = (struct event_counts){ list, 0 };
	cJSON_ArrayForEach(item, counted)
	{
		if (counts->n == EVENT_READ_COUNTS || !item->string)
			return;
		list[counts->n++] = (struct event_count){ item->string, count(counted, item->string) };
	}
}

static void read_start(const cJSON *o, struct event_read *r)
{
	r->event.start = (struct event_start){
		.version = text(o, "version"),
		.mode = text(o, "mode") && !strcmp(text(o, "mode"), "live") ? MODE_LIVE : MODE_CAPTURE,
		.model = text(o, "model"),
		.model_version = text(o, "model_version"),
		.devices_size = small(o, "devices_size"),
		.flows_size = small(o, "flows_size"),
		.memory_bytes = count(o, "memory_bytes"),
	};
	read_ports(o, r, &r->event.start.ports);
}

static void read_stop(const cJSON *o, struct event_read *r)
{
	r->event.stop = (struct event_stop){
		.reason = text(o, "reason"),
		.frames = count(o, "frames"),
		.counted = count(o, "counted"),
		.devices = count(o, "devices"),
		.flows = count(o, "flows"),
		.seconds = number(o, "seconds"),
	};
}

static void read_stats(const cJSON *o, struct event_read *r)
{
	const cJSON *devices = member(o, "devices"), *flows = member(o, "flows"), *events = member(o, "events");
	struct event_stats *s = &r->event.stats;

	*s = (struct event_stats){
		.frames = count(o, "frames"),
		.counted = count(o, "counted"),
		.devices_used = small(devices, "used"),
		.devices_size = small(devices, "size"),
		.flows_used = small(flows, "used"),
		.flows_size = small(flows, "size"),
		.missed_packets = count(o, "missed_packets"),
		.missed_seconds = count(o, "missed_seconds"),
		.flows_no_memory = count(o, "flows_no_memory"),
		.memory_bytes = count(o, "memory_bytes"),
	};
	r->context.written = count(events, "written");
	r->context.dropped = count(events, "dropped");
	r->context.failed = count(events, "failed");
	read_counts(o, "skipped", r->skipped, &s->skipped);
	read_counts(o, "partial", r->partial, &s->partial);
	read_ports(o, r, &s->ports);
}

static struct event_evidence read_evidence(const cJSON *o)
{
	const cJSON *evidence = member(o, "evidence");

	return (struct event_evidence){ text(o, "decided_by"), count(evidence, "packets"), small(evidence, "windows"),
					small(evidence, "bursts") };
}

static void read_device(const cJSON *o, struct event_read *r)
{
	int action = place(text(o, "action"), device_action, DEVICE_GONE + 1);

	r->event.device = (struct event_device){
		.action = action < 0 ? DEVICE_CHANGED : (enum event_device_action)action,
		.label = text(o, "label"),
		.level = text(o, "level"),
		.label_p = number(o, "label_p"),
		.runner_up = text(o, "runner_up"),
		.runner_up_p = number(o, "runner_up_p"),
		.previous = text(o, "previous"),
		.source = text(o, "source"),
		.function = text(o, "function"),
		.p_function = number(o, "p_function"),
		.p = number(o, "p"),
		.evidence = read_evidence(o),
		.first_us = time_of(o, "first"),
		.last_us = time_of(o, "last"),
		.reason = text(o, "reason"),
	};
}

static bool is_word(const cJSON *o, const char *name, const char *word)
{
	return text(o, name) && !strcmp(text(o, name), word);
}

static void read_function(const cJSON *o, struct event_read *r)
{
	r->event.function = (struct event_function){
		.action = is_word(o, "action", "stop") ? FUNCTION_STOP : FUNCTION_START,
		.label = text(o, "label"),
		.p_function = number(o, "p_function"),
		.p_device = number(o, "p_device"),
		.p = number(o, "p"),
		.runner_up = text(o, "runner_up"),
		.runner_up_p = number(o, "runner_up_p"),
		.device_label = text(o, "device_label"),
		.source = text(o, "source"),
		.since_us = time_of(o, "since"),
		.duration_s = number(o, "duration_s"),
		.evidence = read_evidence(o),
	};
}

static void read_period(const cJSON *o, struct event_read *r)
{
	r->event.period = (struct event_period){
		.action = is_word(o, "action", "lost") ? PERIOD_LOST : PERIOD_FOUND,
		.protocol = text(o, "protocol"),
		.seconds = number(o, "seconds"),
		.log_p = number(o, "log_p"),
		.support = number(o, "support"),
		.resolution_s = number(o, "resolution_s"),
		.weak = cJSON_IsTrue(member(o, "weak")) ? 1 : 0,
	};
}

static void read_flow(const cJSON *o, struct event_read *r)
{
	r->event.flow = (struct event_flow){
		.protocol = text(o, "protocol"),
		.packets = count(o, "packets"),
		.bytes = count(o, "bytes"),
		.active_seconds = count(o, "active_seconds"),
		.since_us = time_of(o, "start"),
	};
}

static struct event_opinion read_opinion(const cJSON *o)
{
	return (struct event_opinion){ text(o, "label"), text(o, "function"), number(o, "label_p"), number(o, "p_function") };
}

static void read_shadow(const cJSON *o, struct event_read *r)
{
	r->event.shadow = (struct event_shadow){ .model = text(o, "model"),
						 .model_version = text(o, "model_version"),
						 .says = read_opinion(o),
						 .active = read_opinion(member(o, "active")) };
}

static void read_lost(const cJSON *o, struct event_read *r)
{
	r->event.lost.events = count(o, "events");
}

int event_read(const cJSON *object, struct event_read *r)
{
	static void (*const readers[EVENT_TYPES])(const cJSON *, struct event_read *) = {
		[EVENT_START] = read_start,	[EVENT_STOP] = read_stop,	[EVENT_STATS] = read_stats,
		[EVENT_DEVICE] = read_device,	[EVENT_FUNCTION] = read_function, [EVENT_PERIOD] = read_period,
		[EVENT_FLOW] = read_flow,	[EVENT_SHADOW] = read_shadow,	[EVENT_LOST] = read_lost,
	};
	int type = place(text(object, "event_type"), type_name, EVENT_TYPES);
	const cJSON *body = type < 0 ? NULL : member(object, event_type_names[type]);
	const cJSON *device = member(object, "device");

	if (!cJSON_IsObject(body))
		return -EBADMSG;
	*r = (struct event_read){ .event = { .type = (enum event_type)type } };
	r->event.head = (struct event_head){ .time_us = time_of(object, "timestamp"), .in_iface = text(object, "in_iface"), .name = text(device, "name") };
	if (text(device, "mac"))
		mac_parse(text(device, "mac"), &r->event.head.mac);
	r->context.host = text(object, "host");
	r->context.pcap_filename = text(object, "pcap_filename");
	readers[type](body, r);
	return 0;
}
