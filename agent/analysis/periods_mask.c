/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dense activity: a device that does something sends nearly every second for a while, and on the flow of its
 * keepalive often. Such runs say nothing of a period, present or absent. They are masked, and what is left are the quiet
 * events.
 */
#include <string.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define RUN_STEP 2		/* samples from one active sample of a run to the next, at most */
#define RUN_MIN 5		/* samples of a dense run, at least */
#define RUN_DENSITY 0.6		/* share of them that are active */
#define MASKED_MIN 0.03		/* share of the series that dense runs must fill */
#define QUIET_RATE_MAX 0.2	/* events a quiet sample: above that activity is not of two kinds */

/* One group of active samples: a dense run is masked, another is one event, at its start. */
static void add_group(struct periods *s, uint32_t from, uint32_t to, size_t active)
{
	const size_t length = to - from + 1;

	if (length < RUN_MIN || (double)active < RUN_DENSITY * (double)length) {
		s->positions[s->count++] = from;
		return;
	}
	s->run_starts[s->runs++] = from;
	for (uint32_t i = from; i <= to; i++)
		bits_set(s->mask, i);
}

bool periods_mask(struct periods *s, const uint64_t *words, size_t n)
{
	uint32_t *active = s->chain_start;
	const size_t count = bits_positions(words, n, active, n);
	size_t masked;

	if (count < RUN_MIN || (double)count < RUN_DENSITY * MASKED_MIN * (double)n)
		return false;
	memset(s->mask, 0, bits_words(n) * sizeof(*s->mask));
	s->n = n;
	s->count = s->runs = s->silence = 0;
	for (size_t i = 0, first = 0; i < count; i++) {
		if (i + 1 < count && active[i + 1] - active[i] <= RUN_STEP)
			continue;
		add_group(s, active[first], active[i], i + 1 - first);
		first = i + 1;
	}
	masked = bits_count(s->mask, n);
	return (double)masked >= MASKED_MIN * (double)n && masked < n &&
	       (double)s->count <= QUIET_RATE_MAX * (double)(n - masked);
}
