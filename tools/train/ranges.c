/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/ranges.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/features/session.h"
#include "agent/identify/decide.h"
#include "agent/identify/fusion.h"
#include "agent/model/image.h"
#include "agent/model/ranges.h"

/*
 * Strangeness to the ranges of a type's other trials that 98 % of its own rows stay below is its tolerance, within bounds: of a few trials
 * one that failed would raise it without end, and what never varied would have none.
 */
#define TOLERANCE_MAX 0.03f
#define TOLERANCE_MIN 0.003f
#define TOLERANCE_SESSIONS 0.1f /* over the number of trials, it is at least: how strange the next one may be, though none was; */
#define TOLERANCE_WINDOWS 0.04f /* of windows each trial has many */
#define NEARLY 0.6 /* of the packets of the first stage that goes on: a row with so many is its neighbour */
#define TOLERATED(n) ((n) - 1 - (n) / 50) /* of n sorted */

/* The least value of a feature, and the least in a trial other than that one's. */
struct extreme {
	float first, second;
	uint32_t trial;
};

/* A feature in the rows of one device and stage. */
struct track {
	struct extreme low, high;  /* high: of the negatives */
	struct extreme missing;	   /* 0 where it was missing */
};

/* One device while its ranges are learnt. */
struct learning {
	const struct study *study;
	const struct task *task;
	int fold;
	size_t width;
	uint32_t device;
	struct track *track;	   /* [RANGES_STAGES][width] */
	uint32_t *seen;		   /* [RANGES_STAGES][trials] */
	uint32_t trials[RANGES_STAGES];
	bool *anything;		   /* [width] of which the data says nothing */
	bool timed[FEATURES_MAX];  /* features that rest on times */
	float *strange;		   /* [rows] */
};

static void learning_free(struct learning *l)
{
	free(l->track);
	free(l->seen);
	free(l->anything);
	free(l->strange);
}

void ranges_free(struct ranges *r)
{
	free(r->fits);
	free(r->room);
	*r = (struct ranges){ 0 };
}

bool ranges_wanted(const struct task *t)
{
	return t->device == IMAGE_DEVICE_MODEL && fusion_fit_scales() & 1u << t->scale;
}

static const struct rows *rows_of(const struct learning *l)
{
	return &l->study->data->scale[l->task->scale];
}

bool ranges_whole(const struct study *s, enum features_scale scale, size_t row)
{
	return scale != FEATURES_SESSION || dataset_row(s->data, scale, row)[0] > 0;
}

/* Whether a session has ended is not asked where both may be. */
static void find_anything(struct learning *l)
{
	const struct rows *rows = rows_of(l);

	for (size_t f = 0; f < l->width; f++)
		l->anything[f] = true;
	for (size_t i = 0; i < rows->count; i++)
		for (size_t f = 0; f < l->width; f++)
			l->anything[f] &= isnan(rows->x[i * l->width + f]);
}

static void find_timed(struct learning *l)
{
	float row[FEATURES_MAX] = { 0 };

	features_forget_times(l->task->scale, row);
	for (size_t f = 0; f < l->width; f++)
		l->timed[f] = isnan(row[f]);
}

static int learning_new(const struct study *s, const struct task *t, int fold, struct learning *l)
{
	size_t rows = s->data->scale[t->scale].count;

	*l = (struct learning){ .study = s, .task = t, .fold = fold, .width = features_count(t->scale) };
	l->track = calloc(RANGES_STAGES * l->width, sizeof(*l->track));
	l->seen = calloc((size_t)RANGES_STAGES * (s->manifest->trials.count + 1), sizeof(*l->seen));
	l->anything = calloc(l->width, sizeof(*l->anything));
	l->strange = calloc(rows + 1, sizeof(*l->strange));
	if (!l->track || !l->seen || !l->anything || !l->strange)
		return -ENOMEM;
	find_anything(l);
	find_timed(l);
	return 0;
}

static void add(struct extreme *e, float value, uint32_t trial)
{
	if (trial == e->trial) {
		e->first = fminf(e->first, value);
	} else if (value < e->first) {
		e->second = e->first;
		e->first = value;
		e->trial = trial;
	} else {
		e->second = fminf(e->second, value);
	}
}

#define NO_TRIAL UINT32_MAX

static float without(const struct extreme *e, uint32_t trial)
{
	return e->trial == trial ? e->second : e->first;
}

static void add_value(struct track *t, float value, uint32_t trial)
{
	if (isnan(value)) {
		add(&t->missing, 0, trial);
		return;
	}
	add(&t->low, value, trial);
	add(&t->high, -value, trial);
}

/*
 * A stage's ranges are of its neighbours' rows, too: there are few, and a step more or less means little. A capture that has lost its times
 * says nothing of them, not even that they are missing.
 */
static void add_to_stage(struct learning *l, uint32_t stage, const float *scaled, const struct sample *s)
{
	uint32_t *seen = &l->seen[(size_t)stage * l->study->manifest->trials.count + s->trial];

	l->trials[stage] += !*seen;
	*seen = 1;
	for (size_t f = 0; f < l->width; f++)
		if (!s->timeless || !l->timed[f])
			add_value(&l->track[stage * l->width + f], scaled[f], s->trial);
}

static struct image_range range_of(const struct learning *l, uint32_t stage, size_t f, uint32_t left_out)
{
	const struct track *t = &l->track[stage * l->width + f];
	float low = without(&t->low, left_out);
	bool missing = isfinite(without(&t->missing, left_out));

	if (l->anything[f] || (!isfinite(low) && !missing))
		return (struct image_range){ .low = IMAGE_RANGE_ANY };
	if (!isfinite(low))
		return (struct image_range){ .low = IMAGE_RANGE_NEVER };
	return ranges_make(low, -without(&t->high, left_out), missing);
}

/*
 * Live, a session begins with the device and goes on through whatever it does. What a manifest cut out of a capture does neither, and what it
 * left whole beside that is often the device at rest: ranges of either would call it strange when it goes from one function to another.
 */
static bool is_cut(const struct study *s, const struct sample *p)
{
	const struct manifest_row *row = &s->manifest->rows[p->row];

	return !s->strict && (row->start > 0 || isfinite(row->end));
}

static bool is_own(const struct learning *l, size_t i)
{
	const struct sample *s = &rows_of(l)->samples[i];

	return s->device == l->device && study_trained_on(l->study, s, i, l->fold);
}

static bool is_cut_up(const struct learning *l)
{
	for (size_t i = 0; i < rows_of(l)->count; i++)
		if (is_own(l, i) && is_cut(l->study, &rows_of(l)->samples[i]))
			return true;
	return false;
}

/* Windows are of whatever the device does, if it was not only seen at what somebody labelled: in two trials at least, or there are no ranges. */
static bool shows_rest(const struct learning *l)
{
	uint32_t trial = NO_TRIAL;

	for (size_t i = 0; i < rows_of(l)->count; i++) {
		const struct sample *s = &rows_of(l)->samples[i];
		bool rests = s->function >= 0 && !strcmp(l->study->manifest->functions[s->device].text[s->function], DECIDE_REST);

		if (!is_own(l, i) || (is_cut(l->study, s) && !rests))
			continue;
		if (trial != NO_TRIAL && trial != s->trial)
			return true;
		trial = s->trial;
	}
	return false;
}

/* The lowest stage is of what ended there: what goes on is not asked about so early. */
static void add_row(struct learning *l, size_t i)
{
	const struct sample *s = &rows_of(l)->samples[i];
	uint32_t stage = ranges_stage(s->packets);
	bool whole = ranges_whole(l->study, l->task->scale, i);
	float scaled[FEATURES_MAX];

	ranges_scale(rows_of(l)->x + i * l->width, l->width, scaled);
	if (!stage && whole)
		add_to_stage(l, 0, scaled, s);
	if (s->packets < NEARLY * RANGES_PACKETS)
		return;
	for (uint32_t k = stage > 1 ? stage - 1 : 1; k <= stage + 1 && k < RANGES_STAGES; k++)
		add_to_stage(l, k, scaled, s);
}

static void learn_device(struct learning *l)
{
	const struct extreme none = { INFINITY, INFINITY, NO_TRIAL };

	memset(l->seen, 0, (size_t)RANGES_STAGES * l->study->manifest->trials.count * sizeof(*l->seen));
	memset(l->trials, 0, sizeof(l->trials));
	for (size_t i = 0; i < RANGES_STAGES * l->width; i++)
		l->track[i] = (struct track){ none, none, none };
	for (size_t i = 0; i < rows_of(l)->count; i++)
		if (is_own(l, i))
			add_row(l, i);
}

/* To the ranges of the other trials. */
static float strangeness(const struct learning *l, size_t i, uint32_t stage)
{
	struct image_range ranges[FEATURES_MAX];
	float scaled[FEATURES_MAX];

	for (size_t f = 0; f < l->width; f++)
		ranges[f] = range_of(l, stage, f, rows_of(l)->samples[i].trial);
	ranges_scale(rows_of(l)->x + i * l->width, l->width, scaled);
	return ranges_strangeness(ranges, scaled, l->width, 0, 1);
}

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static uint32_t most_trials(const struct learning *l)
{
	uint32_t most = 0;

	for (uint32_t k = 0; k < RANGES_STAGES; k++)
		most = l->trials[k] > most ? l->trials[k] : most;
	return most;
}

static float tolerance(struct learning *l, uint32_t stages)
{
	size_t n = 0;
	float least;

	for (size_t i = 0; i < rows_of(l)->count; i++) {
		uint32_t stage = ranges_stage(rows_of(l)->samples[i].packets);

		if (is_own(l, i) && stages & 1u << stage && (stage || ranges_whole(l->study, l->task->scale, i)))
			l->strange[n++] = strangeness(l, i, stage);
	}
	qsort(l->strange, n, sizeof(*l->strange), by_value);
	least = fmaxf(TOLERANCE_MIN, (l->task->scale == FEATURES_WINDOW ? TOLERANCE_WINDOWS : TOLERANCE_SESSIONS) / (float)most_trials(l));
	return fmaxf(fminf(n ? l->strange[TOLERATED(n)] : 0, TOLERANCE_MAX), least);
}

static uint32_t covered(const struct learning *l)
{
	uint32_t stages = 0;

	for (uint32_t k = 0; k < RANGES_STAGES; k++)
		stages |= (uint32_t)(l->trials[k] >= RANGES_TRIALS) << k;
	return stages;
}

/* Appends one device to @out. */
static void keep(struct learning *l, uint32_t stages, struct image_range **room, struct ranges *out)
{
	struct pack_fit *fit = &out->fits[out->count++];

	fit->fit = (struct image_fit){
		.scale = l->task->scale, .device = l->device, .stages = stages, .tolerance = tolerance(l, stages)
	};
	fit->ranges = *room;
	for (uint32_t k = 0; k < RANGES_STAGES; k++)
		for (size_t f = 0; stages & 1u << k && f < l->width; f++)
			*(*room)++ = range_of(l, k, f, NO_TRIAL);
}

int ranges_learn(const struct study *s, const struct task *t, int fold, struct ranges *out)
{
	_cleanup_(learning_free) struct learning l = { 0 };
	struct image_range *room;

	*out = (struct ranges){ .fits = calloc(t->classes, sizeof(*out->fits)) };
	out->room = room = calloc((size_t)t->classes * RANGES_STAGES, features_count(t->scale) * sizeof(*room));
	if (!out->fits || !room || learning_new(s, t, fold, &l) < 0)
		return log_errno_r(-ENOMEM, "training");
	for (l.device = 0; l.device < t->classes; l.device++) {
		uint32_t stages;

		if (t->scale == FEATURES_SESSION ? is_cut_up(&l) : !shows_rest(&l))
			continue;
		learn_device(&l);
		stages = covered(&l);
		if (stages)
			keep(&l, stages, &room, out);
	}
	return 0;
}

static void fit_row(const struct ranges *r, const struct study *s, struct task *t, size_t i)
{
	const struct sample *sample = &s->data->scale[t->scale].samples[i];
	size_t width = features_count(t->scale);
	float *fits = t->fits + i * t->classes, scaled[FEATURES_MAX];

	ranges_scale(dataset_row(s->data, t->scale, i), width, scaled);
	for (uint32_t c = 0; c < t->classes; c++)
		fits[c] = 1;
	for (uint32_t k = 0; k < r->count; k++)
		fits[r->fits[k].fit.device] = ranges_fit(&r->fits[k].fit, r->fits[k].ranges, scaled, width, sample->packets,
							 ranges_whole(s, t->scale, i));
}

int ranges_validate(const struct study *s, struct task *t, int fold)
{
	_cleanup_(ranges_free) struct ranges r = { 0 };
	const struct rows *rows = &s->data->scale[t->scale];
	int e = ranges_learn(s, t, fold, &r);

	for (size_t i = 0; e == 0 && i < rows->count; i++)
		if (study_predicted(s, &rows->samples[i], i, fold))
			fit_row(&r, s, t, i);
	return e;
}
