/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/paper.h"
#include "agent/features/window.h"
#include "tools/train/cut.h"

#include <iotbpf/limits.h>

#define MINUTE_S 60
#define MINUTES_FROM_S 120 /* a shorter piece is not cut into minutes */

static const size_t partial[] = { FEATURES_MIN_WINDOW, 10, 15, 20, 25 };

enum { PARTIALS = sizeof(partial) / sizeof(partial[0]) };

/* One window of packets at..at+n-1. */
static int add_window(struct cutter *c, const struct piece *p, size_t at, size_t n, float share, enum sample_use use)
{
	enum features_scale scale = c->options->paper ? FEATURES_PAPER : FEATURES_WINDOW;
	const struct trace *t = p->trace;
	struct sample *sample;
	float *x;
	int r = cut_add(c, p, scale, at, at + n - 1, &x, &sample);

	if (r < 0)
		return r;
	sample->share = share;
	sample->use = use;
	if (c->options->paper)
		features_paper(t->packets + at, n, t->remote + at, x);
	else
		features_window(t->packets + at, n, x);
	if (c->times.lost)
		features_forget_times(scale, x);
	return 0;
}

/* The beginning: each window holds the one before it. */
static int cut_beginning(struct cutter *c, const struct piece *p)
{
	size_t n = p->end - p->begin;
	int r = 0;

	for (size_t i = 0; r == 0 && i < PARTIALS; i++)
		if (partial[i] < n)
			r = add_window(c, p, p->begin, partial[i], 0, SAMPLE_LIVE);
	return r == 0 ? add_window(c, p, p->begin, n < IOT_WINDOW ? n : IOT_WINDOW, 0, SAMPLE_LIVE) : r;
}

/* Packets from one window to the next. */
static size_t stride_of(const struct cutter *c, size_t n)
{
	size_t rest = n - IOT_WINDOW;

	return rest / c->options->stride < c->options->windows ? c->options->stride : rest / c->options->windows + 1;
}

static float share_of(size_t fresh)
{
	return fresh < IOT_WINDOW ? (float)fresh / IOT_WINDOW : 1;
}

/* Windows after the first, and now and then a shorter one, as a device that says little would fill. */
static int cut_full(struct cutter *c, const struct piece *p)
{
	size_t stride = stride_of(c, p->end - p->begin), last = p->end - IOT_WINDOW, at = p->begin, turn = 0;
	int r = 0;

	while (r == 0 && at + stride <= last) {
		at += stride;
		r = add_window(c, p, at, IOT_WINDOW, share_of(stride), SAMPLE_LIVE);
		if (r == 0 && ++turn % 3 == 0) {
			size_t n = partial[turn / 3 % PARTIALS];

			r = add_window(c, p, at + IOT_WINDOW - n, n, 0, SAMPLE_TEACH);
		}
	}
	return r == 0 && at < last ? add_window(c, p, last, IOT_WINDOW, share_of(last - at), SAMPLE_LIVE) : r;
}

static int cut_minutes(struct cutter *c, const struct piece *p)
{
	size_t at = p->begin, end;
	int r = 0;

	for (; r == 0 && at < p->end; at = end) {
		double minute = cut_second(c, p->trace, at) / MINUTE_S;

		for (end = at + 1; end < p->end; end++)
			if ((long)(cut_second(c, p->trace, end) / MINUTE_S) != (long)minute)
				break;
		if (end - at >= FEATURES_MIN_WINDOW && end - at < IOT_WINDOW)
			r = add_window(c, p, at, end - at, share_of(end - at), SAMPLE_MINUTE);
	}
	return r;
}

int cut_windows(struct cutter *c, const struct piece *p)
{
	size_t n = p->end - p->begin;
	int r;

	if (n < FEATURES_MIN_WINDOW)
		return 0;
	r = cut_beginning(c, p);
	if (r == 0 && n > IOT_WINDOW)
		r = cut_full(c, p);
	if (r == 0 && !c->times.lost &&
	    cut_second(c, p->trace, p->end - 1) - cut_second(c, p->trace, p->begin) >= MINUTES_FROM_S)
		r = cut_minutes(c, p);
	return r;
}
