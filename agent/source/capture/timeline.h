/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_TIMELINE_H
#define AGENT_SOURCE_CAPTURE_TIMELINE_H

/*
 * From recorded time stamps to the table's clock, which no stamp, however wrong, may stall or throw back.
 *
 * The clock is the newest time seen. A stamp at most TIMELINE_BEHIND older is kept as it is (captures of several CPUs are a
 * little out of order, and a flow's activity word reaches that far back). Any other distance needs confirmation, because one damaged
 * record must not move the clock:
 *  - more than TIMELINE_AHEAD forward: the frame is counted at the clock's present time; a second one in a row, near the first,
 *    moves the clock there;
 *  - more than TIMELINE_BEHIND back: counted at the present time; after TIMELINE_CONFIRM in a row the recording clock was set
 *    back, and from there on the difference is added to every stamp, so that time goes on from where it was.
 * The first frame of each file needs no confirmation: later than the clock it moves it; earlier, the file is shifted to follow on.
 * Stamps outside the years 1970 to 2106 are pulled to the nearer end, since a table's seconds are 32 bits.
 *
 * So: results are never more than TIMELINE_BEHIND behind the clock, and the clock never goes back. It may jump forward by any amount.
 */

#include <stdbool.h>
#include <stdint.h>

#define TIMELINE_BEHIND INT64_C(31000000)    /* microseconds */
#define TIMELINE_AHEAD INT64_C(86400000000)  /* microseconds: a day */
#define TIMELINE_CONFIRM 32		     /* frames */

/* All zero: no file yet. */
struct timeline {
	int64_t now_us;	    /* the clock: newest time given out */
	int64_t shift_us;   /* added to stamps */
	int64_t suspect_us; /* last stamp that awaits confirmation */
	uint32_t suspects;  /* in a row */
	bool started;	    /* now_us is valid */
	bool in_file;	    /* a frame of the present file was seen */
	uint64_t held;	    /* frames counted at the present time for want of a credible one */
	uint64_t steps;	    /* times that the recording clock was seen to be set */
};

/* The frames that follow are of another file. */
void timeline_next_file(struct timeline *line);

/* Time of a frame in microseconds since 1970, 0 to 2^32 seconds, from the recorded one. */
int64_t timeline_stamp(struct timeline *line, int64_t recorded_us);

/* What the clock will be once a frame with this recorded time is stamped; for those who must act before it moves. */
int64_t timeline_next(const struct timeline *line, int64_t recorded_us);

#endif
