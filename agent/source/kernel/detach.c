/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/detach.h"

#include <errno.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/source/kernel/libxdp.h"
#include "agent/source/kernel/links.h"
#include "agent/source/kernel/mechanisms.h"
#include "agent/source/kernel/pins.h"

static int detach_one(const struct link *link, struct detach_counts *counts)
{
	struct clsact_removed removed = { 0 };
	int r = clsact_detach(link->ifindex, true, true, &removed);

	counts->hooks += libxdp_clean(link->ifindex, NULL);
	counts->interfaces += removed.filters > 0;
	counts->filters += removed.filters;
	counts->qdiscs += removed.qdiscs;
	if (r == -EPERM)
		return log_error_r(r, "%s: not permitted to remove filters: needs CAP_NET_ADMIN, run with sudo",
				   link->name);
	return r < 0 ? log_errno_r(r, "%s: cannot remove filters", link->name) : 0;
}

/* Pinned XDP and tcx hooks. */
static int detach_pinned(const char *directory, uint32_t ifindex, struct detach_counts *counts)
{
	struct pins_removed removed;
	int r = pins_detach(directory, ifindex, &removed);

	counts->hooks += removed.hooks;
	counts->held |= removed.held;
	if (r == -EACCES || r == -EPERM)
		return log_error_r(-EPERM, "%s: not permitted: run with sudo", directory);
	return r < 0 ? log_errno_r(r, "%s: cannot remove what is pinned", directory) : 0;
}

int detach_all(const char *name, const char *pins, struct detach_counts *counts)
{
	_cleanup_(links_free) struct links links = { 0 };
	const struct link *only = NULL;
	int r = links_dump(&links);

	*counts = (struct detach_counts){ 0 };
	if (r < 0)
		return log_errno_r(r, "cannot list the interfaces");
	if (name)
		only = links_by_name(&links, name);
	if (name && !only)
		return log_error_r(-ENODEV, "%s: no such interface: see `ip link`", name);
	for (uint32_t i = 0; i < links.count; i++) {
		int one = only && only != &links.link[i] ? 0 : detach_one(&links.link[i], counts);

		r = r < 0 ? r : one;
	}
	if (r == 0 && pins)
		r = detach_pinned(pins, only ? only->ifindex : 0, counts);
	return r;
}
