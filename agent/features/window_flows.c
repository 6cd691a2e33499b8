/* SPDX-License-Identifier: BSD-2-Clause */

/* With whom, by which services and when a device talks. */

#include "agent/features/window.h"

#include <math.h>

#include "agent/features/window_list.h"
#include <iotbpf/protocols.h>

/* A port that IOT_SERVICE_PORTS lists: above the system ports, and yet nobody's ephemeral one. */
static int is_service(uint16_t port)
{
	switch (port) {
#define SERVICE_CASE(number) case number:
		IOT_SERVICE_PORTS(SERVICE_CASE)
#undef SERVICE_CASE
		return 1;
	default:
		return 0;
	}
}

enum { SYSTEM, SERVICE, REGISTERED, DYNAMIC, PORT_CLASSES };

static int port_class(uint16_t port)
{
	if (port < IOT_PORT_WELL_KNOWN)
		return SYSTEM;
	if (is_service(port))
		return SERVICE;
	return port < IOT_PORT_DYNAMIC ? REGISTERED : DYNAMIC;
}

/* Shares of the port classes among TCP and UDP packets, and the highest port of a known service. */
static void port_features(const struct iot_packet *packets, size_t n, float *out)
{
	size_t count[PORT_CLASSES] = { 0 }, ports = 0;
	uint16_t highest = 0;

	for (size_t i = 0; i < n; i++) {
		int rank;

		if ((packets[i].kind & IOT_KIND_LAYER) < IOT_LAYER_TCP)
			continue;
		rank = port_class(packets[i].proto);
		count[rank]++;
		ports++;
		if (rank <= SERVICE && packets[i].proto > highest)
			highest = packets[i].proto;
	}
	for (int rank = 0; ports && rank < PORT_CLASSES; rank++)
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

		if ((packets[i].kind & IOT_KIND_LAYER) >= IOT_LAYER_TCP && port_class(packets[i].proto) == DYNAMIC) {
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

/* From the rounded time of one packet to that of the next, ms; 0 where a capture's clock went back. The clock wraps at
 * 2^32 ms. */
static double gap_between(const struct iot_packet *a, const struct iot_packet *b)
{
	uint32_t ticks = b->ms - a->ms;

	if (ticks > INT32_MAX)
		return 0;
	return (double)(ticks + a->ms % FEATURES_TICK) - (double)((ticks + a->ms % FEATURES_TICK) % FEATURES_TICK);
}

void features_gaps(const struct iot_packet *packets, size_t n, float *out)
{
	double sum = 0, squares = 0, longest = 0, gaps = (double)(n - 1), mean;
	size_t above_100ms = 0, above_1s = 0;

	if (n < 2)
		return;
	for (size_t i = 1; i < n; i++) {
		double gap = gap_between(&packets[i - 1], &packets[i]);

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
