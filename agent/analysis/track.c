// SPDX-License-Identifier: BSD-2-Clause

#include "agent/analysis/track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"

#define EVERY_MIN 2	     /* seconds between analyses of a flow, at least */
#define EVERY_SHARE 16	     /* and at least this share of the time it has been observed */
#define EVERY_MAX 300
#define CONFIRM 2	     /* analyses in a row that must agree on a period, unless it is far beyond chance */
#define SURE_LOG_P 30.0
#define MISSES_LOST 3	     /* analyses in a row without it */
#define SILENT_CYCLES 4.0
#define SAME_SHARE 0.03	     /* two periods closer than this, or than SAME_STEPS steps, are one */
#define SAME_STEPS 1.0

/*
 * What each resolution is asked for, in its steps: the window, and the periods that a finer one cannot see well. The detector
 * itself allows at most a third of the window.
 */
struct scale {
	size_t window;
	double pmin, pmax;
};

static const struct scale SCALES[SERIES_RESOLUTIONS] = {
	[SERIES_FINE] = {3600, 2, 600},
	[SERIES_MEDIUM] = {8640, 40, 2880},
	[SERIES_COARSE] = {10080, 60, 3360},
};

struct tracker {
	struct periods *periods;
	uint64_t words[SERIES_WORDS_MAX];
};

struct tracker *tracker_new(void)
{
	_cleanup_free_ struct tracker *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
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

static struct tracked_period *place_for(struct track *t, double seconds, double step)
{
	struct tracked_period *empty = NULL;

	for (int i = 0; i < TRACK_MAX; i++) {
		struct tracked_period *p = &t->period[i];

		if (p->seconds > 0 && same(p->seconds, seconds, fmax(step, p->resolution_s)))
			return p;
		if (p->seconds <= 0 && !empty)
			empty = p;
	}
	return empty;
}

/* Take one answer of the detector into account. */
static void take(struct track *t, const struct period *found, double step, uint32_t now)
{
	double seconds = found->samples * step;
	struct tracked_period *p = place_for(t, seconds, step);

	if (!p || (p->seconds <= 0 && is_multiple(t, seconds, step)))
		return;
	if (p->seconds > 0 && p->resolution_s < step)
		return; /* the finer series knows it better */
	if (p->hits < UINT8_MAX)
		p->hits++;
	p->seen = true;
	p->seconds = seconds;
	p->resolution_s = step;
	p->support = found->support;
	p->log_p = fmax(p->log_p, found->log_p);
	p->weak = found->weak;
	if (!p->since)
		p->since = now;
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

/* A period not seen is forgotten at once while unconfirmed, and lost after several misses. */
static void settle(struct track *t, uint32_t now, bool final, track_fn fn, void *user)
{
	for (int i = 0; i < TRACK_MAX; i++) {
		struct tracked_period *p = &t->period[i];

		if (p->seconds <= 0)
			continue;
		if (p->seen) {
			p->seen = false;
			p->misses = 0;
			if (!p->found && (p->hits >= CONFIRM || p->log_p >= SURE_LOG_P || final)) {
				p->found = true;
				p->since = now;
				fn(user, p, true);
			}
			continue;
		}
		p->hits = 0;
		p->misses++;
		if (p->found && p->misses >= MISSES_LOST && !final)
			fn(user, p, false);
		if (!p->found || (p->misses >= MISSES_LOST && !final))
			*p = (struct tracked_period){0};
	}
}

static uint32_t interval(uint32_t observed)
{
	uint32_t every = observed / EVERY_SHARE;

	return every < EVERY_MIN ? EVERY_MIN : every > EVERY_MAX ? EVERY_MAX : every;
}

void track_update(struct tracker *tracker, struct track *t, struct series *series, uint32_t now, bool final, track_fn fn,
		  void *user)
{
	if (series->marks < PERIODS_MIN_EVENTS || (!final && (now < t->next || series->marks == t->marks)))
		return;
	t->next = now + interval(now - series->first);
	t->marks = series->marks;
	for (enum series_resolution r = 0; r < SERIES_RESOLUTIONS; r++)
		analyse(tracker, t, series, now, r);
	settle(t, now, final, fn, user);
}

void track_expire(struct track *t, const struct series *series, uint32_t now, track_fn fn, void *user)
{
	for (int i = 0; i < TRACK_MAX; i++) {
		struct tracked_period *p = &t->period[i];

		if (p->seconds <= 0 || now <= series->last ||
		    (double)(now - series->last) <= SILENT_CYCLES * (p->seconds + p->resolution_s))
			continue;
		if (p->found)
			fn(user, p, false);
		*p = (struct tracked_period){0};
	}
}
