/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/links.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/source/kernel/netlink.h"

#ifndef IFLA_PARENT_DEV_NAME /* since 5.14; Debian 12's header has it, older ones do not */
#define IFLA_PARENT_DEV_NAME 56
#endif
#define WATCH_BYTES (256 << 10)

static void copy_text(char *to, size_t size, const struct nlattr *a)
{
	size_t n = strnlen(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));

	n = n < size ? n : size - 1;
	memcpy(to, mnl_attr_get_payload(a), n);
	to[n] = '\0';
}

static int read_info(const struct nlattr *a, void *user)
{
	struct link *link = user;

	if (mnl_attr_get_type(a) == IFLA_INFO_KIND)
		copy_text(link->kind, sizeof(link->kind), a);
	return MNL_CB_OK;
}

static int read_attribute(const struct nlattr *a, void *user)
{
	struct link *link = user;

	switch (mnl_attr_get_type(a)) {
	case IFLA_IFNAME:
		copy_text(link->name, sizeof(link->name), a);
		break;
	case IFLA_MASTER:
		if (mnl_attr_validate(a, MNL_TYPE_U32) == 0)
			link->master = mnl_attr_get_u32(a);
		break;
	case IFLA_ADDRESS:
		if (mnl_attr_get_payload_len(a) == 6)
			link->mac = mac_from_bytes(mnl_attr_get_payload(a));
		break;
	case IFLA_LINKINFO:
		return mnl_attr_parse_nested(a, read_info, link);
	case IFLA_PHYS_SWITCH_ID:
		link->switchdev = true;
		break;
	case IFLA_PARENT_DEV_NAME:
		link->device = true;
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static struct link *append(struct links *links)
{
	if (links->count == links->room) {
		uint32_t room = links->room ? links->room * 2 : 32;
		struct link *p = realloc(links->link, room * sizeof(*p));

		if (!p)
			return NULL;
		links->link = p;
		links->room = room;
	}
	return memset(&links->link[links->count++], 0, sizeof(struct link));
}

static int read_link(const struct nlmsghdr *h, void *user)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(h);
	struct link *link;

	if (h->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(h) < sizeof(*info))
		return MNL_CB_OK;
	link = append(user);
	if (!link) {
		errno = ENOMEM;
		return MNL_CB_ERROR;
	}
	link->ifindex = (uint32_t)info->ifi_index;
	link->type = info->ifi_type;
	link->up = info->ifi_flags & IFF_UP;
	return mnl_attr_parse(h, sizeof(*info), read_attribute, link);
}

static void forget(void *user)
{
	struct links *links = user;

	links->count = 0;
}

int links_dump(struct links *links)
{
	const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };

	return netlink_dump(RTM_GETLINK, &all, sizeof(all), read_link, forget, links);
}

void links_free(struct links *links)
{
	free(links->link);
	*links = (struct links){ 0 };
}

const struct link *links_by_name(const struct links *links, const char *name)
{
	for (uint32_t i = 0; i < links->count; i++)
		if (strcmp(links->link[i].name, name) == 0)
			return &links->link[i];
	return NULL;
}

const struct link *links_by_index(const struct links *links, uint32_t ifindex)
{
	for (uint32_t i = 0; ifindex && i < links->count; i++)
		if (links->link[i].ifindex == ifindex)
			return &links->link[i];
	return NULL;
}

bool link_is_physical(const struct link *link)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_fclose_ FILE *f = NULL;
	char line[128];

	if (!link->device || link->kind[0] || asprintf(&path, "/sys/class/net/%s/uevent", link->name) < 0)
		return false;
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "DEVTYPE=", 8) == 0) /* wlan, dsa, wwan, ...: plain Ethernet has none */
			return false;
	return f != NULL;
}

/*
 * What nobody asks for stays in the kernel: stations that a bridge learns (a flood of addresses is a flood of messages),
 * what its ports say every two seconds (their master's change is told as an interface's, too), and routes other than
 * default routes (a router may have a million).
 */
static int filter_messages(int fd)
{
	enum { TYPE = offsetof(struct nlmsghdr, nlmsg_type), FAMILY = sizeof(struct nlmsghdr), LENGTH = FAMILY + 1 };
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, TYPE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWLINK), 5, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELLINK), 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWNEIGH), 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELNEIGH), 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 2, 4),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, FAMILY),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_BRIDGE, 3, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, LENGTH),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno : 0;
}

int links_watch(void)
{
	const struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_TC | RTMGRP_NEIGH | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
	};
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	const int bytes = WATCH_BYTES;

	if (fd < 0 || filter_messages(fd) < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return TAKE_FD(fd);
}

int links_drain(int fd, bool (*touched)(const struct nlmsghdr *h, const void *user), const void *user)
{
	_Alignas(struct nlmsghdr) char buffer[8192];
	const struct nlmsghdr *h = (const struct nlmsghdr *)buffer;
	int changed = 0;

	for (;;) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 || errno == EAGAIN ? changed : -errno;
		for (int left = (int)n; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
			if (h->nlmsg_type >= RTM_NEWROUTE && h->nlmsg_type <= RTM_DELNEIGH)
				changed |= touched(h, user) ? LINKS_TOUCHED : 0;
			else if (h->nlmsg_type != RTM_NEWQDISC && h->nlmsg_type != RTM_NEWTFILTER)
				changed |= LINKS_CHANGED;
		}
		h = (const struct nlmsghdr *)buffer;
	}
}
