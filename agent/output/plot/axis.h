/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_AXIS_H
#define AGENT_OUTPUT_PLOT_AXIS_H

/* Ticks of an axis of time at round local times, and of an axis of numbers. */

#include <stdint.h>

enum { AXIS_LABEL = 32 };

/** axis_step - seconds between ticks so that at most @ticks of them are in @span seconds */
int64_t axis_step(int64_t span, int64_t ticks);

/** axis_first - the first tick at or after @from: a multiple of @step in local time */
int64_t axis_first(int64_t from, int64_t step);

/** axis_label - "19:04:10", "19:04", or "21 Nov" where days are the step or one begins; returns @out */
const char *axis_label(int64_t at, int64_t step, char out[AXIS_LABEL]);

/** axis_top - the round number (1, 2, 5 times a power of ten) that is @value or above, at least 1 */
double axis_top(double value);

#endif
