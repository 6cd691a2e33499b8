/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/recent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64u

/* A ring of `room` packets, a power of two; numbers first..next-1 are in it, packet i at i % room. */
struct device_packets {
	struct iot_packet *packets;
	uint32_t room, first, next;
	uint32_t last_second; /* of the table's clock, when something was added */
	uint32_t lost_second; /* when a packet was last lost for want of room; 0: never */
	uint32_t lost_ms;     /* of that packet */
};

struct recent {
	struct device_packets *devices;
	uint32_t slots, next_trimmed;
	size_t bytes, limit;
};

struct recent *recent_new(uint32_t slots, size_t bytes)
{
	struct recent *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->devices = calloc(slots, sizeof(*r->devices));
	if (!r->devices) {
		free(r);
		return NULL;
	}
	r->slots = slots;
	r->limit = bytes;
	return r;
}

void recent_free(struct recent *r)
{
	for (uint32_t i = 0; i < r->slots; i++)
		free(r->devices[i].packets);
	free(r->devices);
	free(r);
}

static const struct iot_packet *packet_at(const struct device_packets *d, uint32_t i)
{
	return &d->packets[i & (d->room - 1)];
}

/*
 * Double the room, where that is allowed and there is memory; otherwise the ring just goes round. The first room is always allowed, so
 * that busy devices do not keep the others from being labelled.
 */
static void grow(struct recent *r, struct device_packets *d)
{
	uint32_t room = d->room ? 2 * d->room : FIRST_ROOM;
	size_t more = (room - d->room) * sizeof(*d->packets);
	struct iot_packet *grown;

	if (room > RECENT_PACKETS || (d->room && r->bytes + more > r->limit) || !(grown = malloc(room * sizeof(*grown))))
		return;
	for (uint32_t i = d->first; i != d->next; i++)
		grown[i & (room - 1)] = *packet_at(d, i);
	free(d->packets);
	d->packets = grown;
	d->room = room;
	r->bytes += more;
}

/*
 * Times are compared modulo 2^32 ms. That is safe because no packet stays whose age at the last addition was above RECENT_SECONDS, and a
 * ring that nothing was added to for that long is empty.
 */
static uint32_t first_recent(const struct device_packets *d, struct iot_clock now)
{
	uint32_t i = d->first;

	if (now.second - d->last_second > RECENT_SECONDS)
		return d->next;
	while (i != d->next && (int32_t)(now.ms - packet_at(d, i)->ms) > (int32_t)(RECENT_SECONDS * 1000))
		i++;
	return i;
}

void recent_add(struct recent *r, uint32_t device, const struct iot_packet *packets, uint32_t n, struct iot_clock now)
{
	struct device_packets *d = &r->devices[device];

	d->first = first_recent(d, now);
	d->last_second = now.second;
	for (uint32_t i = 0; i < n; i++) {
		if (d->next - d->first == d->room)
			grow(r, d);
		if (d->next - d->first == d->room) {
			d->lost_second = now.second;
			d->lost_ms = d->room ? packet_at(d, d->first)->ms : packets[i].ms;
			d->first += d->room > 0;
		}
		if (!d->room)
			continue;
		d->packets[d->next++ & (d->room - 1)] = packets[i];
	}
}

void recent_forget(struct recent *r, uint32_t device)
{
	struct device_packets *d = &r->devices[device];

	r->bytes -= d->room * sizeof(*d->packets);
	free(d->packets);
	*d = (struct device_packets){ 0 };
}

void recent_trim(struct recent *r, struct iot_clock now)
{
	uint32_t device = r->next_trimmed++ % r->slots;
	const struct device_packets *d = &r->devices[device];

	if (d->room && first_recent(d, now) == d->next)
		recent_forget(r, device);
}

size_t recent_copy(const struct recent *r, uint32_t device, struct iot_clock now, struct iot_packet *out, size_t room)
{
	const struct device_packets *d = &r->devices[device];
	uint32_t i = first_recent(d, now);
	size_t n = 0;

	if (d->next - i > room)
		i = d->next - (uint32_t)room;
	for (; i != d->next; i++)
		out[n++] = *packet_at(d, i);
	return n;
}

uint32_t recent_lost_ms(const struct recent *r, uint32_t device, struct iot_clock now)
{
	const struct device_packets *d = &r->devices[device];

	if (!d->lost_second || now.second - d->lost_second > RECENT_SECONDS)
		return UINT32_MAX;
	return now.ms - d->lost_ms > RECENT_SECONDS * 1000 ? UINT32_MAX : now.ms - d->lost_ms;
}

size_t recent_bytes(const struct recent *r)
{
	return r->bytes;
}
