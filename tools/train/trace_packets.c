/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/trace_packets.h"

#include <errno.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/history/packets_file.h"

bool trace_packets_are(const char *path)
{
	size_t n = strlen(path), suffix = strlen(PACKETS_FILE_SUFFIX);

	return n > suffix && !strcmp(path + n - suffix, PACKETS_FILE_SUFFIX);
}

static int explain(const char *path, int r)
{
	if (r == -EBADMSG)
		return log_error_r(r, "%s: not packets of a label, or cut: `iotbpf train --export` writes them", path);
	if (r == -EPROTONOSUPPORT)
		return log_error_r(r, "%s: packets of another version of iotbpf", path);
	return log_errno_r(r, "%s", path);
}

int trace_packets_read(const char *path, struct trace *traces, size_t count, bool remotes, struct trace_times *times)
{
	int r;

	*times = (struct trace_times){ 0 };
	if (count > 1)
		return log_error_r(-EINVAL, "%s: packets of one device, but the manifest names %zu", path, count);
	if (remotes)
		return log_error_r(-EOPNOTSUPP, "%s: the paper's features need addresses, and stored packets have none", path);
	r = packets_file_read(path, &traces->packets, &traces->count);
	if (r < 0)
		return explain(path, r);
	traces->room = traces->count;
	if (!traces->count)
		return 0;
	times->first_ms = traces->packets[0].ms;
	times->seconds = (traces->packets[traces->count - 1].ms - times->first_ms) / 1000;
	return 0;
}
