/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_ARCHIVE_INTERNAL_H
#define AGENT_HISTORY_ARCHIVE_INTERNAL_H

#include "agent/history/archive.h"

#define ARCHIVE_SPAN_BYTES 128 /* what a function or a period is taken for when bytes are counted */

/**
 * archive_trim - within a change that adds @bytes: drop what is too old, once an hour, and what is above the size cap
 *
 * Changes the counters of @archive, which the caller puts back where the change fails.
 */
int archive_trim(struct archive *archive, int64_t bytes, int64_t now_us);

#endif
