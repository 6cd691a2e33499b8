// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/refused.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/log.h"

/* First bytes of what people feed us for a capture, and the command that makes one of it. */
struct packing {
	unsigned char bytes[6];
	size_t count;
	const char *unpack;
};

static const struct packing packings[] = {
	{{0x1f, 0x8b}, 2, "gzip"},
	{{'B', 'Z', 'h'}, 3, "bzip2"},
	{{0xfd, '7', 'z', 'X', 'Z'}, 5, "xz"},
	{{0x28, 0xb5, 0x2f, 0xfd}, 4, "zstd"},
};

/* The command that unpacks the file, or NULL; a pipe cannot be looked at again. */
static const char *unpacker(int fd)
{
	unsigned char start[6] = {0};

	if (pread(fd, start, sizeof(start), 0) <= 0)
		return NULL;
	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++)
		if (!memcmp(start, packings[i].bytes, packings[i].count))
			return packings[i].unpack;
	return NULL;
}

int capture_refused(const char *path, int fd, const char *why)
{
	const char *unpack = unpacker(fd);

	if (unpack)
		return log_error_r(-EBADMSG, "%s: compressed; use '%s -dc %s | iotbpf read -'", path, unpack, path);
	if (strstr(why, "different from the type of the first interface"))
		return log_error_r(-ENOTSUP, "%s: interfaces of different link types: read it from a file, not from a pipe", path);
	if (strstr(why, "unknown file format"))
		return log_error_r(-EBADMSG, "%s: not a pcap or pcapng capture", path);
	if (strstr(why, "only got 0"))
		return log_error_r(-EBADMSG, "%s: empty", path);
	if (strstr(why, "truncated"))
		return log_error_r(-EBADMSG, "%s: not a capture, or cut within its file header", path);
	return log_error_r(-EBADMSG, "%s: %s", path, why);
}
