// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/protocol.h"

#include <linux/types.h>
#include <stdio.h>
#include <string.h>

#include <iotbpf/abi.h>
#include <iotbpf/protocols.h>

struct named {
	uint32_t layer, proto;
	const char *name;
};

static const struct named NAMES[] = {
	{IOT_LAYER_ETH, IOT_ETH_IP4, "ipv4"},	  {IOT_LAYER_ETH, IOT_ETH_ARP, "arp"},	  {IOT_LAYER_ETH, IOT_ETH_IP6, "ipv6"},
	{IOT_LAYER_ETH, IOT_ETH_EAPOL, "eapol"}, {IOT_LAYER_ETH, 0x8863, "pppoe-discovery"}, {IOT_LAYER_ETH, IOT_ETH_PPPOE, "pppoe"},
	{IOT_LAYER_ETH, 0x88cc, "lldp"},	  {IOT_LAYER_LLC, 0x4242, "stp"},	  {IOT_LAYER_LLC, 0xaaaa, "snap"},
	{IOT_LAYER_IP, IOT_IP_ICMP, "icmp"},	  {IOT_LAYER_IP, IOT_IP_IGMP, "igmp"},	  {IOT_LAYER_IP, IOT_IP_ICMP6, "icmpv6"},
	{IOT_LAYER_IP, IOT_IP_TCP, "tcp-fragment"}, {IOT_LAYER_IP, IOT_IP_UDP, "udp-fragment"},
};

static const char *format_number(uint32_t layer)
{
	switch (layer) {
	case IOT_LAYER_ETH:
		return "eth/0x%04x";
	case IOT_LAYER_LLC:
		return "llc/0x%04x";
	case IOT_LAYER_PPP:
		return "ppp/0x%04x";
	case IOT_LAYER_IP:
		return "ip/%u";
	case IOT_LAYER_TCP:
		return "tcp/%u";
	case IOT_LAYER_UDP:
		return "udp/%u";
	default:
		return "none/%u";
	}
}

const char *protocol_format(uint32_t layer, uint32_t proto, char out[PROTOCOL_NAME])
{
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		if (NAMES[i].layer == layer && NAMES[i].proto == proto)
			return strcpy(out, NAMES[i].name);
	}
	snprintf(out, PROTOCOL_NAME, format_number(layer), proto);
	return out;
}

const char *protocol_of_key(uint64_t key, char out[PROTOCOL_NAME])
{
	return protocol_format(iot_key_layer(key), iot_key_proto(key), out);
}
