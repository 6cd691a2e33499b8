// SPDX-License-Identifier: BSD-2-Clause

#include "agent/output/plot/column.h"

#include <sodium.h>

#include "agent/output/plot/plot.h"

#define LEB_MAX 10 /* bytes of a number of 64 bits */

static void append_number(struct buffer *out, uint64_t n)
{
	uint8_t bytes[LEB_MAX];
	size_t count = 0;

	do {
		bytes[count++] = (uint8_t)((n & 127) | (n > 127 ? 128 : 0));
		n >>= 7;
	} while (n);
	buffer_append(out, bytes, count);
}

static void end_run(struct column *column)
{
	if (!column->times)
		return;
	append_number(&column->bytes, column->value << 1 | (column->times > 1));
	if (column->times > 1)
		append_number(&column->bytes, column->times - 1);
	column->times = 0;
}

void column_value(struct column *column, uint64_t value)
{
	if (value > COLUMN_MAX)
		value = COLUMN_MAX;
	if (column->times && column->value == value) {
		column->times++;
		return;
	}
	column->bytes.limit = PLOT_PAGE_LIMIT;
	end_run(column);
	column->value = value;
	column->times = 1;
}

void column_end(struct column *column, struct buffer *out)
{
	size_t room;

	end_run(column);
	room = sodium_base64_ENCODED_LEN(column->bytes.len, sodium_base64_VARIANT_ORIGINAL);
	if (column->bytes.failed || buffer_reserve(out, room) < 0) {
		out->failed = true;
	} else if (column->bytes.len) {
		sodium_bin2base64(out->data + out->len, room, (const uint8_t *)column->bytes.data, column->bytes.len, sodium_base64_VARIANT_ORIGINAL);
		out->len += room - 1;
	}
	buffer_reset(&column->bytes);
}

void column_free(struct column *column)
{
	buffer_free(&column->bytes);
}
