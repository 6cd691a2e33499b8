/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/gateways.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "agent/base/mac.h"
#include "agent/source/kernel/netlink.h"

enum { GATEWAYS_MAX = 16, ADDRESS_MAX = 16 };

/* Next hop of a default route. */
struct gateway {
	uint32_t ifindex;
	uint32_t length; /* of the address: 4 or 16 */
	uint8_t address[ADDRESS_MAX];
};

struct search {
	struct gateway gateway[GATEWAYS_MAX];
	bool resolved[GATEWAYS_MAX];
	size_t gateways;
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
	return mnl_attr_get_payload_len(a) == 4 || mnl_attr_get_payload_len(a) == ADDRESS_MAX;
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

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*route) || route->rtm_dst_len || s->gateways == GATEWAYS_MAX)
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof(*route), read_next_hop, &g);
	if (g.ifindex && g.length)
		s->gateway[s->gateways++] = g;
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

static int read_neighbour(const struct nlmsghdr *h, void *user)
{
	const struct ndmsg *header = mnl_nlmsg_get_payload(h);
	struct search *s = user;
	struct neighbour n = { 0 };

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*header))
		return MNL_CB_OK;
	n.who.ifindex = (uint32_t)header->ndm_ifindex;
	mnl_attr_parse(h, sizeof(*header), read_entry, &n);
	for (size_t i = 0; i < s->gateways; i++) {
		if (memcmp(&s->gateway[i], &n.who, sizeof(n.who)) != 0)
			continue;
		add_mac(s, n.mac);
		s->resolved[i] |= n.mac != 0;
	}
	return MNL_CB_OK;
}

static bool is_ours(const struct desired *desired, uint32_t ifindex)
{
	for (size_t i = 0; i < desired->count; i++)
		if (desired->link[i]->ifindex == ifindex || desired->link[i]->master == ifindex)
			return true;
	return false;
}

/* Keep the gateways that are reached through what we watch. */
static void keep_ours(struct search *s, const struct desired *desired)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->gateways; i++)
		if (is_ours(desired, s->gateway[i].ifindex))
			s->gateway[kept++] = s->gateway[i];
	s->gateways = kept;
}

static int find(const struct desired *desired, struct search *s)
{
	const struct rtmsg routes = { .rtm_family = AF_UNSPEC };
	const struct ndmsg neighbours = { .ndm_family = AF_UNSPEC };
	int r = netlink_dump(RTM_GETROUTE, &routes, sizeof(routes), read_route, NULL, s);

	if (r < 0)
		return r;
	keep_ours(s, desired);
	if (s->gateways)
		r = netlink_dump(RTM_GETNEIGH, &neighbours, sizeof(neighbours), read_neighbour, NULL, s);
	return r < 0 ? r : (int)s->count;
}

int gateways_find(const struct desired *desired, uint64_t *macs, size_t room)
{
	struct search s = { .macs = macs, .room = room };

	return find(desired, &s);
}

int gateways_find_own(const struct links *links, const struct desired *desired, uint64_t *macs, size_t room,
		      bool *unresolved)
{
	struct search s = { .macs = macs, .room = room };
	int r;

	for (size_t i = 0; i < desired->count; i++) {
		const struct link *master = links_by_index(links, desired->link[i]->master);

		add_mac(&s, desired->link[i]->mac);
		if (master)
			add_mac(&s, master->mac);
	}
	r = find(desired, &s);
	*unresolved = false;
	for (size_t i = 0; i < s.gateways; i++)
		*unresolved |= !s.resolved[i];
	return r;
}
