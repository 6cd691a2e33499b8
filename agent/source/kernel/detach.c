/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/detach.h"

#include <errno.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/source/kernel/links.h"
#include "agent/source/kernel/mechanisms.h"

static int detach_one(const struct link *link, struct detach_counts *counts)
{
	struct clsact_removed removed = { 0 };
	int r = clsact_detach(link->ifindex, true, true, &removed);

	counts->interfaces += removed.filters > 0;
	counts->filters += removed.filters;
	counts->qdiscs += removed.qdiscs;
	if (r == -EPERM)
		return log_error_r(r, "%s: not permitted to remove filters: needs CAP_NET_ADMIN, run with sudo",
				   link->name);
	return r < 0 ? log_errno_r(r, "%s: cannot remove filters", link->name) : 0;
}

int detach_all(const char *name, struct detach_counts *counts)
{
	_cleanup_(links_free) struct links links = { 0 };
	int r = links_dump(&links);

	*counts = (struct detach_counts){ 0 };
	if (r < 0)
		return log_errno_r(r, "cannot list the interfaces");
	if (name && !links_by_name(&links, name))
		return log_error_r(-ENODEV, "%s: no such interface: see `ip link`", name);
	for (uint32_t i = 0; i < links.count; i++) {
		int one = name && strcmp(links.link[i].name, name) != 0 ? 0 : detach_one(&links.link[i], counts);

		r = r < 0 ? r : one;
	}
	return r;
}
