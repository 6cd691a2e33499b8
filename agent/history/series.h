/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_SERIES_H
#define AGENT_HISTORY_SERIES_H

/*
 * The activity of one flow, one bit a time step, at three resolutions: a 3-second beacon needs seconds, a lease renewed
 * every few hours needs days, and nobody needs seconds of last week. Times are seconds of the table's clock.
 */

#include <stddef.h>
#include <stdint.h>

enum series_resolution { SERIES_FINE, SERIES_MEDIUM, SERIES_COARSE, SERIES_RESOLUTIONS };

/* Words of 64 steps: 1 s x 1 h, 10 s x 1 day, 60 s x 7 days. */
#define SERIES_FINE_WORDS 57
#define SERIES_MEDIUM_WORDS 135
#define SERIES_COARSE_WORDS 158
#define SERIES_WORDS_MAX SERIES_COARSE_WORDS

struct series {
	uint32_t first;	/* second of the first mark: the series says nothing of the time before */
	uint32_t last;	/* second of the latest */
	uint32_t step[SERIES_RESOLUTIONS]; /* newest step that the ring of a resolution has room for */
	uint32_t marks;	/* active seconds in all, saturating */
	uint64_t fine[SERIES_FINE_WORDS];
	uint64_t medium[SERIES_MEDIUM_WORDS];
	uint64_t coarse[SERIES_COARSE_WORDS];
};

/** series_new - an empty series; NULL when memory is short; release with free() */
struct series *series_new(void);

/** series_step - seconds a step of @resolution lasts: 1, 10 or 60 */
uint32_t series_step(enum series_resolution resolution);

/**
 * series_mark - the flow was active in the seconds that a slot's activity word says
 * @second: its newest second
 * @bits: bit k: active in @second - k
 *
 * Marks may repeat and may come late, up to the length of the series. Returns how many seconds were not marked before.
 */
uint32_t series_mark(struct series *series, uint32_t second, uint32_t bits);

/**
 * series_window - the newest steps of a resolution, oldest first, up to and including the step of @until
 * @until: a second, not before the latest mark
 * @max_steps: at most that many; the window never begins before the first mark
 * @words: room for SERIES_WORDS_MAX; bit i of the series = words[i / 64] >> (i % 64) & 1
 * @start: second at which the window begins
 *
 * Returns the number of steps.
 */
size_t series_window(struct series *series, enum series_resolution resolution, uint32_t until, size_t max_steps,
		     uint64_t *words, uint32_t *start);

#endif
