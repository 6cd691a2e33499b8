// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/timeline.h"

#define TIMELINE_END (INT64_C(0xffffffff) * 1000000 + 999999)

static int64_t within_table(int64_t us)
{
	return us < 0 ? 0 : us > TIMELINE_END ? TIMELINE_END : us;
}

/* Is `us` a credible successor of `last`? */
static bool follows(int64_t us, int64_t last)
{
	return us - last <= TIMELINE_AHEAD && last - us <= TIMELINE_BEHIND;
}

void timeline_next_file(struct timeline *line)
{
	line->in_file = false;
	line->suspects = 0;
}

static int64_t first_of_file(struct timeline *line, int64_t us)
{
	line->in_file = true;
	line->shift_us = 0;
	if (line->started && line->now_us - us > TIMELINE_BEHIND) {
		line->shift_us = line->now_us - us;
		line->steps++;
		return line->now_us;
	}
	if (!line->started || us > line->now_us)
		line->now_us = us;
	line->started = true;
	return us;
}

/* A stamp that does not follow the clock: believed once enough of its neighbours agree with it, ignored until then. */
static int64_t suspect(struct timeline *line, int64_t us)
{
	bool ahead = us > line->now_us;

	line->suspects = line->suspects && follows(us, line->suspect_us) ? line->suspects + 1 : 1;
	line->suspect_us = us;
	if (line->suspects < (ahead ? 2 : TIMELINE_CONFIRM)) {
		line->held++;
		return line->now_us;
	}
	line->steps++;
	line->suspects = 0;
	if (ahead)
		line->now_us = us;
	else
		line->shift_us += line->now_us - us;
	return line->now_us;
}

int64_t timeline_stamp(struct timeline *line, int64_t recorded_us)
{
	int64_t us = within_table(recorded_us);

	if (!line->in_file)
		return first_of_file(line, us);
	us = within_table(us + line->shift_us);
	if (!follows(us, line->now_us))
		return suspect(line, us);
	line->suspects = 0;
	if (us > line->now_us)
		line->now_us = us;
	return us;
}

int64_t timeline_next(const struct timeline *line, int64_t recorded_us)
{
	struct timeline copy = *line;

	timeline_stamp(&copy, recorded_us);
	return copy.now_us;
}
