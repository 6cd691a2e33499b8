/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/offload.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "agent/base/cleanup.h"

#define FEATURES_MAX 1024 /* a kernel has some 60 */

/* A request about one interface. */
struct query {
	struct ifreq ifr;
	int fd;
};

static bool ask(struct query *q, void *request)
{
	q->ifr.ifr_data = request;
	return ioctl(q->fd, SIOCETHTOOL, &q->ifr) == 0;
}

/* How many features the kernel knows; 0 on failure. */
static uint32_t feature_count(struct query *q)
{
	_cleanup_free_ struct ethtool_sset_info *info = calloc(1, sizeof(*info) + sizeof(info->data[0]));

	if (!info)
		return 0;
	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = UINT64_C(1) << ETH_SS_FEATURES;
	return ask(q, info) && info->sset_mask && info->data[0] <= FEATURES_MAX ? info->data[0] : 0;
}

/* The number of a feature by its name; -1: not known to this kernel. */
static int feature_index(struct query *q, uint32_t count, const char *name)
{
	_cleanup_free_ struct ethtool_gstrings *names = calloc(1, sizeof(*names) + (size_t)count * ETH_GSTRING_LEN);

	if (!names)
		return -1;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = count;
	if (!ask(q, names))
		return -1;
	for (uint32_t i = 0; i < count; i++)
		if (strncmp((const char *)names->data + (size_t)i * ETH_GSTRING_LEN, name, ETH_GSTRING_LEN) == 0)
			return (int)i;
	return -1;
}

static bool feature_is_on(struct query *q, uint32_t count, int index)
{
	const uint32_t blocks = (count + 31) / 32;
	_cleanup_free_ struct ethtool_gfeatures *f = calloc(1, sizeof(*f) + blocks * sizeof(f->features[0]));

	if (!f || index < 0)
		return false;
	f->cmd = ETHTOOL_GFEATURES;
	f->size = blocks;
	return ask(q, f) && f->features[index / 32].active >> (index % 32) & 1;
}

static bool offloads_tc(const struct link *link)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct query q = { .fd = fd };
	uint32_t count;

	if (fd < 0)
		return false;
	memcpy(q.ifr.ifr_name, link->name, sizeof(q.ifr.ifr_name));
	count = feature_count(&q);
	return count && feature_is_on(&q, count, feature_index(&q, count, "hw-tc-offload"));
}

const char *offload_reason(const struct link *link)
{
	if (link->switchdev)
		return "a port of a hardware switch";
	return offloads_tc(link) ? "hw-tc-offload is on" : NULL;
}
