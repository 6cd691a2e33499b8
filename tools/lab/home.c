/* SPDX-License-Identifier: BSD-2-Clause */
/* The household's wiring: router, bridge, WAN side, one namespace a device. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/estate.h"
#include "tools/lab/netns.h"

enum { AGEING = 100000000 }; /* hundredths of a second: a bulb that is silent for hours keeps its port */

#define WAN_ROUTER "192.0.2.1"
#define WAN_SERVERS "192.0.2.2"

static const char *dotted(uint32_t a, char out[16])
{
	snprintf(out, 16, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
	return out;
}

static void add_neighbour(struct buffer *b, uint32_t address, uint64_t mac, const char *interface)
{
	char a[16], m[MAC_TEXT_SIZE];

	buffer_printf(b, "neigh replace %s lladdr %s dev %s nud permanent\n", dotted(address, a), mac_format(mac, m),
		      interface);
}

static int build_router(const struct lab_estate *e, const struct lab_house *house)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	char ns[LAB_NS_NAME_SIZE], mac[MAC_TEXT_SIZE];

	buffer_printf(&b,
		      "link add name br-lan address %s type bridge stp_state 0 forward_delay 0 mcast_snooping 0 "
		      "ageing_time %d\n",
		      mac_format(LAB_GATEWAY_MAC, mac), AGEING);
	for (unsigned int i = 0; i < house->n; i++) {
		const struct lab_device *d = &house->devices[i];

		buffer_printf(&b, "link add name %s type veth peer name eth0 address %s netns %s\n", d->name,
			      mac_format(d->mac, mac), lab_estate_ns(e, d->name, ns));
		buffer_printf(&b, "link set dev %s master br-lan up\n", d->name);
	}
	buffer_printf(&b, "link add name wan0 type veth peer name eth0 netns %s\n", lab_estate_ns(e, "wan", ns));
	buffer_printf(&b,
		      "link set dev lo up\nlink set dev wan0 up\nlink set dev br-lan up\n"
		      "addr add 192.168.77.1/24 brd + dev br-lan\naddr add " WAN_ROUTER "/30 dev wan0\n"
		      "route add 198.51.100.0/24 via " WAN_SERVERS "\nroute add 203.0.113.0/24 via " WAN_SERVERS "\n");
	for (unsigned int i = 0; i < house->n; i++)
		add_neighbour(&b, house->devices[i].address, house->devices[i].mac, "br-lan");
	return lab_ip(lab_estate_ns(e, "rtr", ns), &b);
}

/* "quickack": an acknowledgement for every segment, so that the frames of an exchange do not depend on timers. */
static int build_device(const struct lab_estate *e, const struct lab_house *house, unsigned int device)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	char ns[LAB_NS_NAME_SIZE], a[16];

	buffer_printf(&b,
		      "link set dev lo up\nlink set dev eth0 up\naddr add %s/24 brd + noprefixroute dev eth0\n"
		      "route add 192.168.77.0/24 dev eth0 scope link quickack 1\n"
		      "route add default via 192.168.77.1 quickack 1\n",
		      dotted(house->devices[device].address, a));
	add_neighbour(&b, LAB_GATEWAY, LAB_GATEWAY_MAC, "eth0");
	for (unsigned int i = 0; i < house->n; i++)
		if (i != device)
			add_neighbour(&b, house->devices[i].address, house->devices[i].mac, "eth0");
	return lab_ip(lab_estate_ns(e, house->devices[device].name, ns), &b);
}

static int build_wan(const struct lab_estate *e)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	char ns[LAB_NS_NAME_SIZE];

	buffer_printf(&b, "link set dev lo up\nlink set dev eth0 up\naddr add " WAN_SERVERS "/30 dev eth0\n"
			  "route add default via " WAN_ROUTER " quickack 1\n"
			  "route add local 198.51.100.0/24 dev lo\nroute add local 203.0.113.0/24 dev lo\n");
	return lab_ip(lab_estate_ns(e, "wan", ns), &b);
}

static int plain(const struct lab_estate *e, const char *what, const char *interface)
{
	char name[LAB_NS_NAME_SIZE];
	_cleanup_close_ int ns = lab_ns_open(lab_estate_ns(e, what, name));

	return ns < 0 ? ns : lab_ns_plain(ns, e->self, interface);
}

static int switch_forwarding_on(const struct lab_estate *e)
{
	char name[LAB_NS_NAME_SIZE];
	_cleanup_close_ int ns = lab_ns_open(lab_estate_ns(e, "rtr", name));

	return ns < 0 ? ns : lab_ns_set(ns, e->self, "ipv4/ip_forward", "1");
}

static int build(const struct lab_estate *e, const struct lab_house *house, bool offload)
{
	int r = build_router(e, house);

	if (r == 0)
		r = build_wan(e);
	if (r == 0)
		r = switch_forwarding_on(e);
	for (unsigned int i = 0; r == 0 && i < house->n; i++)
		r = build_device(e, house, i);
	for (unsigned int i = 0; r == 0 && !offload && i < house->n; i++)
		r = plain(e, house->devices[i].name, "eth0");
	if (r == 0 && !offload)
		r = plain(e, "wan", "eth0");
	return r;
}

int lab_home_up(const struct lab_estate *e, const struct lab_house *house, bool offload)
{
	_cleanup_(buffer_free) struct buffer names = { 0 }, what = { 0 };
	char ns[LAB_NS_NAME_SIZE];
	int r;

	buffer_printf(&what, "home%s", offload ? " offload" : "");
	buffer_printf(&names, "%s\n", lab_estate_ns(e, "rtr", ns));
	buffer_printf(&names, "%s\n", lab_estate_ns(e, "wan", ns));
	for (unsigned int i = 0; i < house->n; i++) {
		buffer_printf(&names, "%s\n", lab_estate_ns(e, house->devices[i].name, ns));
		buffer_printf(&what, " %s", house->devices[i].name);
	}
	if (what.failed || names.failed)
		return log_error_r(-ENOMEM, "out of memory");
	if (lab_estate_stands(e, what.data))
		return 0;
	r = lab_estate_down(e);
	if (r == 0)
		r = lab_estate_claim(e, &names);
	if (r == 0)
		r = build(e, house, offload);
	if (r == 0)
		r = lab_estate_ready(e, what.data);
	if (r < 0)
		lab_estate_down(e);
	return r;
}
