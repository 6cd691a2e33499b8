/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>

#include "agent/features/digest_list.h"

static void length_features(const struct digest_side *side, float *out)
{
	static const unsigned int percent[] = { 10, 25, 50, 75, 90 };
	enum { AT_MEAN = DIGEST_FEATURE_SENT_MEAN - DIGEST_FEATURE_SENT_PACKETS,
	       AT_Q10 = DIGEST_FEATURE_SENT_Q10 - DIGEST_FEATURE_SENT_PACKETS };
	double n = side->packets, mean = (double)side->bytes / n;

	out[AT_MEAN] = (float)mean;
	out[AT_MEAN + 1] = (float)sqrt(fmax(0, (double)side->squares / n - mean * mean));
	out[AT_MEAN + 2] = side->min;
	out[AT_MEAN + 3] = side->max;
	for (size_t q = 0; q < sizeof(percent) / sizeof(percent[0]); q++)
		out[AT_Q10 + q] = (float)digest_quantile(side, percent[q]);
}

static void side_features(const struct digest_side *side, float *out)
{
	out[0] = (float)side->packets;
	out[1] = (float)side->bytes;
	if (side->packets)
		length_features(side, out);
	for (int f = 0; side->tcp && f < DIGEST_FLAGS; f++)
		out[DIGEST_FEATURE_SENT_SYN - DIGEST_FEATURE_SENT_PACKETS + f] = (float)side->flags[f] / (float)side->tcp;
}

static void ttl_features(const struct digest *d, float *out)
{
	unsigned int mode = 0, low = 0, high = 0;

	for (unsigned int i = 1; i < DIGEST_TTLS; i++) {
		if (!d->ttl[i])
			continue;
		low = low ? low : i;
		high = i;
		mode = d->ttl[i] > d->ttl[mode] ? i : mode;
	}
	if (!high)
		return;
	out[DIGEST_FEATURE_TTL_MODE] = (float)digest_ttl(mode);
	out[DIGEST_FEATURE_TTL_MIN] = (float)digest_ttl(low);
	out[DIGEST_FEATURE_TTL_MAX] = (float)digest_ttl(high);
}

static void tcp_features(const struct digest *d, float *out)
{
	if (d->windows) {
		out[DIGEST_FEATURE_WINDOW_FIRST] = d->window_first;
		out[DIGEST_FEATURE_WINDOW_LOW] = d->window_min;
		out[DIGEST_FEATURE_WINDOW_MEAN] = (float)((double)d->window_sum / d->windows);
		out[DIGEST_FEATURE_WINDOW_HIGH] = d->window_max;
	}
	if (d->syns) {
		out[DIGEST_FEATURE_SYN_WINDOW] = d->syn.window;
		out[DIGEST_FEATURE_SYN_LENGTH] = d->syn.length;
		out[DIGEST_FEATURE_SYN_WSCALE] = !!(d->syn.traits & IOT_TRAIT_SYN_WSCALE);
		out[DIGEST_FEATURE_SYN_SACK] = !!(d->syn.traits & IOT_TRAIT_SYN_SACK);
		out[DIGEST_FEATURE_SYN_TIME] = !!(d->syn.traits & IOT_TRAIT_SYN_TIME);
		out[DIGEST_FEATURE_SYN_OTHER] = !!(d->syn.traits & IOT_TRAIT_SYN_OTHER);
	}
}

static void header_features(const struct digest *d, float *out)
{
	ttl_features(d, out);
	tcp_features(d, out);
	if (!d->ip)
		return;
	out[DIGEST_FEATURE_DF] = (float)d->df / (float)d->ip;
	out[DIGEST_FEATURE_IP6] = (float)d->ip6 / (float)d->ip;
	out[DIGEST_FEATURE_OPTIONS] = (float)d->options / (float)d->ip;
	out[DIGEST_FEATURE_FRAGMENT] = (float)d->fragment / (float)d->ip;
}

static void time_features(const struct digest *d, uint32_t n, float *out)
{
	double gaps = (double)n - 1, mean = d->gap_sum / gaps;

	if (n < 2)
		return;
	out[DIGEST_FEATURE_DURATION] = (float)(d->gap_sum / 1000);
	out[DIGEST_FEATURE_GAP_MEAN] = (float)mean;
	out[DIGEST_FEATURE_GAP_STD] = (float)sqrt(fmax(0, d->gap_squares / gaps - mean * mean));
	out[DIGEST_FEATURE_GAP_MAX] = (float)d->gap_max;
	for (int bin = 1; bin < DIGEST_GAPS; bin++)
		out[DIGEST_FEATURE_GAP_BIN1 + bin - 1] = (float)(d->gaps[bin] / gaps);
	if (d->gap_sum > 0)
		out[DIGEST_FEATURE_RATE] =
			(float)((double)(d->side[0].bytes + d->side[1].bytes) * 1000 / d->gap_sum);
}

void features_digest(const struct digest *d, float *out)
{
	uint32_t n = d->side[IOT_SENT].packets + d->side[IOT_RECEIVED].packets, ports = 0;

	for (size_t i = 0; i < DIGEST_FEATURE_COUNT; i++)
		out[i] = NAN;
	if (!n)
		return;
	out[DIGEST_FEATURE_SENT_SHARE] = (float)d->side[IOT_SENT].packets / (float)n;
	out[DIGEST_FEATURE_TURNS] = (float)d->turns / (float)n;
	side_features(&d->side[IOT_SENT], &out[DIGEST_FEATURE_SENT_PACKETS]);
	side_features(&d->side[IOT_RECEIVED], &out[DIGEST_FEATURE_RECEIVED_PACKETS]);
	for (int remote = IOT_REMOTE_LAN; remote <= IOT_REMOTE_WAN; remote++)
		out[DIGEST_FEATURE_REMOTE_LAN + remote] = (float)d->remotes[remote] / (float)n;
	for (int rank = 0; rank < DIGEST_PORTS; rank++)
		ports += d->ports[rank];
	for (int rank = 0; ports && rank < DIGEST_PORTS; rank++)
		out[DIGEST_FEATURE_PORT_SYSTEM + rank] = (float)d->ports[rank] / (float)ports;
	header_features(d, out);
	time_features(d, n, out);
}

void features_protocols(const struct digest *d, float *out)
{
	for (int i = 0; i < WINDOW_PROTOCOL_COUNT; i++, out += 7) {
		const struct digest_protocol *sent = &d->side[IOT_SENT].protocols[i];
		const struct digest_protocol *received = &d->side[IOT_RECEIVED].protocols[i];

		out[0] = (float)sent->bytes;
		out[1] = sent->packets ? (float)((double)sent->bytes / sent->packets) : NAN;
		out[2] = sent->packets ? sent->min : NAN;
		out[3] = sent->packets ? sent->max : NAN;
		out[4] = (float)received->bytes;
		out[5] = received->packets ? (float)((double)received->bytes / received->packets) : NAN;
		out[6] = received->packets ? received->max : NAN;
	}
}

size_t features_bin(unsigned int length)
{
	if (length < 80)
		return 0;
	if (length < 300)
		return (length - 60) / 20;
	return length < 1500 ? 12 + (length - 300) / 50 : FEATURES_BIN_SIDE - 1;
}

void features_bins(const struct digest *d, float *out)
{
	for (size_t i = 0; i < FEATURES_BIN_COUNT; i++)
		out[i] = 0;
	for (int direction = IOT_SENT; direction <= IOT_RECEIVED; direction++, out += FEATURES_BIN_SIDE)
		for (unsigned int bin = 0; bin < DIGEST_LENGTHS; bin++)
			out[features_bin(digest_length_upto(bin))] += (float)d->side[direction].lengths[bin];
}
