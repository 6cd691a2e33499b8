/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/openset.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <iotbpf/limits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/image.h"
#include "tools/train/progress.h"

/* One decision: how sure it was, and whether there was anything to be sure of. */
struct score {
	float value;
	bool unknown;
};

struct scores {
	struct score *score;
	size_t count, room;
};

void openset_free(struct openset *o)
{
	free(o->window);
	free(o->trial);
	*o = (struct openset){ 0 };
}

static int add(struct scores *s, float value, bool unknown)
{
	if (s->count == s->room) {
		size_t room = 2 * s->room + 1024;
		struct score *grown = reallocarray(s->score, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		s->score = grown;
		s->room = room;
	}
	s->score[s->count++] = (struct score){ value, unknown };
	return 0;
}

static int append(struct scores *to, const struct scores *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->count; i++)
		r = add(to, from->score[i].value, from->score[i].unknown);
	return r;
}

static int by_value(const void *a, const void *b)
{
	const struct score *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* Ties count half. Sorts the scores. */
static struct openset_score summary(struct scores *s)
{
	struct openset_score out = { .auroc = NAN, .accepted = NAN };
	double above = 0;
	size_t known = 0, unknown = 0, end;

	qsort(s->score, s->count, sizeof(*s->score), by_value);
	for (size_t i = 0; i < s->count; i = end) {
		size_t k = 0, u = 0;

		for (end = i; end < s->count && s->score[end].value <= s->score[i].value; end++)
			s->score[end].unknown ? u++ : k++;
		above += (double)k * ((double)unknown + (double)u / 2);
		known += k;
		unknown += u;
	}
	out.known = known;
	out.unknown = unknown;
	if (!known || !unknown)
		return out;
	out.auroc = above / ((double)known * (double)unknown);
	for (size_t i = 0, seen = 0, left = unknown; i < s->count; i++) {
		if (!s->score[i].unknown && ++seen > known / 20) {
			out.accepted = (double)left / (double)unknown;
			break;
		}
		left -= s->score[i].unknown;
	}
	return out;
}

static float largest(const float *p, uint32_t n)
{
	float best = p[0];

	for (uint32_t i = 1; i < n; i++)
		best = p[i] > best ? p[i] : best;
	return best;
}

/* Trees that saw neither the device nor the fold, on all rows of the device and those of the fold. */
static int train_without(struct study *s, uint32_t device, int fold)
{
	int r = 0;

	s->without = (int32_t)device;
	for (uint32_t i = 0; r == 0 && i < s->task_count; i++)
		if (s->tasks[i].device == IMAGE_DEVICE_MODEL)
			r = study_validate(s, &s->tasks[i], fold);
	s->without = -1;
	return r;
}

static int score_windows(const struct study *s, uint32_t device, uint32_t fold, struct scores *scores)
{
	const struct task *t = study_device_task(s, FEATURES_WINDOW);
	const struct rows *rows = &s->data->scale[FEATURES_WINDOW];
	float p[IMAGE_DEVICES_MAX];
	int r = 0;

	for (size_t i = 0; r == 0 && i < rows->count; i++) {
		const struct sample *row = &rows->samples[i];

		if (row->holdout || row->packets < IOT_WINDOW ||
		    (row->device != device && folds_of(&s->folds, row, i) != fold))
			continue;
		study_probabilities(t, i, p);
		r = add(scores, largest(p, t->classes), row->device == device);
	}
	return r;
}

/* What a unit is most like by its trees, and how like that it is with its ranges: as the agent decides, but that this takes kin together. */
static float likeness(const struct units *u, size_t unit, const struct mix *mix)
{
	uint32_t devices = u->study->manifest->devices.count, most = 0;
	float best = 0;

	for (uint32_t d = 0; d < devices; d++) {
		float like = units_likeness(u, unit, mix, d, false);

		if (like <= best)
			continue;
		best = like;
		most = d;
	}
	return units_likeness(u, unit, mix, most, true);
}

/* A decision that rests on more evidence is surer in any case: the mean over rows says how like the type they are. */
static int score_trials(const struct study *s, const struct mix *mix, uint32_t device, uint32_t fold,
			struct scores *scores)
{
	const struct view view = { .packets = UINT32_MAX, .every = INFINITY };
	_cleanup_(units_free) struct units u = { 0 };
	int r = units_new(s, &view, &u);

	for (size_t i = 0; r == 0 && i < u.count; i++) {
		bool unknown = s->manifest->rows[u.unit[i].row].device == device;

		if (unknown || u.unit[i].fold == fold)
			r = add(scores, likeness(&u, i, mix), unknown);
	}
	return r;
}

static int measure_device(struct study *s, const struct mix *mix, uint32_t device, uint32_t fold, struct scores *windows,
			  struct scores *trials)
{
	int r = train_without(s, device, (int)fold);

	if (r == 0)
		r = score_windows(s, device, fold, windows);
	return r == 0 ? score_trials(s, mix, device, fold, trials) : r;
}

/* Every device is left out with some of the folds, so that each fold is tested. */
static int measure_all(struct study *s, const struct mix *mix, struct openset *o, struct scores *windows,
		       struct scores *trials)
{
	struct progress progress;
	uint32_t devices = s->manifest->devices.count;
	int r = 0;

	progress_begin(&progress, "leaving out one device", devices);
	for (uint32_t d = 0; r == 0 && d < devices; d++) {
		struct scores own_windows = { 0 }, own_trials = { 0 };

		for (uint32_t k = 0; r == 0 && k < OPENSET_FOLDS && k < s->folds.count; k++)
			r = measure_device(s, mix, d, (d + k * s->folds.count / OPENSET_FOLDS) % s->folds.count,
					   &own_windows, &own_trials);
		if (r == 0)
			r = append(windows, &own_windows);
		if (r == 0)
			r = append(trials, &own_trials);
		o->window[d] = summary(&own_windows);
		o->trial[d] = summary(&own_trials);
		free(own_windows.score);
		free(own_trials.score);
		progress_step(&progress, 1);
	}
	progress_end(&progress);
	return r;
}

int openset_measure(struct study *s, const struct mix *mix, struct openset *o)
{
	struct scores windows = { 0 }, trials = { 0 };
	uint32_t devices = s->manifest->devices.count;
	int r = 0;

	*o = (struct openset){ .study = s };
	o->window = calloc(devices, sizeof(*o->window));
	o->trial = calloc(devices, sizeof(*o->trial));
	if (!o->window || !o->trial)
		return log_errno_r(-ENOMEM, "open set");
	if (s->folds.count && devices > 2 && study_device_task(s, FEATURES_WINDOW))
		r = measure_all(s, mix, o, &windows, &trials);
	if (r == 0) {
		o->all_windows = summary(&windows);
		o->all_trials = summary(&trials);
	}
	free(windows.score);
	free(trials.score);
	return r == -ENOMEM ? log_errno_r(r, "open set") : r;
}

static void print_score(const char *what, const char *unit, const struct openset_score *s)
{
	if (!isnan(s->auroc))
		printf("%-34s AUROC %.4f, accepted %.4f at 95 %% (%zu known, %zu unknown %s)\n", what, s->auroc, s->accepted,
		       s->known, s->unknown, unit);
}

void openset_print(const struct openset *o)
{
	const struct manifest *m = o->study->manifest;

	puts("Unknown devices, one left out at a time:");
	for (uint32_t d = 0; d < m->devices.count; d++) {
		print_score(m->devices.text[d], "windows", &o->window[d]);
		print_score("", "trials", &o->trial[d]);
	}
	print_score("= all", "windows", &o->all_windows);
	print_score("= all", "trials", &o->all_trials);
}

static void put_score(struct json *j, const char *key, const struct openset_score *s)
{
	json_key(j, key);
	json_begin_object(j);
	json_pair_double(j, "auroc", s->auroc, 5);
	json_pair_double(j, "accepted", s->accepted, 5);
	json_pair_u64(j, "known", s->known);
	json_pair_u64(j, "unknown", s->unknown);
	json_end_object(j);
}

void openset_json(struct json *j, const struct openset *o)
{
	json_key(j, "open_set");
	json_begin_object(j);
	put_score(j, "window", &o->all_windows);
	put_score(j, "trial", &o->all_trials);
	json_key(j, "devices");
	json_begin_array(j);
	for (uint32_t d = 0; d < o->study->manifest->devices.count; d++) {
		json_begin_object(j);
		json_pair_str(j, "name", o->study->manifest->devices.text[d]);
		put_score(j, "window", &o->window[d]);
		put_score(j, "trial", &o->trial[d]);
		json_end_object(j);
	}
	json_end_array(j);
	json_end_object(j);
}
