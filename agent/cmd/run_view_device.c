// SPDX-License-Identifier: BSD-2-Clause

/* One device of a snapshot. */

#include "agent/base/mac.h"
#include "agent/cmd/run_view_internal.h"
#include "agent/features/features.h"
#include "agent/history/protocol.h"

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
	view_put_period(j, best);
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

static void add(struct view_counts *sum, const struct view_counts *c)
{
	sum->tx_packets += c->tx_packets;
	sum->tx_bytes += c->tx_bytes;
	sum->rx_packets += c->rx_packets;
	sum->rx_bytes += c->rx_bytes;
}

static struct view_counts total_of(const struct view_index *index, uint32_t number, const uint32_t *list, size_t flows)
{
	struct view_counts total = { 0 };

	for (uint32_t i = view_index_next(index, number, VIEW_NONE); i != VIEW_NONE; i = view_index_next(index, number, i)) {
		const struct view_counts c = view_counts(index->history, i);

		add(&total, &c);
	}
	for (size_t i = 0; i < flows; i++) {
		const struct iot_count sent = iot_tally_read(&slots_flow(index->history->table, list[i])->sent);

		total.tx_packets += sent.packets;
		total.tx_bytes += sent.bytes;
	}
	return total;
}

static void put_rates(const struct view *v, struct json *j, const struct view_index *index, uint32_t number)
{
	struct view_counts rates = { 0 };

	for (uint32_t i = view_index_next(index, number, VIEW_NONE); i != VIEW_NONE; i = view_index_next(index, number, i))
		add(&rates, &v->devices[i].rates);
	json_key(j, "rates");
	json_begin_object(j);
	put_counts(j, &rates);
	json_end_object(j);
}

static void put_activity(const struct view *v, struct json *j, const uint32_t *list, size_t flows)
{
	uint64_t strip = 0;

	for (size_t i = 0; i < flows; i++)
		strip |= view_strip(v, list[i]);
	view_put_strip(j, strip);
	put_shortest(v, j, list, flows);
	json_pair_u64(j, "flow_count", flows);
}

/* Where it lives. */
static void put_place(const struct view *v, struct json *j, uint32_t number)
{
	const uint32_t at = slots_device_port(kernel_table(v->r->kernel), number);
	size_t count;
	const struct port *ports = ports_list(v->r->ports, &count);

	for (size_t i = 0; i < count; i++) {
		if (ports[i].ifindex == at)
			json_pair_str(j, "in_iface", ports[i].name);
	}
}

/* Other addresses of the same device, by the owner's word. */
static void put_merged(struct json *j, const struct view_index *index, uint32_t number)
{
	uint32_t i = view_index_next(index, number, number);
	char mac[MAC_TEXT_SIZE];

	if (i == VIEW_NONE)
		return;
	json_key(j, "merged");
	json_begin_array(j);
	for (; i != VIEW_NONE; i = view_index_next(index, number, i))
		json_str(j, mac_format(index->history->devices[i].mac, mac));
	json_end_array(j);
}

static void put_times(const struct view *v, struct json *j, const struct view_index *index, uint32_t number)
{
	int64_t first = 0;
	uint32_t last = 0;

	for (uint32_t i = view_index_next(index, number, VIEW_NONE); i != VIEW_NONE; i = view_index_next(index, number, i)) {
		int64_t us = watch_belief(v->r->watch, i).first_us;

		first = first && first < us ? first : us;
		last = last > index->history->devices[i].last ? last : index->history->devices[i].last;
	}
	json_pair_time(j, "first", first);
	json_pair_time(j, "last", kernel_wall_of_second(v->r->kernel, last));
}

void view_put_device(const struct view *v, struct json *j, const struct view_index *index, uint32_t number, bool detail)
{
	const struct watch_belief belief = watch_belief(v->r->watch, number);
	const uint32_t *list;
	size_t flows = view_index_flows(index, number, &list);
	const struct view_counts total = total_of(index, number, list, flows);

	json_begin_object(j);
	json_pair_mac(j, "mac", index->history->devices[number].mac);
	put_merged(j, index, number);
	view_put_names(v->r->names, index->history->devices[number].mac, j);
	put_place(v, j, number);
	put_times(v, j, index, number);
	if (belief.told && belief.told->label)
		put_type(j, belief.told);
	if (belief.told)
		put_function(j, &belief);
	put_counts(j, &total);
	put_rates(v, j, index, number);
	put_activity(v, j, list, flows);
	if (detail) {
		put_functions(&v->devices[number], j);
		view_put_flows(v, j, list, flows, total.tx_packets);
	}
	json_end_object(j);
}
