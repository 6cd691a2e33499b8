// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/watch_internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "agent/base/log.h"

#define RUN_OUT_S 8	      /* the longest that a decision waits for time alone */
#define FLOW_EVENT_EVERY_S 10 /* a busy flow is told at most that often */

int watch_new(struct watch **watch, const struct watch_options *options)
{
	_cleanup_(watch_free_p) struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->options = *options;
	w->history = history_new(options->table);
	w->tracker = tracker_new(options->lazy ? TRACK_LAZY : TRACK_PROMPT);
	if (!w->history || !w->tracker)
		return -ENOMEM;
	if (options->kept)
		history_keep(w->history, options->kept);
	w->tracks = calloc(w->history->flow_slots, sizeof(*w->tracks));
	w->flow_told = calloc(w->history->flow_slots, sizeof(*w->flow_told));
	w->devices = calloc(w->history->device_slots, sizeof(*w->devices));
	if (!w->tracks || !w->flow_told || !w->devices)
		return -ENOMEM;
	if (watch_set_model(w, options->model) < 0 || watch_set_shadow(w, options->shadow) < 0)
		return -ENOMEM;
	*watch = TAKE_PTR(w);
	return 0;
}

void watch_free(struct watch *w)
{
	for (uint32_t i = 0; w->tracks && i < w->history->flow_slots; i++)
		free(w->tracks[i]);
	free(w->tracks);
	if (w->history)
		history_free(w->history);
	if (w->identify)
		identify_free(w->identify);
	if (w->shadow)
		identify_free(w->shadow);
	tracker_free(w->tracker);
	free(w->flow_told);
	free(w->devices);
	rhythm_free(w->rhythm);
	free(w->periodic);
	free(w->found);
	free(w->words);
	free(w);
}

static void pass_on_device(struct watch *w, uint32_t number, bool known)
{
	const struct watch_listener *l = &w->options.listener;

	if (l->device)
		l->device(l->user, number, w->history->devices[number].mac, known);
}

static void on_device_new(void *user, uint32_t number)
{
	struct watch *w = user;

	w->devices[number].first_us = watch_ms_us(w, slots_device(w->options.table, number)->born_ms);
	watch_tell_device(user, number, DEVICE_NEW, NULL, NULL);
	watch_apply_word(user, number);
	pass_on_device(user, number, true);
}

/*
 * A flood of addresses leaves hundreds of devices with a packet each, of which nobody will learn anything: what is to be known of a device takes
 * memory from its fifth packet on. Until then they wait in its ring, with their times.
 */
static bool is_stranger(const struct watch *w, uint32_t number)
{
	return w->options.live && w->history->devices[number].packets <= HISTORY_STRANGER_PACKETS;
}

/* Read what a device's ring holds that was not read yet. */
static void read_ring(struct watch *w, uint32_t number)
{
	const struct watch_listener *l = &w->options.listener;
	struct iot_packet packets[IOT_RING];
	bool begins = !w->history->devices[number].ring_next;
	uint32_t n;

	if ((!w->options.model && !w->shadow && !l->packets) || is_stranger(w, number))
		return;
	n = history_packets(w->history, number, packets, IOT_RING);
	if (n > w->busiest)
		w->busiest = n;
	if (n && l->packets)
		l->packets(l->user, number, w->history->devices[number].mac, packets, n);
	if (n)
		watch_packets(w, number, packets, n, begins);
}

static void on_device_active(void *user, uint32_t number)
{
	struct watch *w = user;

	w->history->devices[number].gone = false;
	if (w->options.listener.device_active)
		w->options.listener.device_active(w->options.listener.user, number);
	read_ring(w, number);
}

static bool period_is(const struct watch_period *known, uint64_t key, const struct tracked_period *p)
{
	return known->flow_key == key && fabs(known->period.seconds - p->seconds) <= fmax(1.0, 0.03 * p->seconds);
}

/* Remember a period that was found; the best of several sightings. */
static void remember(struct watch *w, uint64_t key, const struct tracked_period *p)
{
	for (size_t i = 0; i < w->found_count; i++) {
		if (!period_is(&w->found[i], key, p))
			continue;
		if (p->log_p > w->found[i].period.log_p)
			w->found[i].period = *p;
		return;
	}
	if (w->found_count == w->found_room) {
		size_t room = w->found_room ? 2 * w->found_room : 64;
		struct watch_period *grown = realloc(w->found, room * sizeof(*grown));

		if (!grown)
			return watch_note_error(w, -ENOMEM);
		w->found = grown;
		w->found_room = room;
	}
	w->found[w->found_count++] = (struct watch_period){ .flow_key = key, .period = *p };
}

static void on_period(void *user, const struct tracked_period *p, bool found)
{
	struct watch *w = user;

	if (found && !w->options.live)
		remember(w, w->history->flows[w->flow_number].key, p);
	if (found)
		watch_note_periodic(w, w->flow_number);
	watch_tell_period(w, w->flow_number, p, found);
}

static void update_periods(struct watch *w, uint32_t number)
{
	struct series *series = w->history->flows[number].series;
	uint32_t now;

	if (!w->options.periods || !series)
		return;
	if (!w->tracks[number])
		w->tracks[number] = calloc(1, sizeof(*w->tracks[number]));
	if (!w->tracks[number])
		return;
	now = w->now > series->last ? w->now : series->last;
	w->flow_number = number;
	track_update(w->tracker, w->tracks[number], series, now, w->final, on_period, w);
}

static void on_flow_active(void *user, uint32_t number)
{
	struct watch *w = user;

	if (w->options.listener.flow_active)
		w->options.listener.flow_active(w->options.listener.user, number);
	update_periods(w, number);
}

static void on_flow_released(void *user, uint32_t number)
{
	struct watch *w = user;

	if (w->options.listener.flow_released)
		w->options.listener.flow_released(w->options.listener.user, number);
	watch_drop_periodic(w, number);
	watch_rhythm_forget(w, number);
	free(TAKE_PTR(w->tracks[number]));
	w->flow_told[number] = 0;
}

static void on_device_released(void *user, uint32_t number)
{
	struct watch *w = user;

	pass_on_device(w, number, false);
	watch_forget(w, number);
}

static struct history_listener listener(struct watch *w)
{
	return (struct history_listener){
		.device_new = on_device_new,
		.device_active = on_device_active,
		.flow_active = on_flow_active,
		.flow_released = on_flow_released,
		.device_released = on_device_released,
		.user = w,
	};
}

static void check_gone(struct watch *w, uint32_t number)
{
	struct history_device *d = &w->history->devices[number];

	if (d->gone || w->now <= d->last || w->now - d->last < WATCH_GONE_S)
		return;
	d->gone = true;
	watch_tell_device(w, number, DEVICE_GONE, NULL, NULL);
}

static void after_devices(struct watch *w)
{
	for (uint32_t i = 0; i < w->history->devices_used; i++) {
		uint32_t number = w->history->device_list[i];

		watch_decide(w, number);
		check_gone(w, number);
	}
}

static void after_flows(struct watch *w)
{
	for (uint32_t i = 0; i < w->history->flows_used; i++) {
		uint32_t number = w->history->flow_list[i];
		const struct history_flow *f = &w->history->flows[number];

		if (!f->series || !w->tracks[number])
			continue;
		w->flow_number = number;
		track_expire(w->tracks[number], f->series, w->now, on_period, w);
	}
}

/* A live pass that comes too late finds activity bits shifted out; in a capture a long gap is only silence. */
static void note_late(struct watch *w)
{
	uint32_t last = w->history->last_pass;

	if (last && w->now > last && w->now - last > IOT_ACTIVITY_SECONDS)
		w->history->missed_seconds += w->now - last - IOT_ACTIVITY_SECONDS;
}

int watch_pass(struct watch *w, uint32_t now, uint32_t now_ms)
{
	const struct history_listener l = listener(w);
	const struct history_ages ages = HISTORY_AGES_DEFAULT;

	w->now = now;
	w->now_ms = now_ms;
	w->error = 0;
	w->busiest = 0;
	if (w->options.live) {
		note_late(w);
		history_age(w->history, now, &ages, &l);
	}
	history_pass(w->history, now, &l);
	watch_rhythm(w);
	after_devices(w);
	if (!w->final)
		after_flows(w);
	return w->error;
}

uint32_t watch_rings(struct watch *w)
{
	w->busiest = 0;
	for (uint32_t i = 0; i < w->history->devices_used; i++)
		read_ring(w, w->history->device_list[i]);
	return w->busiest;
}

int watch_look(struct watch *w, uint32_t now, uint32_t now_ms)
{
	const struct history_listener l = listener(w);

	w->now = now;
	w->now_ms = now_ms;
	w->error = 0;
	history_look(w->history, now, &l);
	watch_rings(w);
	return w->error;
}

uint32_t watch_busiest(const struct watch *w)
{
	return w->busiest;
}

/* Let the time go by in which decisions still change; what is live ends now, and says so now. */
static void run_out(struct watch *w)
{
	for (uint32_t k = 0; k < RUN_OUT_S && watch_busy(w); k++) {
		w->passed_ms += 1000;
		for (uint32_t i = 0; i < w->history->devices_used; i++)
			watch_decide(w, w->history->device_list[i]);
	}
	w->passed_ms = 0;
}

int watch_finish(struct watch *w, uint32_t now, uint32_t now_ms)
{
	int r = watch_pass(w, now, now_ms);

	w->final = true;
	for (uint32_t i = 0; i < w->history->flows_used; i++)
		update_periods(w, w->history->flow_list[i]);
	run_out(w);
	return r < 0 ? r : w->error;
}

const struct watch_period *watch_periods(const struct watch *w, size_t *count)
{
	*count = w->found_count;
	return w->found;
}

const struct track *watch_track(const struct watch *w, uint32_t flow)
{
	static const struct track none;

	return w->tracks[flow] ? w->tracks[flow] : &none;
}

void watch_retire(struct watch *w, uint64_t mac)
{
	history_retire(w->history, mac);
}

const struct history *watch_history(const struct watch *w)
{
	return w->history;
}

int watch_flows(struct watch *w, uint32_t now)
{
	w->now = now;
	w->error = 0;
	if (!w->options.events || !events_wants(w->options.events, EVENT_FLOW))
		return 0;
	for (uint32_t i = 0; i < w->history->flows_used; i++) {
		uint32_t number = w->history->flow_list[i], told = w->flow_told[number];
		uint32_t last = (uint32_t)(w->history->flow_seen[number] >> 32);

		if (last < told || (!w->final && now - told < FLOW_EVENT_EVERY_S))
			continue;
		w->flow_told[number] = now;
		watch_tell_flow(w, number);
	}
	return w->error;
}
