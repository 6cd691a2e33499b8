/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_LIBXDP_H
#define AGENT_SOURCE_KERNEL_LIBXDP_H

/*
 * XDP beside other XDP programs: libxdp puts a dispatcher on the interface, which calls one program after the other (kernel 5.10, with BTF
 * and trampolines). The library is loaded when it is asked for. It pins what it makes in /sys/fs/bpf/xdp, and looks programs up by number, which
 * wants CAP_SYS_ADMIN. Nothing is logged here but its own words, at the debug level.
 */

#include <stdbool.h>
#include <stdint.h>

struct kernel;
struct libxdp_hook;

enum { LIBXDP_WHY = 96 };

/**
 * libxdp_attach - put the XDP program into the dispatcher of an interface, in front of programs that ask for a later place
 * @why: says what is missing where it fails
 *
 * Returns 0; -ENOPKG (libxdp is not installed), -EOPNOTSUPP (the kernel has no dispatchers; nothing is attached), -EBUSY (a program that is
 * not a dispatcher's is there), -EPERM or another -errno. Release with libxdp_detach() or libxdp_leave().
 */
int libxdp_attach(const struct kernel *kernel, uint32_t ifindex, bool generic, struct libxdp_hook **hook, char why[LIBXDP_WHY]);

/** libxdp_is_attached - is the program still in the interface's dispatcher? */
bool libxdp_is_attached(const struct libxdp_hook *hook);

/** libxdp_detach - take the program out of the dispatcher, which goes with its last program; NULL is nothing */
void libxdp_detach(struct libxdp_hook *hook);

/** libxdp_leave - forget it: the program stays and counts on; NULL is nothing */
void libxdp_leave(struct libxdp_hook *hook);

/**
 * libxdp_clean - take programs of an earlier agent out of an interface's dispatcher
 * @but: not this one, which may be NULL
 *
 * Returns how many; 0 also where there is no dispatcher, no libxdp, or no right to look.
 */
unsigned int libxdp_clean(uint32_t ifindex, const struct libxdp_hook *but);

#endif
