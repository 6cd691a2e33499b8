/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/neighbours.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/socket.h>

#include "agent/base/cleanup.h"
#include "agent/base/mac.h"
#include "agent/source/kernel/netlink.h"

#define KNOWN (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

struct telling {
	neighbour_fn fn;
	void *user;
};

struct entry {
	const uint8_t *address;
	uint64_t mac;
	uint32_t length; /* of the address */
};

static int read_attribute(const struct nlattr *a, void *user)
{
	struct entry *e = user;

	if (mnl_attr_get_type(a) == NDA_DST) {
		e->address = mnl_attr_get_payload(a);
		e->length = mnl_attr_get_payload_len(a);
	}
	if (mnl_attr_get_type(a) == NDA_LLADDR && mnl_attr_get_payload_len(a) == 6)
		e->mac = mac_from_bytes(mnl_attr_get_payload(a));
	return MNL_CB_OK;
}

static int read_message(const struct nlmsghdr *h, void *user)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(h);
	const struct telling *t = user;
	struct entry e = { 0 };

	if (h->nlmsg_type != RTM_NEWNEIGH || mnl_nlmsg_get_payload_len(h) < sizeof(*header) || !(header->ndm_state & KNOWN))
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof(*header), read_attribute, &e);
	if (e.mac && ((header->ndm_family == AF_INET && e.length == 4) || (header->ndm_family == AF_INET6 && e.length == 16)))
		t->fn(t->user, e.mac, header->ndm_family, e.address);
	return MNL_CB_OK;
}

int neighbours_dump(neighbour_fn fn, void *user)
{
	const struct ndmsg all = { .ndm_family = AF_UNSPEC };
	struct telling t = { fn, user };

	return netlink_dump(RTM_GETNEIGH, &all, sizeof(all), read_message, NULL, &t);
}

/* Stations that a bridge learns are of no interest, and a flood of addresses is a flood of them: they stay in the kernel. */
static int filter_messages(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, sizeof(struct nlmsghdr)), /* the family */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	const struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno : 0;
}

int neighbours_watch(void)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_NEIGH };
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (fd < 0 || filter_messages(fd) < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

int neighbours_drain(int fd, neighbour_fn fn, void *user)
{
	_Alignas(struct nlmsghdr) char buffer[8192];
	struct telling t = { fn, user };

	for (;;) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
		const struct nlmsghdr *h = (const struct nlmsghdr *)buffer;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 || errno == EAGAIN ? 0 : -errno;
		for (int left = (int)n; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left))
			read_message(h, &t);
	}
}
