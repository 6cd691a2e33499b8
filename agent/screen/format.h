/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_FORMAT_H
#define AGENT_SCREEN_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers in few columns. */
#define FORMAT_SIZE 32

/** format_count - at most 4 columns: "0", "999", "1.2k", "34k", "1.2M"; powers of ten; returns @out */
const char *format_count(double value, char out[FORMAT_SIZE]);

/** format_age - seconds in at most 4 columns: "12s", "5m", "2h", "3d"; returns @out */
const char *format_age(double seconds, char out[FORMAT_SIZE]);

/** format_period - seconds in at most 6 columns: "3s", "2.5s", "60s", "2m30s", "5h45m"; "" for 0; returns @out */
const char *format_period(double seconds, char out[FORMAT_SIZE]);

/** format_share - "97%"; returns @out */
const char *format_share(double share, char out[FORMAT_SIZE]);

/** format_clock - "19:04:31", local time; returns @out */
const char *format_clock(int64_t us, char out[FORMAT_SIZE]);

/** format_chance - how unlikely it is to be chance, from -ln p: "p<1e-6", "p 0.002"; returns @out */
const char *format_chance(double log_p, char out[FORMAT_SIZE]);

#endif
