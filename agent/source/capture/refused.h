/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_REFUSED_H
#define AGENT_SOURCE_CAPTURE_REFUSED_H

/*
 * Say, in one line, what is wrong with a file that libpcap would not open, and what to do about it.
 * @fd: the file; @why: libpcap's words. Returns -EBADMSG, or -ENOTSUP for a capture that libpcap cannot read.
 */
int capture_refused(const char *path, int fd, const char *why);

#endif
