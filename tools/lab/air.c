/* SPDX-License-Identifier: BSD-2-Clause */
/* The wiring of a replay: a bridge without addresses, and a port for every station of the capture. */
#include "tools/lab/air.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/netns.h"

/* Captured super-packets must fit: virtual Ethernet takes 65535 and the header. */
#define MTU "65535"

const char *lab_air_port(uint64_t mac, char out[LAB_NAME_SIZE])
{
	char id[MAC_ID_SIZE];

	snprintf(out, LAB_NAME_SIZE, "p%s", mac_format_id(mac, id));
	return out;
}

static int build(const struct lab_estate *e, const struct lab_macs *macs)
{
	_cleanup_(buffer_free) struct buffer router = { 0 }, air = { 0 };
	char rtr_ns[LAB_NS_NAME_SIZE], air_ns[LAB_NS_NAME_SIZE], port[LAB_NAME_SIZE];
	int r;

	lab_estate_ns(e, "rtr", rtr_ns);
	lab_estate_ns(e, "air", air_ns);
	buffer_printf(&router, "link add name br-lan type bridge stp_state 0 forward_delay 0 mcast_snooping 0 "
			       "ageing_time 100000000\n");
	for (size_t i = 0; i < macs->n; i++) {
		lab_air_port(macs->station[i].mac, port);
		buffer_printf(&router, "link add name %s mtu " MTU " type veth peer name %s mtu " MTU " netns %s\n",
			      port, port, air_ns);
		buffer_printf(&router, "link set dev %s master br-lan up\n", port);
		buffer_printf(&air, "link set dev %s arp off up\n", port);
	}
	buffer_printf(&router, "link set dev br-lan mtu " MTU " up\n");
	r = lab_ip(rtr_ns, &router);
	return r == 0 && air.len ? lab_ip(air_ns, &air) : r;
}

const char *lab_air_name(const struct lab_macs *macs, char out[LAB_AIR_NAME_SIZE])
{
	uint64_t all = 0;

	for (size_t i = 0; i < macs->n; i++)
		all = all * UINT64_C(0x100000001b3) + macs->station[i].mac;
	snprintf(out, LAB_AIR_NAME_SIZE, "air %zu %016" PRIx64, macs->n, all);
	return out;
}

int lab_air_up(const struct lab_estate *e, const struct lab_macs *macs)
{
	_cleanup_(buffer_free) struct buffer names = { 0 };
	char ns[LAB_NS_NAME_SIZE], name[LAB_AIR_NAME_SIZE];
	int r = lab_estate_down(e);

	buffer_printf(&names, "%s\n", lab_estate_ns(e, "rtr", ns));
	buffer_printf(&names, "%s\n", lab_estate_ns(e, "air", ns));
	if (r == 0)
		r = lab_estate_claim(e, &names);
	if (r == 0)
		r = build(e, macs);
	if (r == 0)
		r = lab_estate_ready(e, lab_air_name(macs, name));
	if (r < 0)
		lab_estate_down(e);
	return r;
}

static int open_port(const struct lab_estate *e, int ns, struct lab_station *s)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET };
	struct ifreq request = { 0 };
	char port[LAB_NAME_SIZE];

	s->socket = lab_ns_socket(ns, e->self, AF_PACKET, SOCK_RAW, 0);
	if (s->socket < 0)
		return s->socket;
	memcpy(request.ifr_name, lab_air_port(s->mac, port), LAB_NAME_SIZE);
	if (ioctl(s->socket, SIOCGIFINDEX, &request) < 0)
		return log_errno_r(-errno, "the port %s is missing", port);
	a.sll_ifindex = request.ifr_ifindex;
	return bind(s->socket, (struct sockaddr *)&a, sizeof(a)) == 0 ? 0 :
									log_errno_r(-errno, "cannot bind to %s", port);
}

int lab_air_open(const struct lab_estate *e, struct lab_macs *macs)
{
	char name[LAB_NS_NAME_SIZE];
	_cleanup_close_ int ns = lab_ns_open(lab_estate_ns(e, "air", name));
	int r = ns < 0 ? ns : 0;

	for (size_t i = 0; r == 0 && i < macs->n; i++)
		r = open_port(e, ns, &macs->station[i]);
	return r;
}
