/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/units.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/image.h"

/* What rows must have in common to be decided on together: first manifest row alike, and piece. */
struct key {
	uint32_t row;
	int32_t piece;
};

struct keyed {
	struct key key;
	uint32_t fold;
};

void units_free(struct units *u)
{
	free(u->unit);
	free(u->room);
	free(u->functions);
	for (int scale = 0; scale < FEATURES_SCALES; scale++)
		free(u->of[scale]);
	*u = (struct units){ 0 };
}

static int compare_keys(const struct key *a, const struct key *b)
{
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->piece > b->piece) - (a->piece < b->piece);
}

static int by_key(const void *a, const void *b)
{
	return compare_keys(&((const struct keyed *)a)->key, &((const struct keyed *)b)->key);
}

/* First row of the same trial and device, and of the same function where that is decided; for each row. */
static uint32_t *first_alike(const struct manifest *m, bool functions)
{
	uint32_t *first = calloc(m->count + 1, sizeof(*first));

	for (uint32_t i = 0; first && i < m->count; i++) {
		const struct manifest_row *a = &m->rows[i], *b = m->rows;

		while (b->trial != a->trial || b->device != a->device || (functions && b->function != a->function))
			b++;
		first[i] = (uint32_t)(b - m->rows);
	}
	return first;
}

/* The piece of the view that a row lies in, -1 where it lies in none. */
static int32_t piece_of(const struct study *study, const struct view *v, const struct sample *s)
{
	double first, last;

	if (s->before > v->packets || s->holdout != v->holdout)
		return -1;
	if (v->functions && s->function < 0)
		return -1;
	if (!s->holdout && !study_measurable(study, s->device, v->functions ? s->function : -1))
		return -1;
	if (isinf(v->every))
		return s->use == SAMPLE_LIVE ? 0 : -1;
	first = floor(s->begin_s / v->every);
	last = floor(s->end_s / v->every);
	if (s->use == SAMPLE_TEACH || first != last || first < 0 || first >= INT32_MAX || (first + 1) * v->every > (double)s->capture_s)
		return -1;
	return (int32_t)first;
}

static size_t list_keys(const struct units *u, const uint32_t *first, struct keyed *keys)
{
	size_t n = 0;

	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		const struct rows *rows = &u->study->data->scale[scale];

		for (size_t i = 0; i < rows->count; i++) {
			const struct sample *s = &rows->samples[i];
			int32_t piece = piece_of(u->study, &u->view, s);

			if (piece < 0)
				continue;
			keys[n].key = (struct key){ first[s->row], piece };
			keys[n++].fold = s->holdout ? 0 : folds_of(&u->study->folds, s, i);
		}
	}
	qsort(keys, n, sizeof(*keys), by_key);
	return n;
}

/* Distinct keys, in place. */
static size_t distinct(struct keyed *keys, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!kept || compare_keys(&keys[i].key, &keys[kept - 1].key) != 0)
			keys[kept++] = keys[i];
	return kept;
}

static int number_rows(struct units *u, const uint32_t *first, const struct keyed *keys)
{
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		const struct rows *rows = &u->study->data->scale[scale];

		u->of[scale] = malloc((rows->count + 1) * sizeof(uint32_t));
		if (!u->of[scale])
			return -ENOMEM;
		for (size_t i = 0; i < rows->count; i++) {
			const struct sample *s = &rows->samples[i];
			struct keyed key = { .key = { first[s->row], piece_of(u->study, &u->view, s) } };
			const struct keyed *found =
				key.key.piece < 0 ? NULL : bsearch(&key, keys, u->count, sizeof(key), by_key);

			u->of[scale][i] = found ? (uint32_t)(found - keys) : UINT32_MAX;
		}
	}
	return 0;
}

/* Scales at which a device's functions, or devices, are told apart. */
static uint32_t scales_of(const struct study *s, uint32_t device, uint32_t *classes)
{
	uint32_t scales = 0;

	for (uint32_t i = 0; i < s->task_count; i++) {
		if (s->tasks[i].device != device)
			continue;
		scales |= 1u << s->tasks[i].scale;
		*classes = s->tasks[i].classes;
	}
	return scales;
}

/* Memory for the fusions of all units, and each in its place. */
static int place(struct units *u, const struct keyed *keys)
{
	const struct study *s = u->study;
	uint32_t devices = s->manifest->devices.count, floats = devices * (uint32_t)__builtin_popcount(fusion_fit_scales());
	float *room;

	for (uint32_t i = 0; i < s->task_count; i++)
		floats += s->tasks[i].classes;
	u->unit = calloc(u->count + 1, sizeof(*u->unit));
	u->room = calloc(u->count + 1, floats * sizeof(float));
	u->functions = calloc(u->view.functions ? u->count * devices + 1 : 1, sizeof(*u->functions));
	if (!u->unit || !u->room || !u->functions)
		return -ENOMEM;
	room = u->room;
	for (size_t i = 0; i < u->count; i++) {
		uint32_t classes = 0, scales = scales_of(s, IMAGE_DEVICE_MODEL, &classes);

		u->unit[i] = (struct unit){ .row = keys[i].key.row, .fold = keys[i].fold };
		room += fusion_place(&u->unit[i].device, scales, classes, room, FUSION_FADE_TYPE);
		room += fusion_place(&u->unit[i].fits, fusion_fit_scales(), classes, room, FUSION_FADE_TYPE);
		if (!u->view.functions)
			continue;
		u->unit[i].function = u->functions + i * devices;
		for (uint32_t d = 0; d < devices; d++) {
			scales = scales_of(s, d, &classes);
			room += fusion_place(&u->unit[i].function[d], scales, classes, room, 1);
		}
	}
	return 0;
}

static void add(struct fusion *f, const struct task *t, const struct sample *s, const float *p)
{
	if (s->share > 0)
		fusion_add(f, t->scale, p, t->classes, s->share);
	else
		fusion_replace(f, t->scale, p, t->classes);
}

static void stream(struct units *u, float *p)
{
	const struct study *s = u->study;

	for (uint32_t i = 0; i < s->task_count; i++) {
		const struct task *t = &s->tasks[i];
		const struct rows *rows = &s->data->scale[t->scale];

		if (t->device != IMAGE_DEVICE_MODEL && !u->view.functions)
			continue;
		for (size_t k = 0; k < rows->count; k++) {
			struct unit *unit;

			if (u->of[t->scale][k] == UINT32_MAX)
				continue;
			unit = &u->unit[u->of[t->scale][k]];
			study_probabilities(t, k, p);
			add(t->device == IMAGE_DEVICE_MODEL ? &unit->device : &unit->function[t->device], t,
			    &rows->samples[k], p);
			if (t->fits)
				add(&unit->fits, t, &rows->samples[k], &t->fits[k * t->classes]);
		}
	}
}

static size_t all_rows(const struct dataset *d)
{
	size_t n = 0;

	for (int scale = 0; scale < FEATURES_SCALES; scale++)
		n += d->scale[scale].count;
	return n;
}

int units_new(const struct study *s, const struct view *view, struct units *u)
{
	_cleanup_free_ struct keyed *keys = calloc(all_rows(s->data) + 1, sizeof(*keys));
	_cleanup_free_ uint32_t *first = first_alike(s->manifest, view->functions);
	float p[IMAGE_DEVICES_MAX];

	*u = (struct units){ .study = s, .view = *view };
	if (!keys || !first)
		return log_errno_r(-ENOMEM, "measuring");
	u->count = distinct(keys, list_keys(u, first, keys));
	if (number_rows(u, first, keys) < 0 || place(u, keys) < 0)
		return log_errno_r(-ENOMEM, "measuring");
	stream(u, p);
	return 0;
}

bool units_device(const struct units *u, size_t unit, const struct mix *mix, float *p)
{
	return fusion_result(&u->unit[unit].device, mix->weight[0], mix->temperature[0],
			     u->study->manifest->devices.count, p);
}

bool units_function(const struct units *u, size_t unit, uint32_t device, const struct mix *mix, float *p)
{
	return fusion_result(&u->unit[unit].function[device], mix->weight[1], mix->temperature[1],
			     u->study->manifest->functions[device].count, p);
}

float units_likeness(const struct units *u, size_t unit, const struct mix *mix, uint32_t device, bool fits)
{
	const struct unit *of = &u->unit[unit];

	return fusion_likeness(&of->device, mix->weight[0], device) * (fits ? fusion_fit(&of->fits, FUSION_SESSION_WINDOWS, device) : 1);
}
