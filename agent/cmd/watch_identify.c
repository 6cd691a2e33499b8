// SPDX-License-Identifier: BSD-2-Clause

/* Devices and functions: packets in, decisions out, by the model in force and by its shadow. */

#include "agent/cmd/watch_internal.h"

#include <errno.h>
#include <string.h>

#define SHADOW_PASSES 3 /* in a row that both differ before it is told: they need not start a function in the same second */

static bool is_expected(void *user, uint32_t device, const struct iot_packet *packet)
{
	const struct watch *w = user;

	(void)device;
	return w->batch_expected[packet - w->batch];
}

static struct identify *make(struct watch *w, const struct model *model)
{
	const struct identify_options options = {
		.model = model,
		.slots = w->history->device_slots,
		.pace = w->options.lazy ? EVIDENCE_THOROUGH : EVIDENCE_LIVE,
		.periodic = { is_expected, w },
	};

	return identify_new(&options);
}

/* What the ring of a device still holds, for a model that has not seen it. */
static void replay(struct watch *w, struct identify *identify, uint32_t number)
{
	uint64_t next = 0, missed = 0, known = w->history->devices[number].ring_next;
	struct iot_packet packets[IOT_RING];
	uint32_t n = slots_ring_read(w->options.table, number, &next, packets, IOT_RING, &missed);

	/* What the history has not read yet comes by the next pass. */
	w->batch = packets;
	memset(w->batch_expected, 0, sizeof(w->batch_expected));
	n -= next > known ? (uint32_t)(next - known < n ? next - known : n) : 0;
	if (n && identify_packets(identify, number, packets, n, !missed) < 0)
		watch_note_error(w, -ENOMEM);
}

/* What ran by the old model's word ends with it. */
static void stop_functions(struct watch *w)
{
	for (uint32_t i = 0; i < w->history->devices_used; i++) {
		uint32_t number = w->history->device_list[i];
		const struct verdict *told = identify_told(w->identify, number);

		if (told && told->function_label && !told->function_by_owner)
			watch_tell_function(w, number, FUNCTION_STOP, told);
	}
}

static int replace(struct watch *w, struct identify **identify, const struct model *model)
{
	struct identify *next = make(w, model);

	if (!next || (*identify && identify_adopt(next, *identify) < 0)) {
		if (next)
			identify_free(next);
		return -ENOMEM;
	}
	if (*identify && *identify == w->identify)
		stop_functions(w);
	for (uint32_t i = 0; model && i < w->history->devices_used; i++)
		replay(w, next, w->history->device_list[i]);
	if (*identify)
		identify_free(*identify);
	*identify = next;
	return 0;
}

int watch_set_model(struct watch *w, const struct model *model)
{
	int r = replace(w, &w->identify, model);

	if (r < 0)
		return r;
	w->options.model = model;
	for (uint32_t i = 0; i < w->history->devices_used; i++)
		watch_apply_word(w, w->history->device_list[i]);
	return 0;
}

int watch_set_shadow(struct watch *w, const struct model *model)
{
	int r = 0;

	if (model)
		r = replace(w, &w->shadow, model);
	else if (w->shadow)
		identify_free(TAKE_PTR(w->shadow));
	if (r < 0)
		return r;
	w->options.shadow = model;
	for (uint32_t i = 0; i < w->history->device_slots; i++)
		w->devices[i].shadow_passes = 0;
	return 0;
}

/* At most IOT_RING of them. */
void watch_packets(struct watch *w, uint32_t number, const struct iot_packet *packets, uint32_t n, bool begins)
{
	w->batch = packets;
	for (uint32_t i = 0; i < n; i++)
		w->batch_expected[i] = watch_expected(w, number, &packets[i]);
	if (w->options.model && identify_packets(w->identify, number, packets, n, begins) < 0)
		watch_note_error(w, -ENOMEM);
	if (w->shadow && identify_packets(w->shadow, number, packets, n, begins) < 0)
		watch_note_error(w, -ENOMEM);
}

void watch_forget(struct watch *w, uint32_t number)
{
	identify_forget(w->identify, number);
	if (w->shadow)
		identify_forget(w->shadow, number);
	w->devices[number] = (struct watch_device){ 0 };
}

static bool differ(const char *a, const char *b)
{
	return !a != !b || (a && strcmp(a, b) != 0);
}

/* A shadow that has no answer yet does not differ. */
static bool shadow_differs(const struct verdict *now, const struct verdict *shadow)
{
	if (!now->label || !shadow->label)
		return false;
	return differ(now->label, shadow->label) || differ(now->function_label, shadow->function_label);
}

static void compare_shadow(struct watch *w, uint32_t number, const struct verdict *now)
{
	struct watch_device *d = &w->devices[number];
	struct verdict shadow, before;

	identify_update(w->shadow, number, w->now_ms + w->passed_ms, &shadow, &before);
	if (!shadow_differs(now, &shadow)) {
		d->shadow_passes = 0;
		return;
	}
	if (d->shadow_passes && (differ(d->shadow_label, shadow.label) || differ(d->shadow_function, shadow.function_label)))
		d->shadow_passes = 0;
	d->shadow_label = shadow.label;
	d->shadow_function = shadow.function_label;
	if (d->shadow_passes <= SHADOW_PASSES && ++d->shadow_passes == SHADOW_PASSES)
		watch_tell_shadow(w, number, now, &shadow);
}

void watch_decide(struct watch *w, uint32_t number)
{
	struct verdict now, before;
	uint32_t changed = identify_update(w->identify, number, w->now_ms + w->passed_ms, &now, &before);

	if (changed & IDENTIFY_FUNCTION_STOP)
		watch_tell_function(w, number, FUNCTION_STOP, &before);
	if (changed & IDENTIFY_TYPE)
		watch_tell_device(w, number, before.label ? DEVICE_CHANGED : DEVICE_IDENTIFIED, &now, before.label);
	if (changed & IDENTIFY_FUNCTION_START) {
		w->devices[number].function_us = watch_ms_us(w, now.begin_ms);
		watch_tell_function(w, number, FUNCTION_START, &now);
	}
	if (w->shadow)
		compare_shadow(w, number, &now);
}

bool watch_verdict(struct watch *w, uint32_t device, struct verdict *verdict)
{
	identify_total(w->identify, device, verdict);
	return verdict->label || w->options.model;
}

struct watch_belief watch_belief(const struct watch *w, uint32_t device)
{
	const struct watch_device *d = &w->devices[device];

	return (struct watch_belief){ identify_told(w->identify, device), d->first_us, d->function_us };
}

bool watch_busy(const struct watch *w)
{
	for (uint32_t i = 0; i < w->history->devices_used; i++) {
		if (identify_busy(w->identify, w->history->device_list[i]))
			return true;
	}
	return false;
}
