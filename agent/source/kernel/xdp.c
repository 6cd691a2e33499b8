/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/mechanisms.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <stdio.h>

#include "agent/base/cleanup.h"

int xdp_attach(int program, uint32_t ifindex, bool generic, int *link)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	int fd = bpf_link_create(program, (int)ifindex, BPF_XDP, &opts);

	if (fd == -EEXIST) /* in the other mode, or on the bridge above */
		return -EBUSY;
	if (fd < 0)
		return fd;
	*link = fd;
	return 0;
}

static uint32_t held_by(uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	if (bpf_xdp_query((int)ifindex, 0, &query) < 0)
		return 0;
	return query.prog_id ? query.prog_id : query.drv_prog_id ? query.drv_prog_id : query.skb_prog_id;
}

bool xdp_is_generic(uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	return bpf_xdp_query((int)ifindex, 0, &query) == 0 && query.attach_mode == XDP_ATTACHED_SKB;
}

bool xdp_is_held(uint32_t ifindex)
{
	return held_by(ifindex) != 0;
}

void xdp_holder(uint32_t ifindex, char *out, size_t size)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);
	uint32_t id = held_by(ifindex);
	_cleanup_close_ int fd = id ? bpf_prog_get_fd_by_id(id) : -1;

	if (!id)
		snprintf(out, size, "a program on the interface above it");
	else if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &length) < 0) /* names need CAP_SYS_ADMIN */
		snprintf(out, size, "program id %u", id);
	else
		snprintf(out, size, "%s (id %u)", info.name, id);
}
