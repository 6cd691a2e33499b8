/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_CAPTURE_H
#define AGENT_SOURCE_CAPTURE_CAPTURE_H

/*
 * Frames of a capture file: pcap (microseconds or nanoseconds, either byte order) and pcapng. libpcap reads what is neither a plain
 * Ethernet file (see classic.h) nor pcapng in a file (see pcapng.h).
 */

#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/source/capture/frame.h"

struct capture;

/*
 * Open a capture file, or standard input where `path` is "-". Warns where a link type is not Ethernet. Returns 0, or -errno with one
 * line logged: -ENOENT, -EACCES, ... as open(2); -EISDIR; -EBADMSG for an empty or compressed file and for one that is no
 * capture; -ENOTSUP for pcapng from a pipe whose interfaces have different link types (libpcap reads only one).
 */
int capture_open(struct capture **capture, const char *path);

/*
 * The next frame. Returns 1; 0 at the end of the file; -EBADMSG where the file is cut or damaged there, with one line logged that
 * says after how many frames: what was read before is good and there is no more.
 */
int capture_next(struct capture *capture, struct capture_frame *frame);

/* Frames read so far. */
uint64_t capture_frames(const struct capture *capture);

void capture_close(struct capture *capture);
DEFINE_CLEANUP(struct capture, capture_close)

/* The sysexits code that belongs to a result of capture_open() or capture_next(). */
int capture_exit_code(int r);

#endif
