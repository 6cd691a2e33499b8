/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/output/plain.h"
#include "agent/output/render.h"

enum { NAME_COLUMNS = 17, TIME_OF_DAY = 11 /* offset of the time in "2026-11-21 19:04:00" */ };

/* " (97 %)", nothing if unknown. */
static void put_p(struct buffer *out, double p)
{
	if (isfinite(p))
		buffer_printf(out, " (%.0f %%)", 100 * p);
}

static void put_label(struct buffer *out, const char *before, const char *label, double p)
{
	if (!label)
		return;
	buffer_append_str(out, before);
	plain_append(out, label);
	put_p(out, p);
}

static void put_pair(struct buffer *out, const char *before, const char *value)
{
	if (!value)
		return;
	buffer_append_str(out, before);
	plain_append(out, value);
}

static void put_bytes(struct buffer *out, uint64_t bytes)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	double value = (double)bytes;
	int unit = 0;

	for (; value >= 999.5 && unit < 4; unit++)
		value /= 1000;
	buffer_printf(out, "%.*f %s", unit && value < 99.95 ? 1 : 0, value, units[unit]);
}

static void put_port(struct buffer *out, const struct event_port *port)
{
	buffer_append_str(out, ", ");
	plain_append(out, port->in_iface);
	put_pair(out, " of ", port->bridge);
	put_pair(out, " in:", port->ingress);
	put_pair(out, " out:", port->egress);
}

static void put_start(struct buffer *out, const struct event_start *e)
{
	put_pair(out, "iotbpf ", e->version);
	buffer_append_str(out, e->mode == MODE_LIVE ? " live" : " reading a capture");
	if (e->model)
		put_pair(out, ", model ", e->model);
	else
		buffer_append_str(out, ", no model");
	buffer_printf(out, ", %u devices, %u flows, ", e->devices_size, e->flows_size);
	put_bytes(out, e->memory_bytes);
	for (size_t i = 0; i < e->ports.n; i++)
		put_port(out, &e->ports.list[i]);
}

static void put_stop(struct buffer *out, const struct event_stop *e)
{
	char text[DURATION_TEXT_SIZE];

	plain_append(out, e->reason ? e->reason : "done");
	buffer_printf(out, ": %llu frames, %llu counted, %llu devices, %llu flows", (unsigned long long)e->frames,
		      (unsigned long long)e->counted, (unsigned long long)e->devices, (unsigned long long)e->flows);
	if (isfinite(e->seconds))
		buffer_printf(out, " in %s", duration_format(e->seconds, text));
}

static void put_counts(struct buffer *out, const char *before, const struct event_counts *counts)
{
	for (size_t i = 0; i < counts->n; i++) {
		if (!counts->list[i].value)
			continue;
		buffer_append_str(out, before);
		plain_append(out, counts->list[i].name);
		buffer_printf(out, " %llu", (unsigned long long)counts->list[i].value);
		before = ", ";
	}
}

static void put_stats(struct buffer *out, const struct event_stats *e, const struct event_context *context)
{
	buffer_printf(out, "%llu frames, %llu counted, %u of %u devices, %u of %u flows", (unsigned long long)e->frames,
		      (unsigned long long)e->counted, e->devices_used, e->devices_size, e->flows_used, e->flows_size);
	put_counts(out, "; skipped: ", &e->skipped);
	put_counts(out, "; partial: ", &e->partial);
	if (e->missed_packets || e->missed_seconds)
		buffer_printf(out, "; missed: %llu packets, %llu seconds", (unsigned long long)e->missed_packets,
			      (unsigned long long)e->missed_seconds);
	if (e->flows_no_memory)
		buffer_printf(out, "; no memory for the series of %llu flows", (unsigned long long)e->flows_no_memory);
	if (context->dropped)
		buffer_printf(out, "; %llu events dropped", (unsigned long long)context->dropped);
}

/* "; by burst (120 packets, 4 windows, 2 bursts)" */
static void put_evidence(struct buffer *out, const struct event_evidence *e)
{
	put_pair(out, "; by ", e->decided_by);
	if (!e->packets)
		return;
	buffer_printf(out, " (%llu packets, %u windows, %u bursts)", (unsigned long long)e->packets, e->windows, e->bursts);
}

static bool is_family(const char *level)
{
	return level && !strcmp(level, "family");
}

static void put_device(struct buffer *out, const struct event *event)
{
	const struct event_device *e = &event->device;

	put_pair(out, "on ", event->head.in_iface);
	if (event->head.in_iface && e->label)
		buffer_append_str(out, ", ");
	put_label(out, is_family(e->level) ? "family " : "", e->label, e->label_p);
	put_pair(out, ", before ", e->previous);
	put_label(out, ", else ", e->runner_up, e->runner_up_p);
	put_label(out, "; now ", e->function, e->p);
	put_pair(out, "; ", e->reason);
	put_evidence(out, &e->evidence);
}

static void put_function(struct buffer *out, const struct event_function *e)
{
	char text[DURATION_TEXT_SIZE];

	put_pair(out, "", e->device_label);
	put_label(out, e->device_label ? ": " : "", e->label, e->p);
	if (isfinite(e->p_device) && isfinite(e->p_function))
		buffer_printf(out, " = device %.0f %% x function %.0f %%", 100 * e->p_device, 100 * e->p_function);
	put_label(out, ", else ", e->runner_up, e->runner_up_p);
	if (e->action == FUNCTION_STOP && isfinite(e->duration_s))
		buffer_printf(out, ", lasted %s", duration_format(e->duration_s, text));
	put_evidence(out, &e->evidence);
}

static void put_opinion(struct buffer *out, const struct event_opinion *e)
{
	if (e->label)
		put_label(out, "", e->label, e->label_p);
	else
		buffer_append_str(out, "nothing");
	put_label(out, ": ", e->function, e->p_function);
}

static void put_shadow(struct buffer *out, const struct event_shadow *e)
{
	put_pair(out, "", e->model);
	put_pair(out, " ", e->model_version);
	buffer_append_str(out, " says ");
	put_opinion(out, &e->says);
	buffer_append_str(out, ", the model in force ");
	put_opinion(out, &e->active);
}

static void put_period(struct buffer *out, const struct event_period *e)
{
	char text[DURATION_TEXT_SIZE];

	plain_append(out, e->protocol);
	buffer_printf(out, " every %.*f s", e->seconds < 100 && fmod(e->seconds, 1) != 0 ? 1 : 0, e->seconds);
	if (e->seconds >= 600)
		buffer_printf(out, " = %s", duration_format(e->seconds, text));
	if (isfinite(e->log_p))
		buffer_printf(out, " (-ln p %.1f, support %.0f %%%s)", e->log_p, 100 * e->support, e->weak ? ", weak" : "");
}

static void put_flow(struct buffer *out, const struct event_flow *e)
{
	plain_append(out, e->protocol);
	buffer_printf(out, " %llu packets, ", (unsigned long long)e->packets);
	put_bytes(out, e->bytes);
	buffer_printf(out, ", active in %llu s", (unsigned long long)e->active_seconds);
}

void event_render_text_body(const struct event *event, const struct event_context *context, struct buffer *out)
{
	switch (event->type) {
	case EVENT_START:
		return put_start(out, &event->start);
	case EVENT_STOP:
		return put_stop(out, &event->stop);
	case EVENT_STATS:
		return put_stats(out, &event->stats, context);
	case EVENT_DEVICE:
		return put_device(out, event);
	case EVENT_FUNCTION:
		return put_function(out, &event->function);
	case EVENT_PERIOD:
		return put_period(out, &event->period);
	case EVENT_FLOW:
		return put_flow(out, &event->flow);
	case EVENT_SHADOW:
		return put_shadow(out, &event->shadow);
	case EVENT_LOST:
		buffer_printf(out, "%llu events: the reader was too slow", (unsigned long long)event->lost.events);
		return;
	case EVENT_TYPES:
		return;
	}
}

/* Name if there is one, else MAC; padded, so that lines stay in columns. */
static void put_who(struct buffer *out, const struct event_head *head)
{
	char mac[MAC_TEXT_SIZE];
	size_t start = out->len;
	size_t width;

	if (!head->mac)
		return;
	plain_append(out, head->name ? head->name : mac_format(head->mac, mac));
	if (out->failed)
		return;
	width = plain_width(out->data + start, out->len - start);
	buffer_append_char(out, ' ', width < NAME_COLUMNS ? NAME_COLUMNS - width + 2 : 2);
}

void event_render_text(const struct event *event, const struct event_context *context, struct buffer *out)
{
	char when[TIME_TEXT_SIZE];
	const char *time = time_format_local(event->head.time_us, when);

	if (!context->pcap_filename)
		time += TIME_OF_DAY;
	buffer_printf(out, "%s  %-8s  %-10s  ", time, event_type_names[event->type], event_action_name(event));
	put_who(out, &event->head);
	event_render_text_body(event, context, out);
	buffer_append(out, "\n", 1);
}
