/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_CLOCK_H
#define IOTBPF_BASE_CLOCK_H

#include <stdint.h>

enum { TIME_TEXT_SIZE = 32, DURATION_TEXT_SIZE = 32 };

#define US_PER_SECOND INT64_C(1000000)
#define NS_PER_SECOND INT64_C(1000000000)

/**
 * time_format_rfc3339 - "2026-11-21T19:04:00.123456Z", UTC; returns @out
 * @us: microseconds since 1970; outside the years 0000..9999 it is clamped to their ends
 */
const char *time_format_rfc3339(int64_t us, char out[TIME_TEXT_SIZE]);

/** time_format_local - "2026-11-21 19:04:00" in local time, for people; returns @out */
const char *time_format_local(int64_t us, char out[TIME_TEXT_SIZE]);

/** time_now_us - CLOCK_REALTIME, microseconds since 1970 */
int64_t time_now_us(void);

/** time_monotonic_ns - CLOCK_MONOTONIC, nanoseconds */
int64_t time_monotonic_ns(void);

/** duration_format - seconds in two units for people: "45 s", "5 min", "5 h 45 min", "2 d 3 h"; returns @out */
const char *duration_format(double seconds, char out[DURATION_TEXT_SIZE]);

/**
 * duration_parse - "1500ms", "5s", "2m", "1h", "1d" or a bare number of seconds, fractions allowed
 * @ns: result in nanoseconds, 0 or more
 *
 * Returns 0, -EINVAL for another form, -ERANGE beyond 292 years. Logs nothing.
 */
int duration_parse(const char *text, int64_t *ns);

#endif
