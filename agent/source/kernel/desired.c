/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/desired.h"

#include <errno.h>
#include <linux/if_arp.h>

#include "agent/base/log.h"

int desired_check(const struct links *links, const char *name)
{
	const struct link *link = links_by_name(links, name);
	const struct link *master;

	if (!link)
		return log_error_r(-ENODEV, "%s: no such interface: see `ip link`", name);
	if (link->type != ARPHRD_ETHER)
		return log_error_r(-EINVAL, "%s: not an Ethernet interface: name a bridge or an Ethernet port", name);
	master = links_by_index(links, link->master);
	if (master && (strcmp(master->kind, "bond") == 0 || strcmp(master->kind, "team") == 0))
		return log_error_r(-EINVAL, "%s: not a bridge port but part of %s %s: name %s instead", name,
				   master->kind, master->name, master->name);
	if (!link->up)
		log_warn("%s: interface is down: `ip link set %s up`", name, name);
	return 0;
}

static void add(struct desired *desired, const struct link *link)
{
	if (link->type != ARPHRD_ETHER)
		return;
	for (size_t i = 0; i < desired->count; i++)
		if (desired->link[i] == link)
			return;
	desired->link[desired->count++] = link;
}

int desired_expand(const struct links *links, char *const *names, size_t count, struct desired *desired)
{
	*desired = (struct desired){ .link = calloc(links->count + 1, sizeof(*desired->link)) };
	if (!desired->link)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct link *named = links_by_name(links, names[i]);

		if (named && !link_is_bridge(named))
			add(desired, named);
		for (uint32_t k = 0; link_is_bridge(named) && k < links->count; k++)
			if (links->link[k].master == named->ifindex)
				add(desired, &links->link[k]);
	}
	return 0;
}
