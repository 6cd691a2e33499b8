// SPDX-License-Identifier: BSD-2-Clause

/* A snapshot as JSON: the agent, its ports and counters, the devices, the alerts. */

#include <limits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/run_view_internal.h"

static void put_ports(const struct runner *r, struct json *j)
{
	size_t count;
	const struct port *ports = ports_list(r->ports, &count);

	json_key(j, "ports");
	json_begin_array(j);
	for (size_t i = 0; i < count; i++) {
		json_begin_object(j);
		json_pair_str(j, "in_iface", ports[i].name);
		if (*ports[i].bridge)
			json_pair_str(j, "bridge", ports[i].bridge);
		json_pair_str(j, "ingress", hook_name(ports[i].failed ? HOOK_AUTO : ports[i].hooks.ingress));
		json_pair_str(j, "egress", hook_name(ports[i].failed ? HOOK_AUTO : ports[i].hooks.egress));
		json_pair_bool(j, "up", ports[i].up);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_totals(const struct view *v, struct json *j)
{
	const struct history *h = watch_history(v->r->watch);
	struct run_totals totals = run_totals(v->r);
	struct server_counts counts = server_counts(v->r->server);

	json_key(j, "totals");
	json_begin_object(j);
	json_pair_u64(j, "frames", totals.frames);
	json_pair_u64(j, "counted", totals.counted);
	json_pair_u64(j, "skipped", totals.skipped);
	json_pair_u64(j, "devices", h->devices_used);
	json_pair_u64(j, "flows", h->flows_used);
	json_pair_u64(j, "missed_packets", h->missed_packets);
	json_pair_u64(j, "clients", counts.clients);
	json_pair_u64(j, "lost_events", counts.events_lost);
	json_end_object(j);
}

static void put_alert(struct json *j, const struct view_alert *a)
{
	json_begin_object(j);
	json_pair_time(j, "time", a->time_us);
	json_pair_str(j, "severity", a->warning ? "warning" : "info");
	if (a->mac)
		json_pair_mac(j, "mac", a->mac);
	json_pair_str(j, "text", a->text);
	json_end_object(j);
}

static void put_alerts(const struct view *v, struct json *j)
{
	uint64_t i = v->alert_count > VIEW_ALERTS ? v->alert_count - VIEW_ALERTS : 0;

	json_key(j, "alerts");
	json_begin_array(j);
	for (; i < v->alert_count; i++)
		put_alert(j, &v->alerts[i % VIEW_ALERTS]);
	json_end_array(j);
}

static void put_devices(const struct view *v, const struct view_index *index, bool detail, struct json *j)
{
	json_key(j, "devices");
	json_begin_array(j);
	for (size_t i = 0; i < index->device_count; i++)
		view_put_device(v, j, index, index->devices[i], detail);
	json_end_array(j);
}

static void put_head(const struct runner *r, struct json *j)
{
	char host[HOST_NAME_MAX + 1] = "";

	gethostname(host, sizeof(host) - 1);
	json_pair_u64(j, "protocol", ASK_PROTOCOL);
	json_pair_bool(j, "ok", true);
	json_pair_time(j, "time", time_now_us());
	json_pair_str(j, "host", host);
	json_pair_str(j, "version", IOTBPF_VERSION);
	if (r->model)
		json_pair_str(j, "model", model_name(r->model));
}

void view_snapshot(const struct view *v, const struct view_options *options, struct buffer *out)
{
	struct json j = json_init(out);
	struct view_index index;

	if (view_index_new(&index, v, options->device) < 0) {
		out->failed = true;
	} else {
		json_begin_object(&j);
		put_head(v->r, &j);
		put_ports(v->r, &j);
		put_totals(v, &j);
		put_devices(v, &index, options->flows, &j);
		put_alerts(v, &j);
		json_end_object(&j);
		buffer_append_char(out, '\n', 1);
	}
	view_index_free(&index);
}
