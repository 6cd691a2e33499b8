/* SPDX-License-Identifier: BSD-2-Clause */

/* What the slots say is new, and to which seconds it belongs. */

#include "agent/history/record_internal.h"

#define LISTED 1  /* in the list */
#define CHANGED 2 /* active since the last pass */

static void list_add(struct record_list *l, uint32_t number)
{
	if (!(l->flags[number] & LISTED))
		l->numbers[l->count++] = number;
	l->flags[number] = LISTED | CHANGED;
}

/*
 * The second of the table's clock that most of the time since the last pass belongs to. A pass comes shortly after a second is over, and
 * what came since then is told with the next one. In a capture it comes with the last frame of its second.
 */
static uint32_t main_second(const struct record *r, struct iot_clock now)
{
	uint32_t before = 1000 - (r->last.ms - r->last.second * 1000), after = now.ms - now.second * 1000;

	if (!r->options.live || !r->passed || now.second <= r->last.second)
		return now.second;
	if (now.second - r->last.second == 1 && after >= before)
		return now.second;
	return now.second - 1;
}

/* Programs on other CPUs may just be moving a high part: then one of two readings says too much. */
static struct iot_count read_count(const struct iot_tally *tally)
{
	struct iot_count a = iot_tally_read(tally), b = iot_tally_read(tally);

	return (struct iot_count){ a.packets < b.packets ? a.packets : b.packets, a.bytes < b.bytes ? a.bytes : b.bytes };
}

/* What was counted since @base, which moves. */
static struct iot_count take(const struct iot_tally *tally, struct iot_count *base)
{
	struct iot_count now = read_count(tally), more = { 0 };

	if (now.packets < base->packets || now.bytes < base->bytes)
		return more;
	more = (struct iot_count){ now.packets - base->packets, now.bytes - base->bytes };
	*base = now;
	return more;
}

static void put(struct record *r, uint32_t *series, const struct record_key *key, uint32_t at, struct iot_count count)
{
	if (!*series)
		*series = record_pool_add(&r->pool, key);
	if (*series) {
		record_pool_second(&r->pool, *series, at, count.packets, count.bytes);
		return;
	}
	r->pool.lost_entries++;
	r->pool.lost_packets += count.packets;
}

/* Seconds that the activity word says and that were not taken up: bit k is second - k. */
static uint32_t fresh_bits(const struct record_flow *f, uint32_t second, uint32_t bits)
{
	uint32_t moved = second - f->seen_second;

	if (!f->seen_second || moved >= IOT_ACTIVITY_SECONDS)
		return bits;
	return bits & ~(f->seen_bits << moved);
}

/*
 * Packets to the seconds that they belong to, of which the activity word is sure and the counts know only the sum: one for each fresh
 * second, the rest to the chief one. In order of time.
 */
static void spread(struct record *r, struct record_flow *f, const struct record_key *key, struct iot_count more, uint32_t second,
		   uint32_t fresh, uint32_t chief)
{
	uint32_t chief_bit = UINT32_C(1) << (second - chief), others = fresh & ~chief_bit;
	uint64_t given = (uint64_t)__builtin_popcount(others);
	struct iot_count each = { 1, more.packets ? more.bytes / more.packets : 0 }, rest;

	given = given < more.packets ? given : more.packets;
	rest = (struct iot_count){ more.packets - given, more.bytes - given * each.bytes };
	for (unsigned int k = IOT_ACTIVITY_SECONDS; k-- > 0;) {
		if (others >> k & 1)
			put(r, &f->series, key, second - k, given ? each : (struct iot_count){ 0 });
		else if (second - k == chief && (rest.packets || rest.bytes || fresh & chief_bit))
			put(r, &f->series, key, chief, rest);
		given -= given && others >> k & 1;
	}
}

/* The second that gets what cannot be told apart: the main one if the flow was active in it, else its latest. */
static uint32_t chief_second(uint32_t second, uint32_t bits, uint32_t main)
{
	uint32_t k = second - main;

	return k < IOT_ACTIVITY_SECONDS && bits >> k & 1 ? main : second;
}

void record_look_at_flow(struct record *r, uint32_t number, uint32_t main)
{
	const struct history *h = r->options.history;
	uint64_t key = h->flows[number].key, word;
	const struct history_device *d = &h->devices[iot_key_device(key)];
	const struct record_key name = { d->mac, (uint16_t)iot_key_proto(key), (uint8_t)iot_key_layer(key), RECORD_FLOW };
	uint32_t second, bits;
	struct record_flow *f;
	struct record_device *device;
	struct iot_count more;

	if (!key || !d->known || d->generation != iot_key_generation(key))
		return;
	f = record_flow_state(r, number);
	device = record_device_state(r, iot_key_device(key));
	if (!f || !device)
		return;
	more = take(&slots_flow(r->options.table, number)->sent, &f->base);
	/* After the counts: what was counted has left its bit. */
	word = slots_flow_activity(r->options.table, number);
	second = (uint32_t)(word >> 32);
	bits = (uint32_t)word;
	if (!bits)
		return;
	device->tx.packets += more.packets;
	device->tx.bytes += more.bytes;
	spread(r, f, &name, more, second, fresh_bits(f, second, bits), chief_second(second, bits, main));
	f->seen_second = second;
	f->seen_bits = bits;
}

void record_look_at_device(struct record *r, uint32_t number, uint32_t main, uint32_t now)
{
	const struct iot_device *slot = slots_device(r->options.table, number);
	struct record_device *d = r->options.history->devices[number].known ? record_device_state(r, number) : NULL;
	struct iot_count rx, other;

	if (!d)
		return;
	rx = take(&slot->received, &d->received_base);
	other = take(&slot->other, &d->other_base);
	if (rx.packets)
		put(r, &d->received, &(struct record_key){ .mac = d->mac, .kind = RECORD_RECEIVED }, main, rx);
	if (other.packets)
		put(r, &d->other, &(struct record_key){ .mac = d->mac, .kind = RECORD_OTHER }, main, other);
	d->rx.packets += rx.packets;
	d->rx.bytes += rx.bytes;
	d->tx.packets += other.packets;
	d->tx.bytes += other.bytes;
	d->last = now;
	d->changed = true;
}

void record_flow_active(struct record *r, uint32_t flow)
{
	list_add(&r->flow_list, flow);
}

void record_device_active(struct record *r, uint32_t device)
{
	list_add(&r->device_list, device);
}

/* Which numbers are looked at once more by the next pass? */
static bool stays(struct record_list *l, uint32_t number)
{
	bool changed = l->flags[number] & CHANGED;

	l->flags[number] = changed ? LISTED : 0;
	return changed;
}

void record_pass(struct record *r, struct iot_clock now)
{
	uint32_t main = main_second(r, now), n = 0;

	for (uint32_t i = 0; i < r->flow_list.count; i++) {
		uint32_t number = r->flow_list.numbers[i];

		record_look_at_flow(r, number, main);
		if (stays(&r->flow_list, number))
			r->flow_list.numbers[n++] = number;
	}
	r->flow_list.count = n;
	n = 0;
	for (uint32_t i = 0; i < r->device_list.count; i++) {
		uint32_t number = r->device_list.numbers[i];

		record_look_at_device(r, number, main, now.second);
		if (stays(&r->device_list, number))
			r->device_list.numbers[n++] = number;
	}
	r->device_list.count = n;
	r->last = now;
	r->passed = true;
}
