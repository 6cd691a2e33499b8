// SPDX-License-Identifier: BSD-2-Clause

#include "agent/analysis/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"

#define EVERY_MAX 300	     /* seconds between prompt analyses of a flow, at most */
#define CONFIRM 2	     /* analyses in a row that must agree on a period, at least a cycle apart, unless it is far beyond chance */
#define SURE_LOG_P 30.0
#define TOLD_LOG_P 8.0	     /* a flow is looked at dozens of times, so chance must be rarer than for one */
#define MISSES_LOST 3	     /* analyses in a row without it */
#define SILENT_CYCLES 4.0
#define LOSS_CYCLES 10.0     /* cycles that a period must last to be told again, times its losses: bursts of a train do not flap */
#define SAME_SHARE 0.03	     /* two periods closer than this, or than SAME_STEPS steps, are one */
#define SAME_STEPS 1.0

/*
 * What each resolution is asked for, in its steps: the window, and the periods that a finer one cannot see well. The detector
 * itself allows at most a third of the window.
 */
struct scale {
	size_t window;
	double pmin, pmax;
	uint32_t every[2]; /* seconds between analyses, at least, by enum track_pace */
};

static const struct scale SCALES[SERIES_RESOLUTIONS] = {
	[SERIES_FINE] = { 3600, 2, 1200, { 2, 3600 } },
	[SERIES_MEDIUM] = { 8640, 40, 2880, { 600, 43200 } },
	[SERIES_COARSE] = { 10080, 60, 3360, { 3600, 302400 } },
};

/*
 * Analyses of a flow are spaced by a share of the time that it has been observed, within bounds: its costs then do not depend on how long
 * it lives. Lazy: the finest window at most, so that nothing falls out of it unseen.
 */
struct pace {
	uint32_t share, most;
};

static const struct pace PACES[] = {
	[TRACK_PROMPT] = { 16, EVERY_MAX },
	[TRACK_LAZY] = { 1, 3600 },
};

struct tracker {
	enum track_pace pace;
	struct periods *periods;
	uint64_t words[SERIES_WORDS_MAX];
};

struct tracker *tracker_new(enum track_pace pace)
{
	_cleanup_free_ struct tracker *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->pace = pace;
	t->periods = periods_new(SERIES_WORDS_MAX * 64);
	return t->periods ? TAKE_PTR(t) : NULL;
}

void tracker_free(struct tracker *t)
{
	if (t)
		periods_free(t->periods);
	free(t);
}

static bool same(double a, double b, double step)
{
	return fabs(a - b) <= fmax(SAME_STEPS * step, SAME_SHARE * fmin(a, b));
}

/* Is `seconds` a multiple of a shorter period? Pulses that repeat every minute also repeat every five. */
static bool is_multiple(const struct track *t, double seconds, double step)
{
	for (int i = 0; i < TRACK_MAX; i++) {
		double base = t->period[i].seconds, k;

		if (base <= 0 || base >= seconds)
			continue;
		k = round(seconds / base);
		if (fabs(seconds - k * base) <= fmax(SAME_STEPS * step, SAME_SHARE * base))
			return true;
	}
	return false;
}

/* Where a period belongs: with itself, in an empty place, or in that of one that was lost. */
static struct tracked_period *place_for(struct track *t, double seconds, double step)
{
	struct tracked_period *empty = NULL, *lost = NULL;

	for (int i = 0; i < TRACK_MAX; i++) {
		struct tracked_period *p = &t->period[i];

		if (p->seconds > 0 && same(p->seconds, seconds, fmax(step, p->resolution_s)))
			return p;
		if (p->seconds <= 0 && !empty)
			empty = p;
		if (p->losses && !p->found && !lost)
			lost = p;
	}
	return empty ? empty : lost;
}

/* Take one answer of the detector into account. */
static void take(struct track *t, const struct period *found, double step, uint32_t now)
{
	double seconds = found->samples * step;
	struct tracked_period *p = place_for(t, seconds, step);
	bool known = p && p->seconds > 0 && same(p->seconds, seconds, fmax(step, p->resolution_s));

	if (!p || (!known && is_multiple(t, seconds, step)))
		return;
	if (known && p->resolution_s < step)
		return; /* the finer series knows it better */
	if (!known)
		*p = (struct tracked_period){ 0 };
	if (p->hits < UINT8_MAX)
		p->hits++;
	if (!p->seen_since)
		p->seen_since = now;
	p->seen = true;
	p->seconds = seconds;
	p->resolution_s = step;
	p->support = found->support;
	p->log_p = found->log_p;
	p->weak = found->weak;
}

static void analyse(struct tracker *tracker, struct track *t, struct series *series, uint32_t now, enum series_resolution r)
{
	struct periods_options options = PERIODS_OPTIONS_DEFAULT;
	struct period found[PERIODS_MAX];
	uint32_t start, step = series_step(r);
	size_t n = series_window(series, r, now, SCALES[r].window, tracker->words, &start);
	int count;

	options.pmin = SCALES[r].pmin;
	options.pmax = SCALES[r].pmax;
	if ((double)n < 3 * options.pmin)
		return;
	count = periods_find(tracker->periods, tracker->words, n, &options, found);
	for (int i = 0; i < count; i++)
		take(t, &found[i], step, now);
}

/* Has a period been seen well enough to be told? At the end there will be no second analysis to agree. */
static bool convinces(const struct tracked_period *p, uint32_t now, bool final)
{
	double lasted = now - p->seen_since;

	if (p->losses)
		return p->hits >= CONFIRM && lasted >= LOSS_CYCLES * p->losses * p->seconds;
	if (p->log_p >= SURE_LOG_P || (final && !p->weak))
		return true;
	return p->hits >= CONFIRM && lasted >= p->seconds && p->log_p >= TOLD_LOG_P;
}

/* A found period that is over keeps its place, so that its multiples and its return are known for what they are. */
static void lose(struct tracked_period *p, track_fn fn, void *user)
{
	if (p->found)
		fn(user, p, false);
	if (p->found && p->losses < UINT8_MAX)
		p->losses++;
	p->found = false;
	p->hits = 0;
	p->seen_since = 0;
	if (!p->losses)
		*p = (struct tracked_period){ 0 };
}

/* A period not seen is forgotten at once while it is not found, and lost after several misses. */
static void settle(struct tracked_period *p, double step, uint32_t now, bool final, track_fn fn, void *user)
{
	if (p->seconds <= 0 || p->resolution_s != step)
		return;
	if (p->seen) {
		p->seen = false;
		p->misses = 0;
		if (!p->found && convinces(p, now, final)) {
			p->found = true;
			fn(user, p, true);
		}
		return;
	}
	p->misses++;
	if (!final && (!p->found || p->misses >= MISSES_LOST))
		lose(p, fn, user);
}

static uint32_t interval(const struct pace *pace, uint32_t observed, uint32_t least)
{
	uint32_t every = observed / pace->share;

	every = every > pace->most ? pace->most : every;
	return every < least ? least : every;
}

void track_update(struct tracker *tracker, struct track *t, struct series *series, uint32_t now, bool final, track_fn fn,
		  void *user)
{
	if (series->marks < PERIODS_MIN_EVENTS)
		return;
	for (enum series_resolution r = 0; r < SERIES_RESOLUTIONS; r++) {
		uint32_t least = SCALES[r].every[tracker->pace], observed = now - series->first;

		if (!final && (now < t->next[r] || observed < least))
			continue;
		t->next[r] = now + interval(&PACES[tracker->pace], observed, least);
		analyse(tracker, t, series, now, r);
		for (int i = 0; i < TRACK_MAX; i++)
			settle(&t->period[i], series_step(r), now, final, fn, user);
	}
}

void track_expire(struct track *t, const struct series *series, uint32_t now, track_fn fn, void *user)
{
	for (int i = 0; i < TRACK_MAX; i++) {
		struct tracked_period *p = &t->period[i];

		if (p->seconds <= 0 || now <= series->last ||
		    (double)(now - series->last) <= SILENT_CYCLES * (p->seconds + p->resolution_s))
			continue;
		lose(p, fn, user);
	}
}
