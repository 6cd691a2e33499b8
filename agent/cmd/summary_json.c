// SPDX-License-Identifier: BSD-2-Clause

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/base/json.h"
#include "agent/cmd/summary_internal.h"
#include "agent/history/protocol.h"

static void put_periods(struct json *j, const struct summary *s, uint64_t key)
{
	size_t count;
	const struct watch_period *all = watch_periods(s->watch, &count);

	json_key(j, "periods");
	json_begin_array(j);
	for (size_t i = 0; i < count; i++) {
		if (all[i].flow_key != key)
			continue;
		json_begin_object(j);
		json_pair_double(j, "seconds", all[i].period.seconds, 3);
		json_pair_double(j, "log_p", all[i].period.log_p, 2);
		json_pair_double(j, "support", all[i].period.support, 3);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_flow(struct json *j, const struct summary *s, uint32_t number)
{
	const struct history_flow *f = &watch_history(s->watch)->flows[number];
	const struct iot_flow *slot = slots_flow(s->table, number);
	char name[PROTOCOL_NAME];

	json_begin_object(j);
	json_pair_str(j, "protocol", protocol_of_key(f->key, name));
	json_pair_u64(j, "packets", iot_tally_read(&slot->sent).packets);
	json_pair_u64(j, "bytes", iot_tally_read(&slot->sent).bytes);
	json_pair_u64(j, "active_seconds", f->active_seconds);
	put_periods(j, s, f->key);
	json_end_object(j);
}

/* A decision; label and p are null where there is none: no model, too few packets, no functions known. */
static void put_decision(struct json *j, const char *key, const char *label, double p)
{
	json_key(j, key);
	json_begin_object(j);
	json_pair_str(j, "label", label);
	json_pair_double(j, "p", p, 4);
	json_end_object(j);
}

static void put_decisions(struct json *j, const struct summary *s, uint32_t number)
{
	struct verdict v;
	bool said = watch_verdict(s->watch, number, &v) && (v.windows || v.bursts || v.label);

	if (!said)
		put_decision(j, "device", NULL, NAN);
	else if (!v.label)
		put_decision(j, "device", "unknown", 1 - (double)v.runner_up_p);
	else
		put_decision(j, "device", v.label, v.p);
	put_decision(j, "function", v.function_label, v.function_label ? (double)v.p_function : NAN);
}

static void put_name(struct json *j, const struct name_entry *e)
{
	char text[INET6_ADDRSTRLEN];

	json_pair_str(j, "name", e->name[0] ? e->name : NULL);
	json_pair_str(j, "name_source", name_source_text(e->source));
	json_pair_str(j, "vendor", e->vendor[0] ? e->vendor : NULL);
	json_pair_bool(j, "randomized", e->randomized);
	json_key(j, "ips");
	json_begin_array(j);
	for (uint32_t i = 0; i < e->address_count; i++)
		json_str(j, inet_ntop(e->addresses[i].family, e->addresses[i].bytes, text, sizeof(text)));
	json_end_array(j);
}

static void put_device(struct json *j, const struct summary *s, const struct summary_index *index, uint32_t number)
{
	const struct device_totals *t = &index->totals[number];
	size_t first, flows = summary_flows_of(index, s, number, &first);

	json_begin_object(j);
	json_pair_mac(j, "mac", t->mac);
	put_name(j, summary_name(s, t->mac));
	json_pair_u64(j, "tx_packets", t->tx_packets);
	json_pair_u64(j, "tx_bytes", t->tx_bytes);
	json_pair_u64(j, "rx_packets", t->rx_packets);
	json_pair_u64(j, "rx_bytes", t->rx_bytes);
	json_pair_time(j, "first", t->first_us);
	json_pair_time(j, "last", t->last_us);
	json_key(j, "flows");
	json_begin_array(j);
	for (size_t i = 0; i < flows; i++)
		put_flow(j, s, index->flows[first + i]);
	json_end_array(j);
	put_decisions(j, s, number);
	json_end_object(j);
}

static void put_skipped(struct json *j, const struct summary *s)
{
	struct capture_skip skips[CAPTURE_SKIPS];
	size_t n = capture_skips(s->table, s->state, skips);

	json_key(j, "skipped");
	json_begin_object(j);
	for (size_t i = 0; i < n; i++)
		json_pair_u64(j, skips[i].reason, skips[i].frames);
	json_end_object(j);
}

/* Frames that counted, but were not what they seem: malformed, cut, or without a flow slot. */
static void put_partial(struct json *j, const struct summary *s)
{
	json_key(j, "partial");
	json_begin_object(j);
	for (unsigned int r = IOT_SKIP_LAST + 1; r < IOT_REASON_COUNT; r++) {
		if (s->table->counters->reason[r])
			json_pair_u64(j, slots_reason_name(r), s->table->counters->reason[r]);
	}
	json_end_object(j);
}

static void put_summary(struct json *j, const struct summary *s, const struct summary_index *index)
{
	json_begin_object(j);
	json_pair_u64(j, "frames", s->state->frames);
	put_skipped(j, s);
	put_partial(j, s);
	json_key(j, "devices");
	json_begin_array(j);
	for (size_t i = 0; i < index->device_count; i++)
		put_device(j, s, index, index->devices[i]);
	json_end_array(j);
	json_end_object(j);
}

static int write_out(struct buffer *b)
{
	buffer_append_char(b, '\n', 1);
	return buffer_write(b, STDOUT_FILENO);
}

int summary_json(const struct summary *s)
{
	struct buffer b = { .limit = SIZE_MAX / 2 };
	struct json j = json_init(&b);
	struct summary_index index;
	int r = summary_index_new(&index, s);

	if (r == 0) {
		put_summary(&j, s, &index);
		r = write_out(&b);
	}
	summary_index_free(&index);
	buffer_free(&b);
	return r;
}
