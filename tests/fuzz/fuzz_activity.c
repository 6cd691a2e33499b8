/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as a piece of recorded activity out of the store: refused, or series that stay within their time. */

#include <stdlib.h>

#include "agent/history/archive_blob.h"
#include "tests/fuzz/fuzz.h"

#define FROM_S INT64_C(1700000000)
#define SPAN_S 5000

static void check(const struct dataset *ds)
{
	for (size_t d = 0; d < ds->count; d++) {
		for (size_t f = 0; f < ds->devices[d].flow_count; f++) {
			const struct dataset_flow *flow = &ds->devices[d].flows[f];

			if (flow->count && flow->seconds[flow->count - 1].at >= SPAN_S)
				abort();
		}
	}
}

int fuzz_activity(const uint8_t *data, size_t size)
{
	struct dataset *ds = dataset_new();
	struct dataset_take take = { .ds = ds, .from_s = FROM_S, .to_s = FROM_S + SPAN_S };

	if (!ds || dataset_set_span(ds, FROM_S, FROM_S) < 0)
		abort();
	if (dataset_take_begin(&take, FROM_S, FROM_S + SPAN_S) == 0)
		archive_blob_read(data, size, &take);
	dataset_take_end(&take);
	dataset_finish(ds);
	check(ds);
	dataset_free(ds);
	return 0;
}
