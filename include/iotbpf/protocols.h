/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef IOTBPF_PROTOCOLS_H
#define IOTBPF_PROTOCOLS_H

/* What a flow's 16-bit protocol number counts: the layer of the most specific protocol that was recognised. */
enum iot_layer {
	IOT_LAYER_NONE = 0,
	IOT_LAYER_ETH = 1,  /* EtherType */
	IOT_LAYER_LLC = 2,  /* DSAP << 8 | SSAP of an 802.3 frame */
	IOT_LAYER_PPP = 3,  /* PPP protocol number inside a PPPoE session */
	IOT_LAYER_IP = 4,   /* IP protocol number, version 4 and 6 alike; non-first fragments too */
	IOT_LAYER_TCP = 5,  /* service port */
	IOT_LAYER_UDP = 6,  /* service port */
};

#define IOT_ETH_IP4 0x0800
#define IOT_ETH_ARP 0x0806
#define IOT_ETH_VLAN 0x8100
#define IOT_ETH_IP6 0x86dd
#define IOT_ETH_PPPOE 0x8864
#define IOT_ETH_EAPOL 0x888e
#define IOT_ETH_QINQ 0x88a8
#define IOT_ETH_QINQ_OLD 0x9100
#define IOT_ETH_MIN 0x0600 /* below: a length, so the frame is 802.3 with LLC */

#define IOT_PPP_IP4 0x0021
#define IOT_PPP_IP6 0x0057

#define IOT_IP_HOPOPTS 0
#define IOT_IP_ICMP 1
#define IOT_IP_IGMP 2
#define IOT_IP_TCP 6
#define IOT_IP_UDP 17
#define IOT_IP_ROUTING 43
#define IOT_IP_FRAGMENT 44
#define IOT_IP_AH 51
#define IOT_IP_ICMP6 58
#define IOT_IP_DSTOPTS 60

/* Ports of frames that carry names. */
#define IOT_PORT_DHCP_SERVER 67
#define IOT_PORT_DHCP_CLIENT 68
#define IOT_PORT_MDNS 5353

/* Neighbour discovery (RFC 4861): router solicitation to neighbour advertisement. */
#define IOT_ND_FIRST 133
#define IOT_ND_LAST 136

#define IOT_TCP_FIN 0x01
#define IOT_TCP_SYN 0x02
#define IOT_TCP_RST 0x04
#define IOT_TCP_PSH 0x08
#define IOT_TCP_ACK 0x10
#define IOT_TCP_CWR 0x80

/*
 * Registered ports that are services although they lie above 1023, where a device's own ephemeral port may lie too. The rule that
 * uses them is iot_service_port() in bpf/classify.h; tests/unit/bpf/test_classify.c is its table. Sorted; at most 64 ranges.
 */
#define IOT_SERVICE_PORTS(X) \
	X(1080) X(1194) X(1344) X(1433) X(1723) X(1812) X(1813) X(1883) X(1900) X(1935) X(2049) X(2323) X(3074) X(3128) \
	X(3306) X(3389) X(3478) X(3479) X(3702) X(4070) X(4433) X(4500) X(5000) X(5060) X(5061) X(5222) X(5223) X(5228) \
	X(5350) X(5351) X(5353) X(5355) X(5432) X(5540) X(5555) X(5671) X(5672) X(5683) X(5684) X(6053) X(6454) X(6666) \
	X(6667) X(6668) X(7000) X(7547) X(8000) X(8008) X(8009) X(8053) X(8060) X(8080) X(8081) X(8086) X(8123) X(8443) \
	X(8554) X(8805) X(8843) X(8883) X(8886) X(8888) X(9000) X(9080) X(9100) X(9123) X(9998) X(9999) X(10001) X(10002) \
	X(10101) X(11095) X(17500) X(19302) X(19305) X(20002) X(25565) X(27017) X(32100) X(33434) X(34567) X(37777) \
	X(38899) X(55443) X(56700) X(57621)

#define IOT_PORT_WELL_KNOWN 1024 /* below: system ports (RFC 6335) */
#define IOT_PORT_DYNAMIC 32768	 /* from here: what operating systems hand out (Linux 32768, IANA 49152) */

#endif
