// SPDX-License-Identifier: BSD-2-Clause

/* The flows of a snapshot's device. */

#include <math.h>

#include "agent/cmd/run_view_internal.h"
#include "agent/history/protocol.h"

#define STRIP_S 60

uint64_t view_strip(const struct view *v, uint32_t flow)
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

void view_put_strip(struct json *j, uint64_t strip)
{
	char text[STRIP_S / 4 + 1];

	snprintf(text, sizeof(text), "%015llx", (unsigned long long)strip & ((1ULL << STRIP_S) - 1));
	json_pair_str(j, "strip", text);
}

void view_put_period(struct json *j, const struct tracked_period *p)
{
	json_pair_double(j, "seconds", p->seconds, 3);
	json_pair_double(j, "support", p->support, 3);
	json_pair_double(j, "log_p", p->log_p, 2);
}

static void put_periods(const struct track *track, struct json *j)
{
	json_key(j, "periods");
	json_begin_array(j);
	for (int i = 0; i < TRACK_MAX; i++) {
		if (!track->period[i].found)
			continue;
		json_begin_object(j);
		view_put_period(j, &track->period[i]);
		json_end_object(j);
	}
	json_end_array(j);
}

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
	view_put_strip(j, view_strip(v, number));
	json_pair_double(j, "share", packets ? fmin(1, (double)sent.packets / (double)packets) : 0, 4);
	put_periods(watch_track(v->r->watch, number), j);
	json_end_object(j);
}

void view_put_flows(const struct view *v, struct json *j, const uint32_t *list, size_t n, uint64_t packets)
{
	json_key(j, "flows");
	json_begin_array(j);
	for (size_t i = 0; i < n; i++)
		put_flow(v, j, list[i], packets);
	json_end_array(j);
}
