/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_HOOK_H
#define AGENT_SOURCE_KERNEL_HOOK_H

/* Where on an interface the programs hang, and which of the possible hooks is chosen. */

#include <stdint.h>

#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/links.h"

/* As chosen by the user (`--hook`), and as in force at one port and direction. */
enum hook {
	HOOK_AUTO, /* in force: none */
	HOOK_XDP,  /* native, in the driver */
	HOOK_TCX,
	HOOK_CLSACT,
	HOOK_XDP_GENERIC, /* in the stack, slower than TC and blind to receive offload: on request only */
	HOOK_XDP_DISPATCHER, /* in force only: either, in libxdp's dispatcher */
};

/* "auto", "xdp", "tcx", "clsact", "xdp-generic"; NULL-terminated, in the order of enum hook. */
extern const char *const hook_choices[];

/* Name of a hook in force: "none" for HOOK_AUTO. */
const char *hook_name(enum hook hook);

enum { HOOK_NOTE_SIZE = 160 };

/* The hooks of one interface. */
struct attachment {
	uint32_t ifindex;
	enum hook ingress, egress;
	int ingress_fd, egress_fd; /* of the bpf_link; -1 for clsact and the dispatcher */
	struct libxdp_hook *dispatched; /* HOOK_XDP_DISPATCHER */
	struct pins *pins;	   /* where the links are pinned; NULL: nowhere */
	char note[HOOK_NOTE_SIZE]; /* why a better hook was not taken, and what no hook sees; empty where all is well */
};

#define ATTACHMENT_NONE                           \
	{                                         \
		.ingress_fd = -1, .egress_fd = -1 \
	}

/*
 * Hook ingress and egress of `link`. The order of `asked`: auto: native XDP on a physical port, tcx, clsact; xdp and
 * xdp-generic: that one, and TC only where another XDP program holds the port; tcx, clsact: only that. Egress is always
 * TC. XDP goes through libxdp's dispatcher where the kernel was opened so, and TC is taken where that does not work. Every step down is logged and noted. Where an earlier agent left the same hook pinned, its program is replaced in place. On failure nothing stays attached. Returns 0 or -errno, logged: -EOPNOTSUPP
 * where the kernel or driver lacks what was asked for, -EBUSY where somebody else is in the way, -EPERM.
 */
int hook_attach(const struct kernel *kernel, const struct link *link, enum hook asked, struct attachment *attachment);

/* Take off what hook_attach() put on; harmless where the interface is gone. */
void hook_detach(struct attachment *attachment);

/* Forget them: what is pinned, or a filter, stays for the next agent. */
void hook_leave(struct attachment *attachment);

/* Are both hooks still on their interface? An interface that is deleted takes them along, even if another gets its
 * number. */
bool hook_alive(const struct attachment *attachment);

#endif
