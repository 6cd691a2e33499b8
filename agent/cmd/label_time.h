/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LABEL_TIME_H
#define AGENT_CMD_LABEL_TIME_H

#include <stdint.h>

/**
 * label_time_parse - a point in time as people write it
 * @now_us: the present, microseconds since 1970
 * @us: receives the time
 *
 * "now"; "-90s" (so long ago); "19:04", "19:04:30" (local time, the last one that was); "2026-11-21 19:04[:30]" (local time);
 * "2026-11-21T19:04:00[.5]Z" or with an offset like +01:00 (RFC 3339). Returns 0 or -EINVAL. Logs nothing.
 */
int label_time_parse(const char *text, int64_t now_us, int64_t *us);

#endif
