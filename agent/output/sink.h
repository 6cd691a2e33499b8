/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_SINK_H
#define IOTBPF_OUTPUT_SINK_H

#include <stdbool.h>
#include <stddef.h>

/* Where lines go. An implementation embeds struct sink as its first member. */
struct sink;

struct sink_ops {
	/*
	 * Take one line with its newline, whole or not at all. 0; -EAGAIN: no room now, the line is dropped;
	 * -EPIPE: nobody reads any more; another -errno: failed, the next line may succeed.
	 */
	int (*write)(struct sink *sink, const char *line, size_t len);
	void (*free)(struct sink *sink);
};

struct sink {
	const struct sink_ops *ops;
};

/**
 * sink_fd_new - lines to a descriptor, which stays the caller's
 * @may_wait: wait for a slow reader; else a line that a pipe has no room for is dropped (pipes, sockets and
 *	      terminals; lines up to PIPE_BUF, 4096 bytes, never wait then)
 *
 * A line is one write(2) unless the kernel takes only a part of it. Ignores SIGPIPE in the whole process:
 * a closed pipe is -EPIPE from write. 0 or -ENOMEM.
 */
int sink_fd_new(int fd, bool may_wait, struct sink **sink);

#endif
