/* SPDX-License-Identifier: BSD-2-Clause */

/* Weights and temperatures: what makes decisions as confident as they are right. */

#include "tools/train/mix.h"

#include <math.h>

#include "agent/model/image.h"

#define P_FLOOR 1e-6 /* no single decision counts beyond this */

struct mix mix_equal(void)
{
	struct mix m = { .temperature = { 1, 1 } };

	for (int scale = 0; scale < FEATURES_SCALES; scale++)
		m.weight[0][scale] = m.weight[1][scale] = 1;
	return m;
}

/* The argument at which a function with one minimum is least: golden-section search. */
static double least(double low, double high, double (*value)(void *user, double x), void *user)
{
	const double ratio = (sqrt(5) - 1) / 2;
	double a = high - ratio * (high - low), b = low + ratio * (high - low);
	double value_a = value(user, a), value_b = value(user, b);

	while (high - low > 0.01) {
		if (value_a < value_b) {
			high = b;
			b = a;
			value_b = value_a;
			a = high - ratio * (high - low);
			value_a = value(user, a);
		} else {
			low = a;
			a = b;
			value_a = value_b;
			b = low + ratio * (high - low);
			value_b = value(user, b);
		}
	}
	return (low + high) / 2;
}

/* A task while its temperature is sought. */
struct tempering {
	const struct study *study;
	struct task *task;
};

static double task_loss(void *user, double log_temperature)
{
	const struct tempering *t = user;
	const struct rows *rows = &t->study->data->scale[t->task->scale];
	float p[IMAGE_DEVICES_MAX];
	double sum = 0;

	t->task->temperature = (float)exp(log_temperature);
	for (size_t i = 0; i < rows->count; i++) {
		int32_t label = study_label(t->task, &rows->samples[i]);

		if (label < 0 || rows->samples[i].holdout)
			continue;
		study_probabilities(t->task, i, p);
		sum -= log(fmax(p[label], P_FLOOR));
	}
	return sum;
}

void mix_calibrate(struct study *s)
{
	for (uint32_t i = 0; s->folds.count && i < s->task_count; i++) {
		struct tempering t = { s, &s->tasks[i] };

		if (s->tasks[i].classes > 1)
			s->tasks[i].temperature = (float)exp(least(log(0.2), log(5), task_loss, &t));
	}
}

/* Decisions that a mix is fitted to. */
struct fitting {
	const struct units *units;
	size_t count;
	int without;
	struct mix *mix;
	int stage;
};

static double unit_loss(const struct fitting *f, const struct units *u, size_t i)
{
	const struct manifest_row *row = &u->study->manifest->rows[u->unit[i].row];
	float p[IMAGE_DEVICES_MAX];
	bool told = f->stage ? units_function(u, i, row->device, f->mix, p) : units_device(u, i, f->mix, p);
	const struct manifest *m = u->study->manifest;

	/* No answer is as good as a guess: a scale is not silenced because what it alone could tell then costs nothing. */
	if (!told)
		return log(f->stage ? m->functions[row->device].count : m->devices.count);
	return -log(fmax(p[f->stage ? (uint32_t)row->function : row->device], P_FLOOR));
}

static double all_loss(const struct fitting *f)
{
	double sum = 0;

	for (size_t k = 0; k < f->count; k++)
		for (size_t i = 0; i < f->units[k].count; i++)
			if ((int)f->units[k].unit[i].fold != f->without)
				sum += unit_loss(f, &f->units[k], i);
	return sum;
}

static double temperature_loss(void *user, double log_temperature)
{
	struct fitting *f = user;

	f->mix->temperature[f->stage] = (float)exp(log_temperature);
	return all_loss(f);
}

/* One scale after the other, each at the best of some weights; the temperature goes with every one. */
static void fit_weights(struct fitting *f, double *best)
{
	static const float candidates[] = { 0, 0.02f, 0.05f, 0.1f, 0.2f, 0.35f, 0.5f, 0.7f, 1, 1.5f, 2, 3, 5 };
	float *weight = f->mix->weight[f->stage];

	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		float kept = weight[scale];

		if (!f->units->study->data->scale[scale].count)
			continue;
		for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
			double loss;

			weight[scale] = candidates[i];
			loss = all_loss(f);
			if (loss < *best - 1e-9) {
				*best = loss;
				kept = candidates[i];
			}
		}
		weight[scale] = kept;
	}
}

void mix_fit(const struct units *units, size_t count, int without, struct mix *mix)
{
	struct fitting f = { units, count, without, mix, units->view.functions };
	double best = all_loss(&f);

	for (int pass = 0; pass < 3; pass++)
		fit_weights(&f, &best);
	mix->temperature[f.stage] = (float)exp(least(log(0.2), log(5), temperature_loss, &f));
}
