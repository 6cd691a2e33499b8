/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/analysis/windows.h"

#include <math.h>
#include <string.h>

#include <iotbpf/protocols.h>

#define RTP_FIRST 16384 /* RFC 3550 leaves the port open; media ports are dynamic, and 16384 is the usual lowest */

static enum window_protocol protocol_of_ether(uint16_t type)
{
	switch (type) {
	case IOT_ETH_ARP:
		return WINDOW_ARP;
	case IOT_ETH_EAPOL:
		return WINDOW_EAPOL;
	default:
		return WINDOW_OTHER;
	}
}

static enum window_protocol protocol_of_ip(uint16_t protocol)
{
	switch (protocol) {
	case IOT_IP_ICMP:
		return WINDOW_ICMP;
	case IOT_IP_ICMP6:
		return WINDOW_ICMP6;
	case IOT_IP_IGMP:
		return WINDOW_IGMP;
	default:
		return WINDOW_OTHER;
	}
}

static int is_stun(uint16_t port)
{
	return port == 3478 || port == 3479 || port == 5349 || (port >= 19302 && port <= 19309);
}

static enum window_protocol protocol_of_tcp(uint16_t port, uint8_t flags)
{
	switch (port) {
	case 53:
		return WINDOW_DNS;
	case 80:
	case 8000:
	case 8008:
	case 8080:
	case 8081:
	case 8888:
		return WINDOW_HTTP;
	case 443:
	case 853:
	case 4433:
	case 8443:
	case 8886:
		return flags & IOT_TCP_SYN ? WINDOW_TLS_OPEN : WINDOW_TLS_DATA;
	case 1883:
	case 8883:
		return WINDOW_MQTT;
	default:
		return is_stun(port) ? WINDOW_STUN : WINDOW_TCP;
	}
}

static enum window_protocol protocol_of_udp(uint16_t port)
{
	switch (port) {
	case 67:
	case 68:
	case 546:
	case 547:
		return WINDOW_DHCP;
	case 53:
		return WINDOW_DNS;
	case 5353:
		return WINDOW_MDNS;
	case 5355:
		return WINDOW_LLMNR;
	case 1900:
		return WINDOW_SSDP;
	case 123:
		return WINDOW_NTP;
	case 443:
		return WINDOW_QUIC;
	case 5004:
	case 5005:
		return WINDOW_RTP;
	default:
		if (is_stun(port))
			return WINDOW_STUN;
		return port >= RTP_FIRST ? WINDOW_RTP : WINDOW_UDP;
	}
}

enum window_protocol window_protocol_of(const struct iot_packet *packet)
{
	switch (packet->kind & IOT_KIND_LAYER) {
	case IOT_LAYER_ETH:
		return protocol_of_ether(packet->proto);
	case IOT_LAYER_IP:
		return protocol_of_ip(packet->proto);
	case IOT_LAYER_TCP:
		return protocol_of_tcp(packet->proto, packet->tcp_flags);
	case IOT_LAYER_UDP:
		return protocol_of_udp(packet->proto);
	default:
		return WINDOW_OTHER;
	}
}

const char *window_protocol_name(enum window_protocol protocol)
{
	static const char *const names[WINDOW_PROTOCOL_COUNT] = {
#define WINDOW_PROTOCOL_NAME(NAME, text) [WINDOW_##NAME] = (text),
		WINDOW_PROTOCOLS(WINDOW_PROTOCOL_NAME)
#undef WINDOW_PROTOCOL_NAME
	};

	return protocol < WINDOW_PROTOCOL_COUNT ? names[protocol] : NULL;
}

/*
 * The median needs no copy of the window: the smallest length of which at least half of the packets are not longer, and
 * its upper neighbour where exactly half are. Quadratic like any other way that copes with every n in no memory.
 */
static float median_of(const struct iot_packet *packets, size_t n)
{
	uint32_t low = 0x10000, high = 0x10000;

	for (size_t i = 0; i < n; i++) {
		uint32_t v = packets[i].length;
		size_t upto = 0;

		for (size_t k = 0; k < n; k++)
			upto += packets[k].length <= v;
		if (upto >= n - n / 2 && v < low)
			low = v;
		if (upto >= n / 2 + 1 && v < high)
			high = v;
	}
	return (float)(low + high) / 2;
}

/* Exact for any window: the sums are integers below 2^53. */
static void measure_lengths(const struct iot_packet *packets, size_t n, float *out)
{
	uint64_t sum = 0, squares = 0;
	uint32_t min = UINT16_MAX, max = 0;
	double mean, variance;

	for (size_t i = 0; i < n; i++) {
		uint32_t v = packets[i].length;

		sum += v;
		squares += (uint64_t)v * v;
		min = v < min ? v : min;
		max = v > max ? v : max;
	}
	mean = (double)sum / (double)n;
	variance = ((double)n * (double)squares - (double)sum * (double)sum) / ((double)n * (double)n);
	out[WINDOW_MEAN] = (float)mean;
	out[WINDOW_VARIANCE] = (float)variance;
	out[WINDOW_STD] = (float)sqrt(variance);
	out[WINDOW_MIN] = (float)min;
	out[WINDOW_MAX] = (float)max;
	out[WINDOW_MEDIAN] = median_of(packets, n);
}

void window_measure(const struct iot_packet *packets, size_t n, struct window *out)
{
	memset(out, 0, sizeof(*out));
	if (!n)
		return;
	out->n = (uint32_t)n;
	measure_lengths(packets, n, out->length);
	for (size_t i = 0; i < n; i++)
		out->protocols[window_protocol_of(&packets[i])]++;
}
