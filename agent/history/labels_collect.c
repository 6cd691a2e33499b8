/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/labels_collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/history/labels_types.h"

#define LATE_US (2 * US_PER_SECOND) /* rings are read once a second: by then every packet of a label has been seen */

/* A label of a function that is under way. */
struct open_label {
	struct label label;
	struct iot_packet *packets;
	size_t count, room;
	uint64_t missed;
	int64_t start_us;
};

struct collect {
	struct store *store;
	struct collect_world world;
	struct recent *recent;
	struct label_types types;
	struct open_label open[LABELS_OPEN_MAX];
	size_t open_count;
	struct iot_packet scratch[RECENT_PACKETS];
};

__attribute__((format(printf, 3, 4))) static int refuse(struct collect *c, int r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->store->why, sizeof(c->store->why), format, args);
	va_end(args);
	return r;
}

static int load_type(void *user, const struct label *label)
{
	struct collect *c = user;

	return label_is_type(label) ? label_types_set(&c->types, label, label->last_sample_us + label->sample_s * US_PER_SECOND) : 0;
}

int collect_new(struct collect **collect, struct store *store, uint32_t slots, const struct collect_world *world, struct collect_now now)
{
	_cleanup_(collect_free_p) struct collect *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->store = store;
	c->world = *world;
	c->recent = recent_new(slots, RECENT_BYTES);
	r = c->recent ? labels_close_stale(store, now.us) : -ENOMEM;
	if (r == 0)
		r = labels_each(store, 0, LABELS_MAX, load_type, c);
	if (r < 0)
		return r;
	*collect = TAKE_PTR(c);
	return 0;
}

void collect_free(struct collect *c)
{
	for (size_t i = 0; i < c->open_count; i++)
		free(c->open[i].packets);
	label_types_free(&c->types);
	if (c->recent)
		recent_free(c->recent);
	free(c);
}

void collect_forget(struct collect *c, uint32_t device)
{
	recent_forget(c->recent, device);
}

/* One packet of a label under way; what does not fit any more is counted. */
static void keep(struct collect *c, struct open_label *o, const struct iot_packet *packet)
{
	int64_t us = c->world.wall_us(c->world.user, packet->ms);

	if (us < o->label.from_us || us > o->label.to_us)
		return;
	if (o->count == o->room && o->room < LABEL_FUNCTION_PACKETS) {
		size_t room = o->room ? 2 * o->room : 64;
		struct iot_packet *grown = reallocarray(o->packets, room, sizeof(*grown));

		if (grown) {
			o->packets = grown;
			o->room = room;
		}
	}
	if (o->count == o->room) {
		o->missed++;
		return;
	}
	if (!o->count)
		o->start_us = us;
	o->packets[o->count++] = *packet;
}

void collect_packets(struct collect *c, uint32_t device, uint64_t mac, const struct iot_packet *packets, uint32_t n, struct iot_clock now)
{
	recent_add(c->recent, device, packets, n, now);
	for (size_t i = 0; i < c->open_count; i++) {
		for (uint32_t k = 0; c->open[i].label.mac == mac && k < n; k++)
			keep(c, &c->open[i], &packets[k]);
	}
}

static struct label_evidence evidence_of(const struct open_label *o)
{
	return (struct label_evidence){ .start_us = o->start_us, .missed = o->missed, .packets = o->packets, .count = o->count };
}

static void drop_open(struct collect *c, size_t i)
{
	free(c->open[i].packets);
	c->open[i] = c->open[--c->open_count];
}

/* A label whose evidence cannot be stored is not tried again: the cause, a full disk, is told once and stays for long. */
static int close_label(struct collect *c, size_t i, int64_t to_us)
{
	struct open_label *o = &c->open[i];
	struct label_evidence evidence = evidence_of(o);
	int r = labels_close(c->store, &o->label, to_us, o->count ? &evidence : NULL);

	drop_open(c, i);
	return r;
}

/* The device's last packets into scratch. */
static struct label_evidence recent_evidence(struct collect *c, int64_t device, struct iot_clock now, size_t room)
{
	struct label_evidence e = { .packets = c->scratch };

	if (device >= 0)
		e.count = recent_copy(c->recent, (uint32_t)device, now, c->scratch, room);
	if (e.count)
		e.start_us = c->world.wall_us(c->world.user, c->scratch[0].ms);
	return e;
}

static int take_sample(struct collect *c, struct label_type *type, struct collect_now now)
{
	struct label_evidence e = recent_evidence(c, c->world.device_of(c->world.user, type->mac), now.clock, LABEL_SAMPLE_PACKETS);
	struct label label = { .id = type->id, .mac = type->mac };
	int r;

	if (e.count < LABEL_SAMPLE_MIN) {
		type->next_us = now.us + LABEL_SAMPLE_RETRY_S * US_PER_SECOND;
		return 0;
	}
	r = labels_add_sample(c->store, &label, &e);
	if (r == 0 && labels_get(c->store, type->id, &label) == 0)
		type->sample_s = label.sample_s;
	type->next_us = now.us + type->sample_s * US_PER_SECOND;
	return r;
}

int collect_tick(struct collect *c, struct collect_now now)
{
	struct label_type *due = label_types_due(&c->types, now.us);
	int r = 0;

	recent_trim(c->recent, now.clock);
	for (size_t i = c->open_count; i-- > 0;) {
		if (now.us >= c->open[i].label.to_us + LATE_US)
			r = close_label(c, i, c->open[i].label.to_us) ?: r;
	}
	return due ? take_sample(c, due, now) ?: r : r;
}

int collect_end(struct collect *c, struct collect_now now)
{
	int r = 0;

	while (c->open_count)
		r = close_label(c, 0, now.us) ?: r;
	return r;
}

const char *collect_type(const struct collect *c, uint64_t mac)
{
	const struct label_type *type = label_types_find(&c->types, mac);

	return type ? type->type : NULL;
}

const char *collect_function(const struct collect *c, uint64_t mac)
{
	for (size_t i = 0; i < c->open_count; i++) {
		if (c->open[i].label.mac == mac)
			return c->open[i].label.function;
	}
	return NULL;
}

size_t collect_open(const struct collect *c)
{
	return c->open_count;
}

size_t collect_bytes(const struct collect *c)
{
	return recent_bytes(c->recent);
}

int collect_named(const struct collect *c, const char *type, uint64_t *mac)
{
	return label_types_named(&c->types, type, mac);
}

void collect_each_mac(const struct collect *c, void (*fn)(void *user, uint64_t mac), void *user)
{
	for (size_t i = 0; i < c->types.count; i++)
		fn(user, c->types.list[i].mac);
}

int collect_set_type(struct collect *c, struct label *label, struct collect_now now, char previous[LABEL_NAME_MAX + 1])
{
	const struct label_type *known = label_types_find(&c->types, label->mac);
	struct label_evidence e = recent_evidence(c, c->world.device_of(c->world.user, label->mac), now.clock, RECENT_PACKETS);
	int64_t next_us = known ? known->next_us : now.us + (e.count ? LABEL_SAMPLE_S : LABEL_SAMPLE_RETRY_S) * US_PER_SECOND;
	int r = labels_set_type(c->store, label, e.count ? &e : NULL, previous);

	if (r < 0)
		return r;
	label->packets = known ? 0 : e.count;
	r = label_types_set(&c->types, label, next_us);
	return r < 0 ? refuse(c, r, "out of memory") : 0;
}

/* The packets in scratch that are in the label's time, moved to the front of scratch. */
static struct label_evidence cut_to_label(struct collect *c, const struct label *label, struct label_evidence e)
{
	size_t n = 0;

	for (size_t i = 0; i < e.count; i++) {
		int64_t us = c->world.wall_us(c->world.user, c->scratch[i].ms);

		if (us < label->from_us || us > label->to_us)
			continue;
		if (!n)
			e.start_us = us;
		c->scratch[n++] = c->scratch[i];
	}
	e.count = n;
	return e;
}

static int check_times(struct collect *c, const struct label *l, int64_t now_us)
{
	if (l->to_us <= l->from_us)
		return refuse(c, -ERANGE, "the label's end is not after its beginning");
	if (l->to_us - l->from_us > LABEL_SECONDS_MAX * US_PER_SECOND)
		return refuse(c, -ERANGE, "the label is longer than %d s", LABEL_SECONDS_MAX);
	if (l->from_us > now_us)
		return refuse(c, -ERANGE, "the label begins in the future: give it when it begins, with --for");
	if (now_us - l->from_us > RECENT_SECONDS * US_PER_SECOND)
		return refuse(c, -ERANGE, "the label begins more than %u s ago: packets are not kept for longer", RECENT_SECONDS);
	return 0;
}

/* Collect on until the label ends, beginning with what there is already. */
static int begin_label(struct collect *c, const struct label *label, const struct label_evidence *e)
{
	struct open_label *o = &c->open[c->open_count++];

	*o = (struct open_label){ .label = *label };
	for (size_t i = 0; i < e->count; i++)
		keep(c, o, &e->packets[i]);
	return 0;
}

int collect_add_function(struct collect *c, struct label *label, struct collect_now now)
{
	int64_t device = c->world.device_of(c->world.user, label->mac), oldest;
	struct label_evidence e;
	uint32_t lost;
	int r = check_times(c, label, now.us);

	if (r < 0)
		return r;
	if (device < 0)
		return refuse(c, -ENODEV, "the device is not there now");
	label->open = label->to_us > now.us;
	if (label->open && c->open_count == LABELS_OPEN_MAX)
		return refuse(c, -EBUSY, "%d labels are under way, which is all at once", LABELS_OPEN_MAX);
	lost = recent_lost_ms(c->recent, (uint32_t)device, now.clock);
	oldest = lost == UINT32_MAX ? label->from_us : now.us - (int64_t)lost * 1000;
	if (label->from_us < oldest)
		label->from_us = oldest;
	e = cut_to_label(c, label, recent_evidence(c, device, now.clock, RECENT_PACKETS));
	label->packets = e.count;
	if (!label->open && !e.count)
		return refuse(c, -ENODATA, "no packet of the device in that time: there is nothing to learn from");
	r = labels_add_function(c->store, label, label->open ? NULL : &e);
	return r == 0 && label->open ? begin_label(c, label, &e) : r;
}

void collect_drop(struct collect *c, uint64_t mac)
{
	for (size_t i = c->open_count; i-- > 0;) {
		if (c->open[i].label.mac == mac)
			drop_open(c, i);
	}
	label_types_remove(&c->types, mac);
}

int collect_remove(struct collect *c, int64_t id, struct label *label)
{
	int r = labels_get(c->store, id, label) ?: labels_remove(c->store, id);

	if (r < 0)
		return r;
	for (size_t i = c->open_count; i-- > 0;) {
		if (c->open[i].label.id == id)
			drop_open(c, i);
	}
	if (label_is_type(label))
		label_types_remove(&c->types, label->mac);
	return 0;
}
