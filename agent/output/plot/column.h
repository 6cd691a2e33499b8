/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_COLUMN_H
#define AGENT_OUTPUT_PLOT_COLUMN_H

/*
 * A column of numbers as text: every value is a LEB128 number, shifted left by one; where the lowest bit is set another number follows, how many
 * times more the value comes. The bytes are then base64. Read by agent/share/plot/data.js.
 */

#include <stdint.h>

#include "agent/base/buffer.h"

#define COLUMN_MAX ((UINT64_C(1) << 53) - 1) /* a number of JavaScript; larger values are packed as this */

struct column {
	struct buffer bytes;
	uint64_t value, times; /* the run that is not written yet */
};

/** column_value - the next value of the column */
void column_value(struct column *column, uint64_t value);

/** column_end - append the column to @out, and begin a new one; failure is in @out->failed */
void column_end(struct column *column, struct buffer *out);

/** column_free - release the memory */
void column_free(struct column *column);

#endif
