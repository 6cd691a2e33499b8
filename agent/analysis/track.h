/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_ANALYSIS_TRACK_H
#define AGENT_ANALYSIS_TRACK_H

/*
 * Which periods a flow is known to have: the detector's answers over time, at three resolutions, made steady. A period is found
 * when the detector confirms it, and lost when the flow stays silent for several cycles or the detector no longer sees it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/analysis/periods.h"
#include "agent/history/series.h"

#define TRACK_MAX 4 /* periods kept for a flow */

struct tracked_period {
	double seconds;
	double log_p;		/* best seen */
	double support;
	double resolution_s;	/* length of a step of the series it was found in */
	uint32_t seen_since;	/* second of the first analysis of those in a row that saw it; 0: not seen lately */
	uint8_t hits, misses;	/* analyses in a row that did and did not see it */
	uint8_t losses;		/* how often it was found and lost again: each makes the next finding harder */
	bool seen;		/* in the latest analysis */
	bool found;		/* confirmed and told */
	bool weak;
};

/* State of one flow; zero-initialised. */
struct track {
	struct tracked_period period[TRACK_MAX];
	uint32_t next[SERIES_RESOLUTIONS]; /* second before which no analysis is due */
};

/* Live, a period is to be told within a few cycles; of a finished capture only what was there at some time is wanted. */
enum track_pace { TRACK_PROMPT, TRACK_LAZY };

/* Work space shared by all flows. */
struct tracker;

/*
 * tracker_new - NULL when memory is short
 * @pace: how soon changes must be noticed
 */
struct tracker *tracker_new(enum track_pace pace);
void tracker_free(struct tracker *tracker);

/* Told when a period is found (true) or lost (false). */
typedef void (*track_fn)(void *user, const struct tracked_period *period, bool found);

/**
 * track_update - analyse @series if that is due and tell what changed
 * @now: second; not before the series' last mark
 * @final: analyse in any case: nothing more will come
 *
 * Analyses are spaced by the time observed, so that a flow costs the same share of a core however long it lives.
 */
void track_update(struct tracker *tracker, struct track *track, struct series *series, uint32_t now, bool final, track_fn fn,
		  void *user);

/** track_expire - tell of periods lost because the flow has been silent for too many cycles; cheap, for each pass */
void track_expire(struct track *track, const struct series *series, uint32_t now, track_fn fn, void *user);

#endif
