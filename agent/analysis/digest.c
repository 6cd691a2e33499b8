/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/analysis/digest.h"

#include <iotbpf/protocols.h>

#define FINE 10 /* bytes of a bin up to FINE_END */
#define FINE_END 299
#define FINE_BINS ((FINE_END + 1 - DIGEST_LENGTH_MIN) / FINE)
#define WIDE 50 /* bytes of a bin above; the last holds what is longer than a full frame */
_Static_assert(DIGEST_LENGTHS == FINE_BINS + (1500 - FINE_END - 1) / WIDE + 1, "bins reach 1,499 bytes, and one is above");

unsigned int digest_length_bin(unsigned int length)
{
	unsigned int bin;

	if (length <= DIGEST_LENGTH_MIN)
		return 0;
	if (length <= FINE_END)
		return (length - DIGEST_LENGTH_MIN) / FINE;
	bin = FINE_BINS + (length - FINE_END - 1) / WIDE;
	return bin < DIGEST_LENGTHS ? bin : DIGEST_LENGTHS - 1;
}

unsigned int digest_length_upto(unsigned int bin)
{
	if (bin < FINE_BINS)
		return DIGEST_LENGTH_MIN + (bin + 1) * FINE - 1;
	return bin < DIGEST_LENGTHS - 1 ? FINE_END + (bin - FINE_BINS + 1) * WIDE : UINT16_MAX;
}

double digest_quantile(const struct digest_side *side, unsigned int percent)
{
	uint64_t rank = (uint64_t)(side->packets ? side->packets - 1 : 0) * percent / 100, upto = 0;

	for (unsigned int bin = 0; side->packets && bin < DIGEST_LENGTHS; bin++) {
		upto += side->lengths[bin];
		if (upto > rank) {
			unsigned int length = digest_length_upto(bin);

			return length < side->max ? length : side->max;
		}
	}
	return 0;
}

static void add_side(struct digest_side *side, const struct iot_packet *p, uint32_t length)
{
	struct digest_protocol *protocol = &side->protocols[window_protocol_of(p)];

	side->min = !side->packets || length < side->min ? (uint16_t)length : side->min;
	side->max = length > side->max ? (uint16_t)length : side->max;
	side->packets++;
	side->bytes += length;
	side->squares += (uint64_t)length * length;
	side->lengths[digest_length_bin(length)]++;
	protocol->min = !protocol->packets || length < protocol->min ? (uint16_t)length : protocol->min;
	protocol->packets++;
	protocol->bytes += length;
	protocol->max = length > protocol->max ? (uint16_t)length : protocol->max;
	if ((p->kind & IOT_KIND_LAYER) != IOT_LAYER_TCP)
		return;
	side->tcp++;
	side->flags[DIGEST_SYN] += !!(p->tcp_flags & IOT_TCP_SYN);
	side->flags[DIGEST_FIN] += !!(p->tcp_flags & IOT_TCP_FIN);
	side->flags[DIGEST_RST] += !!(p->tcp_flags & IOT_TCP_RST);
	side->flags[DIGEST_PSH] += !!(p->tcp_flags & IOT_TCP_PSH);
	side->flags[DIGEST_ACK_ONLY] += p->tcp_flags == IOT_TCP_ACK;
}

uint32_t digest_gap(uint32_t from_ms, uint32_t to_ms)
{
	uint32_t gap = to_ms - from_ms, odd = from_ms % DIGEST_TICK;

	if (gap > INT32_MAX)
		return 0;
	return (gap + odd) / DIGEST_TICK * DIGEST_TICK;
}

static void add_gap(struct digest *d, uint32_t ms)
{
	static const uint32_t below[DIGEST_GAPS - 1] = { 10, 100, 1000, 10000, 60000 };
	uint32_t gap = digest_gap(d->end_ms, ms), bin = 0;

	if (ms - d->end_ms <= INT32_MAX)
		d->end_ms = ms;
	while (bin < DIGEST_GAPS - 1 && gap >= below[bin])
		bin++;
	d->gaps[bin]++;
	d->gap_sum += gap;
	d->gap_squares += (double)gap * gap;
	d->gap_max = gap > d->gap_max ? gap : d->gap_max;
}

unsigned int digest_ttl_index(uint8_t ttl)
{
	if (ttl <= 32)
		return ttl;
	if (ttl <= 64)
		return 33;
	return ttl <= 128 ? 34 : 35;
}

unsigned int digest_ttl(unsigned int index)
{
	static const uint8_t above[] = { 64, 128, 255 };

	return index <= 32 ? index : above[index - 33];
}

static void add_sent_tcp(struct digest *d, const struct iot_packet *p)
{
	if (p->tcp_flags & IOT_TCP_SYN) {
		if (!d->syns++)
			d->syn = *p;
		return;
	}
	if (p->tcp_flags & IOT_TCP_RST)
		return;
	if (!d->windows++)
		d->window_min = d->window_first = p->window;
	d->window_min = p->window < d->window_min ? p->window : d->window_min;
	d->window_max = p->window > d->window_max ? p->window : d->window_max;
	d->window_sum += p->window;
}

static void add_sent(struct digest *d, const struct iot_packet *p)
{
	if (p->ttl) {
		d->ip++;
		d->df += !!(p->traits & IOT_TRAIT_DF);
		d->ip6 += !!(p->traits & IOT_TRAIT_IP6);
		d->options += !!(p->traits & IOT_TRAIT_OPTIONS);
		d->fragment += !!(p->traits & IOT_TRAIT_FRAGMENT);
		d->ttl[digest_ttl_index(p->ttl)]++;
	}
	if ((p->kind & IOT_KIND_LAYER) == IOT_LAYER_TCP)
		add_sent_tcp(d, p);
}

enum digest_port digest_port_of(uint16_t port)
{
	switch (port) {
#define SERVICE_CASE(number) case number:
		IOT_SERVICE_PORTS(SERVICE_CASE)
#undef SERVICE_CASE
		return DIGEST_PORT_SERVICE;
	default:
		if (port < IOT_PORT_WELL_KNOWN)
			return DIGEST_PORT_SYSTEM;
		return port < IOT_PORT_DYNAMIC ? DIGEST_PORT_REGISTERED : DIGEST_PORT_DYNAMIC;
	}
}

void digest_add(struct digest *d, const struct iot_packet *p)
{
	uint32_t length = p->length < DIGEST_LENGTH_MIN ? DIGEST_LENGTH_MIN : p->length;
	uint8_t received = p->kind & IOT_KIND_RECEIVED;

	if (d->side[0].packets + d->side[1].packets) {
		add_gap(d, p->ms);
		d->turns += received != d->received;
	} else {
		d->begin_ms = d->end_ms = p->ms;
	}
	d->received = received;
	add_side(&d->side[received ? IOT_RECEIVED : IOT_SENT], p, length);
	d->remotes[(p->kind & IOT_KIND_REMOTE) >> IOT_KIND_REMOTE_SHIFT]++;
	if ((p->kind & IOT_KIND_LAYER) >= IOT_LAYER_TCP)
		d->ports[digest_port_of(p->proto)]++;
	if (!received)
		add_sent(d, p);
}
