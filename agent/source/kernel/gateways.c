/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/gateways.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "agent/base/mac.h"
#include "agent/source/kernel/netlink.h"

struct search {
	struct gateways *gateways;
	uint64_t *macs;
	size_t count, room;
};

static void add_mac(struct search *s, uint64_t mac)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->macs[i] == mac)
			return;
	if (mac && s->count < s->room)
		s->macs[s->count++] = mac;
}

static bool is_address(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) == 4 || mnl_attr_get_payload_len(a) == GATEWAY_ADDRESS_MAX;
}

static int read_next_hop(const struct nlattr *a, void *user)
{
	struct gateway *g = user;

	if (mnl_attr_get_type(a) == RTA_OIF && mnl_attr_validate(a, MNL_TYPE_U32) == 0)
		g->ifindex = mnl_attr_get_u32(a);
	if (mnl_attr_get_type(a) == RTA_GATEWAY && is_address(a)) {
		g->length = mnl_attr_get_payload_len(a);
		memcpy(g->address, mnl_attr_get_payload(a), g->length);
	}
	return MNL_CB_OK;
}

static int read_route(const struct nlmsghdr *h, void *user)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(h);
	struct search *s = user;
	struct gateway g = { 0 };

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*route) || route->rtm_dst_len || s->gateways->count == GATEWAYS_MAX)
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof(*route), read_next_hop, &g);
	if (g.ifindex && g.length)
		s->gateways->list[s->gateways->count++] = g;
	return MNL_CB_OK;
}

/* One entry of the neighbour table. */
struct neighbour {
	struct gateway who;
	uint64_t mac;
};

static int read_entry(const struct nlattr *a, void *user)
{
	struct neighbour *n = user;

	if (mnl_attr_get_type(a) == NDA_DST && is_address(a)) {
		n->who.length = mnl_attr_get_payload_len(a);
		memcpy(n->who.address, mnl_attr_get_payload(a), n->who.length);
	}
	if (mnl_attr_get_type(a) == NDA_LLADDR && mnl_attr_get_payload_len(a) == 6)
		n->mac = mac_from_bytes(mnl_attr_get_payload(a));
	return MNL_CB_OK;
}

static bool parse_neighbour(const struct nlmsghdr *h, struct neighbour *n)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(h);

	*n = (struct neighbour){ 0 };
	if (mnl_nlmsg_get_payload_len(h) < sizeof(*header))
		return false;
	n->who.ifindex = (uint32_t)header->ndm_ifindex;
	mnl_attr_parse(h, sizeof(*header), read_entry, n);
	return true;
}

static bool is_one_of(const struct gateways *gateways, const struct gateway *who)
{
	for (size_t i = 0; i < gateways->count; i++)
		if (memcmp(&gateways->list[i], who, sizeof(*who)) == 0)
			return true;
	return false;
}

static int read_neighbour(const struct nlmsghdr *h, void *user)
{
	struct search *s = user;
	struct neighbour n;

	if (parse_neighbour(h, &n) && is_one_of(s->gateways, &n.who))
		add_mac(s, n.mac);
	return MNL_CB_OK;
}

bool gateways_touched(const struct nlmsghdr *h, const void *gateways)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(h);
	struct neighbour n;

	switch (h->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return mnl_nlmsg_get_payload_len(h) >= sizeof(*route) && !route->rtm_dst_len;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return parse_neighbour(h, &n) && is_one_of(gateways, &n.who);
	default:
		return false;
	}
}

static bool is_ours(const struct desired *desired, uint32_t ifindex)
{
	for (size_t i = 0; i < desired->count; i++)
		if (desired->link[i]->ifindex == ifindex || desired->link[i]->master == ifindex)
			return true;
	return false;
}

/* Keep the gateways that are reached through what we watch. */
static void keep_ours(struct gateways *gateways, const struct desired *desired)
{
	size_t kept = 0;

	for (size_t i = 0; i < gateways->count; i++)
		if (is_ours(desired, gateways->list[i].ifindex))
			gateways->list[kept++] = gateways->list[i];
	gateways->count = kept;
}

static int find(const struct desired *desired, struct search *s)
{
	const struct rtmsg routes = { .rtm_family = AF_UNSPEC };
	const struct ndmsg neighbours = { .ndm_family = AF_UNSPEC };
	int r;

	s->gateways->count = 0;
	r = netlink_dump(RTM_GETROUTE, &routes, sizeof(routes), read_route, NULL, s);
	if (r < 0)
		return r;
	keep_ours(s->gateways, desired);
	if (s->gateways->count)
		r = netlink_dump(RTM_GETNEIGH, &neighbours, sizeof(neighbours), read_neighbour, NULL, s);
	return r < 0 ? r : (int)s->count;
}

int gateways_find(const struct desired *desired, uint64_t *macs, size_t room)
{
	struct gateways found;
	struct search s = { .gateways = &found, .macs = macs, .room = room };

	return find(desired, &s);
}

int gateways_find_own(const struct links *links, const struct desired *desired, struct gateways *found, uint64_t *macs,
		      size_t room)
{
	struct search s = { .gateways = found, .macs = macs, .room = room };

	for (size_t i = 0; i < desired->count; i++) {
		const struct link *master = links_by_index(links, desired->link[i]->master);

		add_mac(&s, desired->link[i]->mac);
		if (master)
			add_mac(&s, master->mac);
	}
	return find(desired, &s);
}
