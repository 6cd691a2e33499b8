// SPDX-License-Identifier: BSD-2-Clause

/* What `iotbpf status` shows: one JSON object. */

#include <unistd.h>

#include "agent/cmd/ask.h"
#include "agent/cmd/run_internal.h"
#include "agent/cmd/run_names.h"
#include "agent/output/render.h"

static void put_clients(const struct runner *r, struct json *j)
{
	struct server_counts c = server_counts(r->server);

	json_key(j, "clients");
	json_begin_object(j);
	json_pair_u64(j, "now", c.clients);
	json_pair_u64(j, "most", c.clients_max);
	json_pair_u64(j, "following", c.following);
	json_pair_u64(j, "events_lost", c.events_lost);
	json_pair_u64(j, "turned_away", c.turned_away);
	json_pair_u64(j, "dropped", c.dropped);
	json_end_object(j);
}

static void put_table(const struct runner *r, struct json *j)
{
	const struct kernel_standing now = kernel_standing(r->kernel);

	json_key(j, "table");
	json_begin_object(j);
	json_pair_time(j, "since", now.since_us);
	json_pair_u64(j, "agents", now.agents);
	json_pair_bool(j, "pinned", now.directory != NULL);
	json_pair_str(j, "directory", now.directory);
	json_pair_str(j, "error", now.why);
	json_pair_u64(j, "pinned_hooks", now.hooks);
	json_pair_bool(j, "handover", now.directory && r->values.handover);
	json_end_object(j);
}

int run_status(const struct runner *r, struct buffer *out)
{
	struct events_counters events = events_counters(r->events);
	struct event_context context = { .written = events.written, .dropped = events.dropped, .failed = events.failed };
	struct json j = json_init(out);
	struct run_stats s;

	run_stats_gather(r, &s);
	json_begin_object(&j);
	json_pair_u64(&j, "protocol", ASK_PROTOCOL);
	json_pair_str(&j, "version", IOTBPF_VERSION);
	json_pair_u64(&j, "pid", (uint64_t)getpid());
	json_pair_time(&j, "since", r->started_us);
	run_model_put(r, &j);
	run_state_put(r, &j);
	run_names_put(r, &j);
	put_table(r, &j);
	json_pair_u64(&j, "hz", kernel_hz(r->kernel));
	json_pair_bool(&j, "jit", kernel_has_jit(r->kernel));
	event_render_stats(&j, &s.stats, &context);
	json_pair_u64(&j, "unknown_port", IOT_LOAD(kernel_table(r->kernel)->counters->unknown_port));
	json_pair_u64(&j, "netlink_overflows", ports_overflows(r->ports));
	put_clients(r, &j);
	json_end_object(&j);
	return buffer_append_char(out, '\n', 1);
}
