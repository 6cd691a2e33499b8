/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/mechanisms.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#define LINK_TYPE_TCX 11 /* of kernel 6.6 */

uint32_t link_ifindex(int link, bool *xdp)
{
	/* bpf_link_info ends each kind's part with its own layout: XDP and tcx both begin with the ifindex, 0 once detached. */
	struct bpf_link_info info = { 0 };
	__u32 length = sizeof(info);

	if (bpf_obj_get_info_by_fd(link, &info, &length) < 0 || (info.type != BPF_LINK_TYPE_XDP && info.type != LINK_TYPE_TCX))
		return 0;
	if (xdp)
		*xdp = info.type == BPF_LINK_TYPE_XDP;
	return info.xdp.ifindex;
}

bool link_is_attached(int link, uint32_t ifindex)
{
	return link_ifindex(link, NULL) == ifindex;
}

int link_replace(int link, int program)
{
	return bpf_link_update(link, program, NULL);
}
