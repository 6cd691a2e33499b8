/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dense activity: a device that does something sends nearly every second for a while, often on the flow of its
 * keepalive. Such runs say nothing of a period, present or absent. They are masked; what is left are the quiet
 * events.
 */
#include <string.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define RUN_STEP 2		/* samples from one active sample of a run to the next, at most */
#define RUN_MIN 5		/* samples of a dense run, at least */
#define RUN_DENSITY 0.6		/* share of them that are active */
#define MASKED_MIN 0.03		/* share of the series that dense runs must fill */
#define QUIET_RATE_MAX 0.15	/* events a quiet sample: above that activity is not of two kinds */
#define RUNS_MIN 6		/* dense runs that can be periodic themselves */
#define QUIET_MAX 600		/* events: bounds what a search costs */

/*
 * One group of active samples, active[0 .. count - 1]: a dense run is masked, another group is one event, at its
 * start. So is a sample that stands alone at an end of a dense run.
 */
static void add_group(struct periods *s, const uint32_t *active, size_t count)
{
	size_t first = 0, last = count - 1;

	if (count < 2 || active[last] - active[0] + 1 < RUN_MIN ||
	    (double)count < RUN_DENSITY * (double)(active[last] - active[0] + 1)) {
		s->positions[s->count++] = active[0];
		return;
	}
	if (active[1] - active[0] == RUN_STEP)
		s->positions[s->count++] = active[first++];
	s->run_starts[s->runs++] = active[first];
	if (active[last] - active[last - 1] == RUN_STEP)
		s->positions[s->count++] = active[last--];
	for (uint32_t i = active[first]; i <= active[last]; i++)
		bits_set(s->mask, i);
}

bool periods_runs(struct periods *s, const struct periods_options *o, struct periods_candidate *c)
{
	const size_t n = s->n;

	if (s->runs < RUNS_MIN)
		return false;
	for (size_t i = 0; i < s->runs; i++)
		s->positions[i] = s->run_starts[i] - s->run_starts[0];
	s->count = s->runs;
	s->n = s->positions[s->count - 1] + 1;
	s->silence = n - s->run_starts[0] - s->n;
	s->adjacent = true;
	return (periods_short(s, o, c) || periods_long(s, o, c)) && !c->weak;
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
		add_group(s, active + first, i + 1 - first);
		first = i + 1;
	}
	masked = bits_count(s->mask, n);
	return s->count <= QUIET_MAX && (double)masked >= MASKED_MIN * (double)n && masked < n &&
	       (double)s->count <= QUIET_RATE_MAX * (double)(n - masked);
}
