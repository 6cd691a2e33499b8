/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_TRACE_PACKETS_H
#define TOOLS_TRAIN_TRACE_PACKETS_H

/* Packets that the agent stored for a label, in a file of their own (agent/history/packets_file.h), in the place of a capture. */

#include "tools/train/trace.h"

/** trace_packets_are - does the name of this file say that it holds such packets? */
bool trace_packets_are(const char *path);

/**
 * trace_packets_read - as trace_read()
 *
 * The file does not say whose packets it holds, so it has one device: -EINVAL where the manifest names several. There is no address in
 * it either: -EOPNOTSUPP where @remotes are asked for.
 */
int trace_packets_read(const char *path, struct trace *traces, size_t count, bool remotes, struct trace_times *times);

#endif
