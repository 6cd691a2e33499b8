/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_MECHANISMS_H
#define AGENT_SOURCE_KERNEL_MECHANISMS_H

/* The three ways to hang a program on an interface. All return 0 or -errno and log nothing: hook.c knows what a refusal
 * means. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- bpf_links: gone with the process that holds them, unless they are pinned --- */

/* The interface that a link is attached to; 0: none any more, or no link that we could have made. *xdp (may be NULL): which kind it is. */
uint32_t link_ifindex(int link, bool *xdp);

/* Is the link still on this interface? */
bool link_is_attached(int link, uint32_t ifindex);

/* Another program in the place of the one that is there: each frame meets one of the two. */
int link_replace(int link, int program);

/* --- XDP, by a bpf_link --- */

/* -EBUSY: another program is there (see xdp_holder()). -EOPNOTSUPP, -EINVAL, ...: the driver's refusal. */
int xdp_attach(int program, uint32_t ifindex, bool generic, int *link);

/* Is the XDP program on the interface there in generic mode? */
bool xdp_is_generic(uint32_t ifindex);

/* Is any XDP program on the interface? */
bool xdp_is_held(uint32_t ifindex);

/* Say who holds XDP on an interface: "xdp_dispatcher (id 12)". */
void xdp_holder(uint32_t ifindex, char *out, size_t size);

/* --- tcx (6.6), by a bpf_link --- */

/* In front of other programs, so that what they drop or redirect is seen too. -EOPNOTSUPP: the kernel has no tcx. */
int tcx_attach(int program, uint32_t ifindex, bool egress, int *link);

/* Does the kernel have tcx? Asked without attaching anything; @program is a loaded TC program. */
bool tcx_is_known(int program);

/* --- clsact: a filter on a queueing discipline, which outlives its process --- */

/*
 * The filters have a private priority and handle, so that a restart replaces what a killed agent left and nobody else's
 * is touched. The handle says whether we made the qdisc: a record that lives and dies with the interface.
 */
#define CLSACT_PRIORITY 263
#define CLSACT_HANDLE_FOUND 0x10b9f0
#define CLSACT_HANDLE_MADE 0x10b9f1

/* -EEXIST: a foreign filter has our priority and handle; -EBUSY: there is an ingress qdisc, which has no egress. */
int clsact_attach(int program, uint32_t ifindex, bool egress);

/* What clsact_detach() took away. */
struct clsact_removed {
	unsigned int filters, qdiscs;
};

/* Remove our filters in the directions of `ingress` and `egress`, and the qdisc if we made it and nothing is left in
 * it. */
int clsact_detach(uint32_t ifindex, bool ingress, bool egress, struct clsact_removed *removed);

/* Is our filter there? */
bool clsact_is_attached(uint32_t ifindex, bool egress);

#endif
