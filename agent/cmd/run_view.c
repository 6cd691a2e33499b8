// SPDX-License-Identifier: BSD-2-Clause

/* Rates, once a second, and the past functions of devices. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cmd/run_view_internal.h"

struct view *view_new(const struct runner *r)
{
	_cleanup_free_ struct view *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	v->r = r;
	v->device_slots = r->values.device_slots;
	if (r->kernel)
		v->device_slots = slots_device_slots(kernel_table(r->kernel));
	v->devices = calloc(v->device_slots, sizeof(*v->devices));
	return v->devices ? TAKE_PTR(v) : NULL;
}

void view_free(struct view *v)
{
	for (uint32_t i = 0; i < v->device_slots; i++)
		free(v->devices[i].functions);
	free(v->devices);
	free(v);
}

struct view_counts view_counts(const struct history *h, uint32_t number)
{
	const struct iot_device *slot = slots_device(h->table, number);
	const struct history_device *known = &h->devices[number];
	const struct iot_count other = iot_tally_read(&slot->other), received = iot_tally_read(&slot->received);

	/* Known: sums over flows that are gone. Other: what found no flow slot. */
	return (struct view_counts){ known->tx_packets + other.packets, known->tx_bytes + other.bytes, received.packets, received.bytes };
}

static void begin_device(struct view *v, const struct history *h, uint32_t number)
{
	struct view_device *d = &v->devices[number];

	if (d->mac != h->devices[number].mac) {
		free(d->functions);
		*d = (struct view_device){ .mac = h->devices[number].mac };
	}
	d->before = d->now;
	d->now = view_counts(h, number);
}

static void add_flow(struct view *v, const struct history *h, uint32_t number)
{
	struct view_device *d = &v->devices[iot_key_device(h->flows[number].key)];
	const struct iot_count sent = iot_tally_read(&slots_flow(h->table, number)->sent);

	d->now.tx_packets += sent.packets;
	d->now.tx_bytes += sent.bytes;
}

static uint64_t rate(uint64_t now, uint64_t before, uint32_t ms)
{
	return now > before ? (uint64_t)llround((double)(now - before) * 1000 / ms) : 0;
}

static void set_rates(struct view_device *d, uint32_t ms)
{
	d->rates = (struct view_counts){
		rate(d->now.tx_packets, d->before.tx_packets, ms),
		rate(d->now.tx_bytes, d->before.tx_bytes, ms),
		rate(d->now.rx_packets, d->before.rx_packets, ms),
		rate(d->now.rx_bytes, d->before.rx_bytes, ms),
	};
}

void view_pass(struct view *v)
{
	const struct history *h = watch_history(v->r->watch);
	uint32_t ms = v->passed ? v->r->now.ms - v->pass_ms : 1000;

	for (uint32_t i = 0; i < h->devices_used; i++)
		begin_device(v, h, h->device_list[i]);
	for (uint32_t i = 0; i < h->flows_used; i++)
		add_flow(v, h, h->flow_list[i]);
	for (uint32_t i = 0; ms && i < h->devices_used; i++)
		set_rates(&v->devices[h->device_list[i]], ms);
	v->pass_ms = v->r->now.ms;
	v->passed = true;
	view_losses(v);
}

static struct view_device *find(struct view *v, uint64_t mac)
{
	const struct history *h = watch_history(v->r->watch);

	for (uint32_t i = 0; i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];

		if (h->devices[number].mac == mac && v->devices[number].mac == mac)
			return &v->devices[number];
	}
	return NULL;
}

static void note_function(struct view *v, const struct event *event)
{
	const struct event_function *f = &event->function;
	struct view_device *d = f->action == FUNCTION_STOP && f->label ? find(v, event->head.mac) : NULL;
	struct view_function *to;

	if (!d || (!d->functions && !(d->functions = calloc(1, sizeof(*d->functions)))))
		return;
	to = &d->functions->list[d->functions->count++ % VIEW_FUNCTIONS];
	*to = (struct view_function){ .p = f->p_function, .start_us = f->since_us, .stop_us = event->head.time_us };
	snprintf(to->label, sizeof(to->label), "%s", f->label);
}

static void note_device(struct view *v, const struct event *event)
{
	const struct event_device *d = &event->device;
	uint64_t mac = event->head.mac;
	bool unknown = d->level && !strcmp(d->level, "unknown");

	if (d->action == DEVICE_NEW)
		view_alert(v, event->head.time_us, mac, false, "new device");
	else if (d->action == DEVICE_CHANGED)
		view_alert(v, event->head.time_us, mac, true, "taken for %s until now, looks like %s", d->previous, d->label);
	else if (d->action == DEVICE_IDENTIFIED && unknown)
		view_alert(v, event->head.time_us, mac, true, "like no type that the model knows");
}

void view_event(struct view *v, const struct event *event)
{
	if (event->type == EVENT_FUNCTION)
		note_function(v, event);
	else if (event->type == EVENT_DEVICE)
		note_device(v, event);
}
