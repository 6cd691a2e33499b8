/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_ANALYSIS_WINDOWS_H
#define AGENT_ANALYSIS_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

/*
 * What a window of consecutive packets of one device says by itself: the 27 figures of Koike et al. (SAC'21), six statistics of
 * the packet lengths and how many packets each of 21 protocols has. The paper takes windows of IOT_WINDOW packets at stride 1;
 * here any number of packets and any stride are the caller's choice.
 */

enum window_length {
	WINDOW_MEAN,
	WINDOW_VARIANCE, /* population variance */
	WINDOW_STD,
	WINDOW_MIN,
	WINDOW_MAX,
	WINDOW_MEDIAN, /* of an even number of packets: the mean of the middle two */
	WINDOW_LENGTHS
};

/*
 * The 21 protocols, X(NAME, "name"). The paper does not list its own; these can all be told from headers. Where two
 * could claim a packet the first of this list does:
 *
 *	arp, eapol		EtherTypes 0x0806 and 0x888e
 *	icmp, icmp6, igmp	IP protocols 1, 58 and 2
 *	dhcp			UDP 67, 68, 546, 547
 *	dns			UDP and TCP 53
 *	mdns, llmnr, ssdp, ntp	UDP 5353, 5355, 1900, 123
 *	http			TCP 80, 8000, 8008, 8080, 8081, 8888
 *	tls_open		a TCP port of tls_data with SYN set: a connection being opened (payload is not looked at)
 *	tls_data		TCP 443, 853, 4433, 8443, 8886
 *	quic			UDP 443
 *	mqtt			TCP 1883, 8883
 *	stun			UDP and TCP 3478, 3479, 5349, 19302 to 19309
 *	rtp			UDP 5004, 5005 and every other UDP port from 16384
 *	tcp, udp		the rest of either
 *	other			everything else: LLC, other EtherTypes and IP protocols, fragments after the first
 */
#define WINDOW_PROTOCOLS(X)                                                                                           \
	X(ARP, "arp") X(EAPOL, "eapol") X(ICMP, "icmp") X(ICMP6, "icmp6") X(IGMP, "igmp") X(DHCP, "dhcp")              \
	X(DNS, "dns") X(MDNS, "mdns") X(LLMNR, "llmnr") X(SSDP, "ssdp") X(NTP, "ntp") X(HTTP, "http")                  \
	X(TLS_OPEN, "tls_open") X(TLS_DATA, "tls_data") X(QUIC, "quic") X(MQTT, "mqtt") X(STUN, "stun") X(RTP, "rtp")  \
	X(TCP, "tcp") X(UDP, "udp") X(OTHER, "other")

enum window_protocol {
#define WINDOW_PROTOCOL_ENUM(NAME, text) WINDOW_##NAME,
	WINDOW_PROTOCOLS(WINDOW_PROTOCOL_ENUM)
#undef WINDOW_PROTOCOL_ENUM
	WINDOW_PROTOCOL_COUNT
};
_Static_assert(WINDOW_PROTOCOL_COUNT == 21, "the paper counts 21 protocols");

struct window {
	uint32_t n;				   /* packets in it */
	float length[WINDOW_LENGTHS];		   /* bytes (variance: bytes squared), of the frame without FCS */
	uint32_t protocols[WINDOW_PROTOCOL_COUNT]; /* packets each; the sum is n */
};

/** window_measure - the figures of @n packets; all zero where @n is 0 */
void window_measure(const struct iot_packet *packets, size_t n, struct window *out);

/** window_protocol_of - which of the 21 a packet counts for */
enum window_protocol window_protocol_of(const struct iot_packet *packet);

/** window_protocol_name - "arp", "tls_open", ... */
const char *window_protocol_name(enum window_protocol protocol);

#endif
