/* SPDX-License-Identifier: BSD-2-Clause */
/* What sockets do not do by themselves: ARP and DHCP as frames, and counting at the device's own end. */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/frame.h"
#include "tools/lab/live.h"
#include "tools/lab/netns.h"
#include "tools/lab/payload.h"

enum { SNAP = 128, DHCP_SIZE = 300, DHCP_PATIENCE_US = 2000000, ARP_US = 50000 };

static int packet_socket(struct live *l, int ns, int protocol)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)protocol) };
	_cleanup_close_ int fd = lab_ns_socket(ns, l->self, AF_PACKET, SOCK_RAW, 0);
	struct ifreq request = { .ifr_name = "eth0" };
	const int room = 4 << 20;

	if (fd < 0)
		return fd;
	if (ioctl(fd, SIOCGIFINDEX, &request) < 0)
		return log_errno_r(-errno, "a device's namespace has no eth0");
	a.sll_ifindex = request.ifr_ifindex;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return log_errno_r(-errno, "cannot bind a packet socket");
	return TAKE_FD(fd);
}

static void count(struct live_source *source, uint32_t events)
{
	struct live_device *d = (struct live_device *)((char *)source - offsetof(struct live_device, tap));
	unsigned int index = (unsigned int)(d - d->live->devices);
	struct sockaddr_ll from = { 0 };
	socklen_t n = sizeof(from);
	uint8_t data[SNAP];
	ssize_t len;

	(void)events;
	while ((len = recvfrom(source->fd, data, sizeof(data), MSG_TRUNC, (struct sockaddr *)&from, &n)) > 0) {
		size_t have = (size_t)len < sizeof(data) ? (size_t)len : sizeof(data);

		if (from.sll_pkttype == PACKET_OUTGOING)
			lab_tally_sent(&d->live->tally, index, data, have, (size_t)len);
		else if (from.sll_pkttype == PACKET_HOST)
			lab_tally_received(&d->live->tally, index, (size_t)len);
		n = sizeof(from);
	}
}

static void take_dhcp(struct live_source *source, uint32_t events);

static int open_dhcp_client(struct live *l, struct live_device *d)
{
	struct sockaddr_in a = live_address(INADDR_ANY, 68);

	d->dhcp = (struct live_source){ live_socket(l, d->ns, SOCK_DGRAM, 0), take_dhcp };
	if (d->dhcp.fd < 0)
		return d->dhcp.fd;
	if (bind(d->dhcp.fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return log_errno_r(-errno, "cannot bind port 68");
	return live_watch(l, &d->dhcp, EPOLLIN);
}

int live_raw_open(struct live *l, unsigned int device)
{
	struct live_device *d = &l->devices[device];
	int r;

	d->raw.fd = packet_socket(l, d->ns, 0);
	if (d->raw.fd < 0)
		return d->raw.fd;
	d->tap = (struct live_source){ packet_socket(l, d->ns, ETH_P_ALL), count };
	if (d->tap.fd < 0)
		return d->tap.fd;
	r = live_watch(l, &d->tap, EPOLLIN);
	return r < 0 ? r : open_dhcp_client(l, d);
}

static void arp_done(void *arg)
{
	lab_engine_done((struct lab_task *)((char *)arg - offsetof(struct lab_task, x)));
}

int live_arp_begin(struct live *l, struct lab_task *task)
{
	const struct lab_device *d = &l->house->devices[task->x.device];
	struct lab_end me = { d->mac, d->address, 0 }, peer = { task->x.peer.mac, task->x.peer.address, 0 };
	struct lab_frame f;

	lab_frame_arp(&f, 1, &me, &peer);
	if (send(l->devices[task->x.device].raw.fd, f.data, f.len, 0) < 0)
		log_warn("%s: cannot send ARP: %s", d->name, strerror(errno));
	return lab_sched_add(&l->sched, l->sched.now + ARP_US, arp_done, &task->x);
}

static void send_dhcp(struct live *l, unsigned int device, enum lab_dhcp type)
{
	const struct lab_device *d = &l->house->devices[device];
	bool renew = l->devices[device].dhcp_task->x.step->verb == LAB_DHCP_RENEW;
	struct lab_end me = { d->mac, renew ? d->address : 0, 68 };
	struct lab_end all = { MAC_BROADCAST, UINT32_MAX, 67 }, server = { LAB_GATEWAY_MAC, LAB_GATEWAY, 67 };
	struct lab_packet p = { &me, renew ? &server : &all, 64, 0 };
	uint8_t payload[DHCP_SIZE];
	struct lab_frame f;

	lab_payload_dhcp(d, type, (uint32_t)l->sched.now, payload);
	lab_frame_udp(&f, &p, payload, sizeof(payload));
	if (send(l->devices[device].raw.fd, f.data, f.len, 0) < 0)
		log_warn("%s: cannot send DHCP: %s", d->name, strerror(errno));
}

static void end_dhcp(void *arg)
{
	struct live_device *d = (struct live_device *)((char *)arg - offsetof(struct live_device, dhcp_task));
	struct lab_task *task = d->dhcp_task;

	lab_sched_cancel(&d->live->sched, &d->dhcp_task);
	d->dhcp_task = NULL;
	if (task)
		lab_engine_done(task);
}

int live_dhcp_begin(struct live *l, struct lab_task *task)
{
	struct live_device *d = &l->devices[task->x.device];
	bool discover = task->x.step->verb == LAB_DHCP_DISCOVER;

	if (d->dhcp_task)
		return lab_sched_add(&l->sched, l->sched.now, arp_done, &task->x);
	d->dhcp_task = task;
	d->dhcp_answers = discover ? 2 : 1;
	send_dhcp(l, task->x.device, discover ? LAB_DHCP_MSG_DISCOVER : LAB_DHCP_MSG_REQUEST);
	return lab_sched_add(&l->sched, l->sched.now + DHCP_PATIENCE_US, end_dhcp, &d->dhcp_task);
}

static void take_dhcp(struct live_source *source, uint32_t events)
{
	struct live_device *d = (struct live_device *)((char *)source - offsetof(struct live_device, dhcp));
	uint8_t sink[2048];

	(void)events;
	if (recv(source->fd, sink, sizeof(sink), 0) < 0 || !d->dhcp_task)
		return;
	if (--d->dhcp_answers)
		send_dhcp(d->live, (unsigned int)(d - d->live->devices), LAB_DHCP_MSG_REQUEST);
	else
		end_dhcp(&d->dhcp_task);
}

static void answer_dhcp(void *arg)
{
	struct live_device *d = arg;
	struct live *l = d->live;
	const struct lab_device *spec = &l->house->devices[d - l->devices];
	struct sockaddr_in to = live_address(spec->address, 68);
	uint8_t payload[DHCP_SIZE];

	lab_payload_dhcp(spec, d->dhcp_answers == 2 ? LAB_DHCP_MSG_OFFER : LAB_DHCP_MSG_ACK, (uint32_t)l->sched.now,
			 payload);
	sendto(l->dhcp_server.fd, payload, sizeof(payload), 0, (struct sockaddr *)&to, sizeof(to));
}

static void serve_dhcp(struct live_source *source, uint32_t events)
{
	struct live *l = (struct live *)((char *)source - offsetof(struct live, dhcp_server));
	uint8_t m[2048];
	int device;

	(void)events;
	if (recv(source->fd, m, sizeof(m), 0) < DHCP_SIZE)
		return;
	device = lab_house_find(l->house, mac_from_bytes(m + 28));
	if (device >= 0 && l->devices[device].dhcp_task)
		lab_sched_add(&l->sched, l->sched.now + l->devices[device].dhcp_task->x.rounds[0].think_us, answer_dhcp,
			      &l->devices[device]);
}

int live_dhcp_open(struct live *l)
{
	struct sockaddr_in a = live_address(INADDR_ANY, 67);
	const int on = 1;

	l->dhcp_server = (struct live_source){ live_socket(l, l->ns_router, SOCK_DGRAM, 0), serve_dhcp };
	if (l->dhcp_server.fd < 0)
		return l->dhcp_server.fd;
	setsockopt(l->dhcp_server.fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	if (setsockopt(l->dhcp_server.fd, SOL_SOCKET, SO_BINDTODEVICE, "br-lan", 7) < 0 ||
	    bind(l->dhcp_server.fd, (struct sockaddr *)&a, sizeof(a)) < 0)
		return log_errno_r(-errno, "cannot serve DHCP");
	return live_watch(l, &l->dhcp_server, EPOLLIN);
}
