/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_CLASSIC_H
#define AGENT_SOURCE_CAPTURE_CLASSIC_H

/*
 * The plain case read without libpcap: a regular file in pcap format 2.4, Ethernet. libpcap takes every frame through two fread() calls
 * and a copy, which costs about as much as counting it does; here a frame is a pointer into the buffer. Format:
 * draft-ietf-opsawg-pcap. pcapng files have pcapng.h; old versions, other
 * link types and pipes are libpcap's.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/source/capture/frame.h"

struct classic;

/*
 * Take over reading of `fd`, which stays the caller's and must outlive the reader. Returns 1, 0 where the file is not of this
 * kind (its offset is then unchanged), or -ENOMEM. Logs nothing.
 */
int classic_open(struct classic **classic, int fd);

/* As capture_next(), but -ENODATA where the file is cut, -EBADMSG where it is damaged, -errno of read(2). Logs nothing. */
int classic_next(struct classic *classic, struct capture_frame *frame);

void classic_close(struct classic *classic);
DEFINE_CLEANUP(struct classic, classic_close)

#endif
