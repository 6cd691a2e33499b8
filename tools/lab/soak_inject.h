/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_SOAK_INJECT_H
#define LAB_SOAK_INJECT_H

#include "tools/lab/frame.h"

/*
 * Frames into an interface as if they came in by its cable, without a sender that would take more of the processor than what is measured:
 * BPF_PROG_RUN in live frame mode (Linux 5.18), by a program that draws the low four bytes of each frame's source address anew.
 */

/** inject_open - load the program; its descriptor or -errno, logged */
int inject_open(void);

/** inject - @frames copies of @frame into interface number @ifindex; 0 or -errno. All are through the hooks when it returns */
int inject(int program, unsigned int ifindex, const struct lab_frame *frame, unsigned int frames);

#endif
