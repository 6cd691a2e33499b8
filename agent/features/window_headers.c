/* SPDX-License-Identifier: BSD-2-Clause */

/* Header traits: they tell the network stack of a device. */

#include "agent/features/window.h"

#include "agent/analysis/digest.h"
#include "agent/features/window_list.h"
#include <iotbpf/protocols.h>

static int is_sent(const struct iot_packet *p)
{
	return !(p->kind & IOT_KIND_RECEIVED);
}

static int is_tcp(const struct iot_packet *p)
{
	return (p->kind & IOT_KIND_LAYER) == IOT_LAYER_TCP;
}

static void sent_ttl(const struct iot_packet *packets, size_t n, float *out)
{
	uint16_t count[DIGEST_TTLS] = { 0 };
	unsigned int low = DIGEST_TTLS, high = 0, mode = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned int index = digest_ttl_index(packets[i].ttl);

		if (!is_sent(&packets[i]) || !index)
			continue;
		low = index < low ? index : low;
		high = index > high ? index : high;
		count[index]++;
		if (count[index] > count[mode] || (count[index] == count[mode] && index < mode))
			mode = index;
	}
	if (!high)
		return;
	out[FEATURE_TTL_MODE] = (float)digest_ttl(mode);
	out[FEATURE_TTL_MIN] = (float)digest_ttl(low);
	out[FEATURE_TTL_MAX] = (float)digest_ttl(high);
}

/* Value of rank `rank` (0: smallest) among the first n of `values`, which are partly reordered. */
static uint16_t select_rank(uint16_t *values, size_t n, size_t rank)
{
	for (size_t i = 0; i <= rank; i++)
		for (size_t j = i + 1; j < n; j++)
			if (values[j] < values[i]) {
				uint16_t v = values[i];

				values[i] = values[j];
				values[j] = v;
			}
	return values[rank];
}

/* TCP windows as sent, without resets, which carry none. */
static void sent_windows(const struct iot_packet *packets, size_t n, float *out)
{
	uint16_t windows[FEATURES_MAX_WINDOW], high = 0;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct iot_packet *p = &packets[i];

		if (!is_tcp(p) || !is_sent(p) || p->tcp_flags & (IOT_TCP_SYN | IOT_TCP_RST))
			continue;
		windows[count++] = p->window;
		high = p->window > high ? p->window : high;
	}
	if (!count)
		return;
	out[FEATURE_WINDOW_MIDDLE] = select_rank(windows, count, (count - 1) / 2);
	out[FEATURE_WINDOW_LOW] = windows[0];
	out[FEATURE_WINDOW_HIGH] = high;
}

/* The first SYN or SYN-ACK that the device sent stands for its stack. */
static void sent_syn(const struct iot_packet *packets, size_t n, float *out)
{
	for (size_t i = 0; i < n; i++) {
		const struct iot_packet *p = &packets[i];

		if (!is_tcp(p) || !is_sent(p) || !(p->tcp_flags & IOT_TCP_SYN))
			continue;
		out[FEATURE_WINDOW_FIRST] = p->window;
		out[FEATURE_SYN_LENGTH] = p->length;
		out[FEATURE_SYN_WSCALE] = !!(p->traits & IOT_TRAIT_SYN_WSCALE);
		out[FEATURE_SYN_SACK] = !!(p->traits & IOT_TRAIT_SYN_SACK);
		out[FEATURE_SYN_TIME] = !!(p->traits & IOT_TRAIT_SYN_TIME);
		out[FEATURE_SYN_OTHER] = !!(p->traits & IOT_TRAIT_SYN_OTHER);
		return;
	}
}

/* Shares among the IP packets that the device sent. */
static void sent_traits(const struct iot_packet *packets, size_t n, float *out)
{
	size_t ip = 0, df = 0, ip6 = 0, options = 0, fragment = 0;

	for (size_t i = 0; i < n; i++) {
		const struct iot_packet *p = &packets[i];

		if (!is_sent(p) || !p->ttl)
			continue;
		ip++;
		df += !!(p->traits & IOT_TRAIT_DF);
		ip6 += !!(p->traits & IOT_TRAIT_IP6);
		options += !!(p->traits & IOT_TRAIT_OPTIONS);
		fragment += !!(p->traits & IOT_TRAIT_FRAGMENT);
	}
	if (!ip)
		return;
	out[FEATURE_DF] = (float)df / (float)ip;
	out[FEATURE_IP6] = (float)ip6 / (float)ip;
	out[FEATURE_OPTIONS] = (float)options / (float)ip;
	out[FEATURE_FRAGMENT] = (float)fragment / (float)ip;
}

void features_headers(const struct iot_packet *packets, size_t n, float *out)
{
	sent_ttl(packets, n, out);
	sent_windows(packets, n, out);
	sent_syn(packets, n, out);
	sent_traits(packets, n, out);
}

/* Shares among the TCP packets of one direction; `out` is its block, from the SYN share on. */
static void flags_of(const struct iot_packet *packets, size_t n, uint8_t direction, float *out)
{
	static const uint8_t bit[] = { IOT_TCP_SYN, IOT_TCP_FIN, IOT_TCP_RST, IOT_TCP_PSH };
	size_t tcp = 0, count[5] = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct iot_packet *p = &packets[i];

		if (!is_tcp(p) || (p->kind & IOT_KIND_RECEIVED) != direction)
			continue;
		tcp++;
		for (size_t b = 0; b < 4; b++)
			count[b] += !!(p->tcp_flags & bit[b]);
		count[4] += p->tcp_flags == IOT_TCP_ACK;
	}
	for (size_t b = 0; tcp && b < 5; b++)
		out[b] = (float)count[b] / (float)tcp;
}

void features_flags(const struct iot_packet *packets, size_t n, float *out)
{
	flags_of(packets, n, 0, &out[FEATURE_SENT_SYN]);
	flags_of(packets, n, IOT_KIND_RECEIVED, &out[FEATURE_RECEIVED_SYN]);
}
