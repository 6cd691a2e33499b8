/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "agent/base/json.h"
#include "agent/base/mac.h"
#include "agent/output/render.h"

enum { P_DECIMALS = 4, SECONDS_DECIMALS = 3 };

static void put_str(struct json *j, const char *key, const char *value)
{
	if (value)
		json_pair_str(j, key, value);
}

static void put_number(struct json *j, const char *key, double value, int decimals)
{
	if (isfinite(value))
		json_pair_double(j, key, value, decimals);
}

static void put_time(struct json *j, const char *key, int64_t us)
{
	if (us)
		json_pair_time(j, key, us);
}

static void put_counts(struct json *j, const char *key, const struct event_counts *counts)
{
	json_key(j, key);
	json_begin_object(j);
	for (size_t i = 0; i < counts->n; i++)
		json_pair_u64(j, counts->list[i].name, counts->list[i].value);
	json_end_object(j);
}

static void put_use(struct json *j, const char *key, uint32_t used, uint32_t size)
{
	json_key(j, key);
	json_begin_object(j);
	json_pair_u64(j, "used", used);
	json_pair_u64(j, "size", size);
	json_end_object(j);
}

static void put_port(struct json *j, const struct event_port *port, bool counters)
{
	json_begin_object(j);
	put_str(j, "in_iface", port->in_iface);
	put_str(j, "bridge", port->bridge);
	put_str(j, "ingress", port->ingress);
	put_str(j, "egress", port->egress);
	if (counters) {
		json_pair_bool(j, "up", port->up);
		put_str(j, "note", port->note);
		json_pair_u64(j, "in_frames", port->in_frames);
		json_pair_u64(j, "in_bytes", port->in_bytes);
		json_pair_u64(j, "out_frames", port->out_frames);
		json_pair_u64(j, "out_bytes", port->out_bytes);
	}
	json_end_object(j);
}

static void put_ports(struct json *j, const struct event_ports *ports, bool counters)
{
	json_key(j, "ports");
	json_begin_array(j);
	for (size_t i = 0; i < ports->n; i++)
		put_port(j, &ports->list[i], counters);
	json_end_array(j);
}

static void put_stream(struct json *j, const struct event_context *context)
{
	json_key(j, "events");
	json_begin_object(j);
	json_pair_u64(j, "written", context->written);
	json_pair_u64(j, "dropped", context->dropped);
	json_pair_u64(j, "failed", context->failed);
	json_end_object(j);
}

static void put_start(struct json *j, const struct event_start *e)
{
	put_str(j, "version", e->version);
	json_pair_str(j, "mode", e->mode == MODE_LIVE ? "live" : "capture");
	put_ports(j, &e->ports, false);
	put_str(j, "model", e->model);
	put_str(j, "model_version", e->model_version);
	json_pair_u64(j, "devices_size", e->devices_size);
	json_pair_u64(j, "flows_size", e->flows_size);
	json_pair_u64(j, "memory_bytes", e->memory_bytes);
}

static void put_stop(struct json *j, const struct event_stop *e, const struct event_context *context)
{
	put_str(j, "reason", e->reason);
	json_pair_u64(j, "frames", e->frames);
	json_pair_u64(j, "counted", e->counted);
	json_pair_u64(j, "devices", e->devices);
	json_pair_u64(j, "flows", e->flows);
	put_number(j, "seconds", e->seconds, SECONDS_DECIMALS);
	put_stream(j, context);
}

void event_render_stats(struct json *j, const struct event_stats *e, const struct event_context *context)
{
	json_pair_u64(j, "frames", e->frames);
	json_pair_u64(j, "counted", e->counted);
	put_counts(j, "skipped", &e->skipped);
	put_counts(j, "partial", &e->partial);
	put_use(j, "devices", e->devices_used, e->devices_size);
	put_use(j, "flows", e->flows_used, e->flows_size);
	json_pair_u64(j, "missed_packets", e->missed_packets);
	json_pair_u64(j, "missed_seconds", e->missed_seconds);
	json_pair_u64(j, "flows_no_memory", e->flows_no_memory);
	put_stream(j, context);
	json_pair_u64(j, "memory_bytes", e->memory_bytes);
	put_ports(j, &e->ports, true);
}

static void put_evidence(struct json *j, const struct event_evidence *e)
{
	put_str(j, "decided_by", e->decided_by);
	if (!e->packets)
		return;
	json_key(j, "evidence");
	json_begin_object(j);
	json_pair_u64(j, "packets", e->packets);
	json_pair_u64(j, "windows", e->windows);
	json_pair_u64(j, "bursts", e->bursts);
	json_end_object(j);
}

/* A label and how probable it is, neither without the other. */
static void put_label(struct json *j, const char *key, const char *label, const char *p_key, double p)
{
	if (!label)
		return;
	json_pair_str(j, key, label);
	put_number(j, p_key, p, P_DECIMALS);
}

static void put_device(struct json *j, const struct event_device *e)
{
	json_pair_str(j, "action", event_device_action_name(e->action));
	put_label(j, "label", e->label, "label_p", e->label_p);
	put_str(j, "level", e->level);
	put_label(j, "runner_up", e->runner_up, "runner_up_p", e->runner_up_p);
	put_str(j, "previous", e->previous);
	put_str(j, "source", e->source);
	put_label(j, "function", e->function, "p_function", e->p_function);
	if (e->function)
		put_number(j, "p", e->p, P_DECIMALS);
	put_evidence(j, &e->evidence);
	put_time(j, "first", e->first_us);
	put_time(j, "last", e->last_us);
	put_str(j, "reason", e->reason);
}

static void put_function(struct json *j, const struct event_function *e)
{
	json_pair_str(j, "action", event_function_action_name(e->action));
	put_str(j, "label", e->label);
	put_number(j, "p_function", e->p_function, P_DECIMALS);
	put_number(j, "p_device", e->p_device, P_DECIMALS);
	put_number(j, "p", e->p, P_DECIMALS);
	put_label(j, "runner_up", e->runner_up, "runner_up_p", e->runner_up_p);
	put_str(j, "device_label", e->device_label);
	put_str(j, "source", e->source);
	put_time(j, "since", e->since_us);
	if (e->action == FUNCTION_STOP)
		put_number(j, "duration_s", e->duration_s, SECONDS_DECIMALS);
	put_evidence(j, &e->evidence);
}

static void put_opinion(struct json *j, const struct event_opinion *e)
{
	put_label(j, "label", e->label, "label_p", e->label_p);
	put_label(j, "function", e->function, "p_function", e->p_function);
}

static void put_shadow(struct json *j, const struct event_shadow *e)
{
	put_str(j, "model", e->model);
	put_str(j, "model_version", e->model_version);
	put_opinion(j, &e->says);
	json_key(j, "active");
	json_begin_object(j);
	put_opinion(j, &e->active);
	json_end_object(j);
}

static void put_period(struct json *j, const struct event_period *e)
{
	json_pair_str(j, "action", event_period_action_name(e->action));
	put_str(j, "protocol", e->protocol);
	put_number(j, "seconds", e->seconds, SECONDS_DECIMALS);
	put_number(j, "log_p", e->log_p, P_DECIMALS);
	put_number(j, "support", e->support, P_DECIMALS);
	put_number(j, "resolution_s", e->resolution_s, SECONDS_DECIMALS);
	json_pair_bool(j, "weak", e->weak);
}

static void put_flow(struct json *j, const struct event_flow *e)
{
	put_str(j, "protocol", e->protocol);
	json_pair_u64(j, "packets", e->packets);
	json_pair_u64(j, "bytes", e->bytes);
	json_pair_u64(j, "active_seconds", e->active_seconds);
	put_time(j, "start", e->since_us);
}

/* The reference to a device: enough to join on; its record goes with the device events. */
static void put_reference(struct json *j, const struct event_head *head)
{
	char id[MAC_ID_SIZE];

	json_pair_str(j, "id", mac_format_id(head->mac, id));
	json_pair_mac(j, "mac", head->mac);
	put_str(j, "name", head->name);
}

static void put_envelope(struct json *j, const struct event *event, const struct event_context *context)
{
	json_pair_time(j, "timestamp", event->head.time_us);
	json_pair_str(j, "schema", "iotbpf/1");
	json_pair_str(j, "event_type", event_type_names[event->type]);
	put_str(j, "host", context->host);
	put_str(j, "in_iface", event->head.in_iface);
	put_str(j, "pcap_filename", context->pcap_filename);
}

static void put_transport(struct json *j, const struct event *event)
{
	const char *protocol = event_protocol(event);
	struct event_transport transport;

	if (!protocol)
		return;
	transport = event_transport(protocol);
	json_pair_u64(j, "flow_id", event_flow_id(event->head.mac, protocol));
	put_str(j, "proto", transport.proto);
	if (transport.port >= 0)
		json_pair_i64(j, "dest_port", transport.port);
}

static void put_body(struct json *j, const struct event *event, const struct event_context *context)
{
	switch (event->type) {
	case EVENT_START:
		return put_start(j, &event->start);
	case EVENT_STOP:
		return put_stop(j, &event->stop, context);
	case EVENT_STATS:
		return event_render_stats(j, &event->stats, context);
	case EVENT_DEVICE:
		put_reference(j, &event->head);
		return put_device(j, &event->device);
	case EVENT_FUNCTION:
		return put_function(j, &event->function);
	case EVENT_PERIOD:
		return put_period(j, &event->period);
	case EVENT_FLOW:
		return put_flow(j, &event->flow);
	case EVENT_SHADOW:
		return put_shadow(j, &event->shadow);
	case EVENT_LOST:
		return json_pair_u64(j, "events", event->lost.events);
	case EVENT_TYPES:
		return;
	}
}

void event_render_json(const struct event *event, const struct event_context *context, struct buffer *out)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	put_envelope(&j, event, context);
	put_transport(&j, event);
	if (event->head.mac && event->type != EVENT_DEVICE) {
		json_key(&j, "device");
		json_begin_object(&j);
		put_reference(&j, &event->head);
		json_end_object(&j);
	}
	json_key(&j, event_type_names[event->type]);
	json_begin_object(&j);
	put_body(&j, event, context);
	json_end_object(&j);
	json_end_object(&j);
	buffer_append(out, "\n", 1);
}
