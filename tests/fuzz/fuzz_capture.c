/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as a capture, read as `iotbpf read` does: from a file and, where the first byte is odd, from a pipe, which
 * libpcap reads. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/source/capture/feed.h"
#include "agent/source/capture/order.h"
#include "tests/fuzz/fuzz.h"

static void read_path(char *path)
{
	const struct iot_table *table = fuzz_table();
	struct capture_state state = { 0 };
	struct capture_skip skips[CAPTURE_SKIPS];

	capture_feed_file(table, &state, path);
	if (capture_skips(table, &state, skips) > CAPTURE_SKIPS)
		abort();
}

static void read_pipe(const uint8_t *data, size_t size)
{
	char path[32];
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], data, size) != (ssize_t)size)
		abort();
	close(ends[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	read_path(path);
	close(ends[0]);
}

int fuzz_capture(const uint8_t *data, size_t size)
{
	char path[32], *paths[] = { path, path };
	int fd;

	if (!size)
		return 0;
	if (data[0] & 1) {
		read_pipe(data + 1, size - 1);
		return 0;
	}
	fd = fuzz_file(data + 1, size - 1, path);
	capture_order(paths, 2);
	read_path(path);
	close(fd);
	return 0;
}
