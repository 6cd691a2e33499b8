/* SPDX-License-Identifier: BSD-2-Clause */

/* With whom, by which services and when a device talks. */

#include "agent/features/window.h"

#include <math.h>

#include "agent/analysis/digest.h"
#include "agent/features/window_list.h"
#include <iotbpf/protocols.h>

/* Shares of the port classes among TCP and UDP packets, and the highest port of a known service. */
static void port_features(const struct iot_packet *packets, size_t n, float *out)
{
	size_t count[DIGEST_PORTS] = { 0 }, ports = 0;
	uint16_t highest = 0;

	for (size_t i = 0; i < n; i++) {
		enum digest_port rank;

		if ((packets[i].kind & IOT_KIND_LAYER) < IOT_LAYER_TCP)
			continue;
		rank = digest_port_of(packets[i].proto);
		count[rank]++;
		ports++;
		if (rank <= DIGEST_PORT_SERVICE && packets[i].proto > highest)
			highest = packets[i].proto;
	}
	for (int rank = 0; ports && rank < DIGEST_PORTS; rank++)
		out[FEATURE_PORT_SYSTEM + rank] = (float)count[rank] / (float)ports;
	if (highest)
		out[FEATURE_PORT_RARE] = highest;
}

static int same_protocol(const struct iot_packet *a, const struct iot_packet *b)
{
	return a->proto == b->proto && !((a->kind ^ b->kind) & IOT_KIND_LAYER);
}

/* Number of different protocols; ephemeral ports are one together, so that a new connection is not a new protocol. */
static float distinct_protocols(const struct iot_packet *packets, size_t n)
{
	size_t distinct = 0, ephemeral = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if ((packets[i].kind & IOT_KIND_LAYER) >= IOT_LAYER_TCP && digest_port_of(packets[i].proto) == DIGEST_PORT_DYNAMIC) {
			ephemeral = 1;
			continue;
		}
		while (k < i && !same_protocol(&packets[k], &packets[i]))
			k++;
		distinct += k == i;
	}
	return (float)(distinct + ephemeral);
}

void features_remotes(const struct iot_packet *packets, size_t n, float *out)
{
	size_t count[4] = { 0 };

	for (size_t i = 0; i < n; i++)
		count[(packets[i].kind & IOT_KIND_REMOTE) >> IOT_KIND_REMOTE_SHIFT]++;
	for (int remote = IOT_REMOTE_LAN; remote <= IOT_REMOTE_WAN; remote++)
		out[FEATURE_REMOTE_LAN + remote] = (float)count[remote] / (float)n;
	port_features(packets, n, out);
	out[FEATURE_PROTOCOLS] = distinct_protocols(packets, n);
}

void features_gaps(const struct iot_packet *packets, size_t n, float *out)
{
	double sum = 0, squares = 0, longest = 0, gaps = (double)(n - 1), mean;
	size_t above_100ms = 0, above_1s = 0;

	if (n < 2)
		return;
	for (size_t i = 1; i < n; i++) {
		double gap = digest_gap(packets[i - 1].ms, packets[i].ms);

		sum += gap;
		squares += gap * gap;
		longest = gap > longest ? gap : longest;
		above_100ms += gap >= 100;
		above_1s += gap >= 1000;
	}
	mean = sum / gaps;
	out[FEATURE_GAP_MEAN] = (float)mean;
	out[FEATURE_GAP_STD] = (float)sqrt(fmax(0, squares / gaps - mean * mean));
	out[FEATURE_GAP_MAX] = (float)log2(1 + longest);
	out[FEATURE_GAP_100] = (float)above_100ms / (float)gaps;
	out[FEATURE_GAP_LAST] = (float)above_1s / (float)gaps;
}
