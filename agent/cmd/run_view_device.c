// SPDX-License-Identifier: BSD-2-Clause

/* One device of a snapshot. */

#include <math.h>

#include "agent/cmd/run_view_internal.h"
#include "agent/features/features.h"
#include "agent/history/protocol.h"

#define STRIP_S 60

/* The last STRIP_S seconds of a flow: bit k set when it sent k seconds ago. */
static uint64_t strip_of(const struct view *v, uint32_t flow)
{
	struct series *series = watch_history(v->r->watch)->flows[flow].series;
	uint64_t words[SERIES_WORDS_MAX], strip = 0;
	uint32_t now = v->r->now.second, start;
	size_t n;

	if (!series)
		return 0;
	n = series_window(series, SERIES_FINE, now > series->last ? now : series->last, STRIP_S, words, &start);
	for (size_t i = 0; i < n; i++)
		strip = strip << 1 | (words[0] >> i & 1);
	return strip;
}

static void put_strip(struct json *j, uint64_t strip)
{
	char text[STRIP_S / 4 + 1];

	snprintf(text, sizeof(text), "%015llx", (unsigned long long)strip & ((1ULL << STRIP_S) - 1));
	json_pair_str(j, "strip", text);
}

static void put_period(struct json *j, const struct tracked_period *p)
{
	json_pair_double(j, "seconds", p->seconds, 3);
	json_pair_double(j, "support", p->support, 3);
	json_pair_double(j, "log_p", p->log_p, 2);
}

/* The shortest period that any of the flows has now. */
static void put_shortest(const struct view *v, struct json *j, const uint32_t *flows, size_t n)
{
	const struct tracked_period *best = NULL;
	uint64_t key = 0;
	char name[PROTOCOL_NAME];

	for (size_t i = 0; i < n * TRACK_MAX; i++) {
		const struct tracked_period *p = &watch_track(v->r->watch, flows[i / TRACK_MAX])->period[i % TRACK_MAX];

		if (!p->found || (best && best->seconds <= p->seconds))
			continue;
		best = p;
		key = watch_history(v->r->watch)->flows[flows[i / TRACK_MAX]].key;
	}
	if (!best)
		return;
	json_key(j, "period");
	json_begin_object(j);
	put_period(j, best);
	json_pair_str(j, "protocol", protocol_of_key(key, name));
	json_end_object(j);
}

static const char *level_name(const struct verdict *t)
{
	if (t->kind == VERDICT_UNKNOWN)
		return "unknown";
	return t->kind == VERDICT_FAMILY ? "family" : "type";
}

static const char *decided_by(bool owner, int scale)
{
	if (owner)
		return "owner";
	return scale == IDENTIFY_NONE ? NULL : features_scale_name((enum features_scale)scale);
}

static void put_type(struct json *j, const struct verdict *t)
{
	bool owner = t->kind == VERDICT_OWNER;
	const char *by = decided_by(owner, t->decided_by);

	json_key(j, "type");
	json_begin_object(j);
	json_pair_str(j, "label", t->label);
	json_pair_str(j, "level", level_name(t));
	json_pair_double(j, "p", t->p, 4);
	json_pair_str(j, "source", owner ? "owner" : "model");
	if (t->runner_up_label) {
		json_pair_str(j, "runner_up", t->runner_up_label);
		json_pair_double(j, "runner_up_p", t->runner_up_p, 4);
	}
	if (by)
		json_pair_str(j, "decided_by", by);
	json_end_object(j);
}

/* A device whose type is known does nothing where no function is told. */
static void put_function(struct json *j, const struct watch_belief *belief)
{
	const struct verdict *t = belief->told;

	if (!t->function_label && t->kind < VERDICT_FAMILY)
		return;
	json_key(j, "function");
	json_begin_object(j);
	json_pair_str(j, "label", t->function_label ? t->function_label : "idle");
	if (t->function_label) {
		json_pair_double(j, "p", t->p_function, 4);
		json_pair_time(j, "since", belief->function_us);
	}
	json_end_object(j);
}

static void put_counts(struct json *j, const struct view_counts *c)
{
	json_pair_u64(j, "tx_packets", c->tx_packets);
	json_pair_u64(j, "tx_bytes", c->tx_bytes);
	json_pair_u64(j, "rx_packets", c->rx_packets);
	json_pair_u64(j, "rx_bytes", c->rx_bytes);
}

static void put_functions(const struct view_device *d, struct json *j)
{
	const struct view_functions *f = d->functions;
	uint64_t i = f && f->count > VIEW_FUNCTIONS ? f->count - VIEW_FUNCTIONS : 0;

	json_key(j, "functions");
	json_begin_array(j);
	for (; f && i < f->count; i++) {
		const struct view_function *one = &f->list[i % VIEW_FUNCTIONS];

		json_begin_object(j);
		json_pair_str(j, "label", one->label);
		json_pair_double(j, "p", one->p, 4);
		json_pair_time(j, "start", one->start_us);
		json_pair_time(j, "stop", one->stop_us);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_periods(const struct track *track, struct json *j)
{
	json_key(j, "periods");
	json_begin_array(j);
	for (int i = 0; i < TRACK_MAX; i++) {
		if (!track->period[i].found)
			continue;
		json_begin_object(j);
		put_period(j, &track->period[i]);
		json_end_object(j);
	}
	json_end_array(j);
}

/* @packets: of all that the device sent. */
static void put_flow(const struct view *v, struct json *j, uint32_t number, uint64_t packets)
{
	const struct history_flow *f = &watch_history(v->r->watch)->flows[number];
	const struct iot_flow *slot = slots_flow(kernel_table(v->r->kernel), number);
	const struct iot_count sent = iot_tally_read(&slot->sent);
	char name[PROTOCOL_NAME];

	json_begin_object(j);
	json_pair_str(j, "protocol", protocol_of_key(f->key, name));
	json_pair_u64(j, "packets", sent.packets);
	json_pair_u64(j, "bytes", sent.bytes);
	json_pair_u64(j, "active_seconds", f->active_seconds);
	json_pair_time(j, "first", kernel_wall_of_second(v->r->kernel, slot->born));
	json_pair_time(j, "last", kernel_wall_of_second(v->r->kernel, (uint32_t)(slots_flow_activity(kernel_table(v->r->kernel), number) >> 32)));
	put_strip(j, strip_of(v, number));
	json_pair_double(j, "share", packets ? fmin(1, (double)sent.packets / (double)packets) : 0, 4);
	put_periods(watch_track(v->r->watch, number), j);
	json_end_object(j);
}

static void put_flows(const struct view *v, struct json *j, uint32_t device, const uint32_t *list, size_t n)
{
	json_key(j, "flows");
	json_begin_array(j);
	for (size_t i = 0; i < n; i++)
		put_flow(v, j, list[i], v->devices[device].now.tx_packets);
	json_end_array(j);
}

static void put_activity(const struct view *v, struct json *j, uint32_t number, const uint32_t *list, size_t flows)
{
	uint64_t strip = 0;

	for (size_t i = 0; i < flows; i++)
		strip |= strip_of(v, list[i]);
	put_counts(j, &v->devices[number].now);
	json_key(j, "rates");
	json_begin_object(j);
	put_counts(j, &v->devices[number].rates);
	json_end_object(j);
	put_strip(j, strip);
	put_shortest(v, j, list, flows);
	json_pair_u64(j, "flow_count", flows);
}

/* Where it lives. */
static void put_place(const struct view *v, struct json *j, uint32_t number)
{
	const struct iot_device *slot = slots_device(kernel_table(v->r->kernel), number);
	size_t count;
	const struct port *ports = ports_list(v->r->ports, &count);

	for (size_t i = 0; i < count; i++) {
		if (ports[i].ifindex == slot->port)
			json_pair_str(j, "in_iface", ports[i].name);
	}
}

void view_put_device(const struct view *v, struct json *j, uint32_t number, const uint32_t *list, size_t flows, bool detail)
{
	const struct history_device *d = &watch_history(v->r->watch)->devices[number];
	const struct watch_belief belief = watch_belief(v->r->watch, number);

	json_begin_object(j);
	json_pair_mac(j, "mac", d->mac);
	put_place(v, j, number);
	json_pair_time(j, "first", belief.first_us);
	json_pair_time(j, "last", kernel_wall_of_second(v->r->kernel, d->last));
	if (belief.told && belief.told->label)
		put_type(j, belief.told);
	if (belief.told)
		put_function(j, &belief);
	put_activity(v, j, number, list, flows);
	if (detail) {
		put_functions(&v->devices[number], j);
		put_flows(v, j, number, list, flows);
	}
	json_end_object(j);
}
