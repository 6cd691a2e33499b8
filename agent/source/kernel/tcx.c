/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/mechanisms.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <unistd.h>

/* Debian 12's headers are those of 6.1; numbers of the stable ABI since 6.6. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define TCX_BEFORE (1U << 3)

int tcx_attach(int program, uint32_t ifindex, bool egress, int *link)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = TCX_BEFORE);
	enum bpf_attach_type type = (enum bpf_attach_type)(egress ? TCX_EGRESS : TCX_INGRESS);
	int fd = bpf_link_create(program, (int)ifindex, type, &opts);

	if (fd == -EINVAL) /* what an attach type says that the kernel does not know */
		return -EOPNOTSUPP;
	if (fd < 0)
		return fd;
	*link = fd;
	return 0;
}

bool tcx_is_known(int program)
{
	int link = -1, r = tcx_attach(program, INT32_MAX, false, &link); /* no interface has that number */

	if (r == 0)
		close(link);
	return r != -EOPNOTSUPP;
}
