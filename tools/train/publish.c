/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/publish.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/model/image.h"
#include "agent/model/model.h"
#include "tools/train/progress.h"
#include "tools/train/ranges.h"

/*
 * Of probabilities. Sums are the same to the last bit, but the trainer keeps logarithms of shares as floats, and a low temperature raises
 * shares to a high power: the rounding of a logarithm of -5 by a temperature of a fifth shows as 1.5e-6.
 */
#define EXACTNESS 1e-5f

/* The final trees and what the library says by them of every row of their scale. */
struct final {
	struct pack_ensemble *ensembles;
	struct task *tasks; /* as the study's, with logs of all rows */
	uint32_t count;
};

static void final_free(struct final *f)
{
	for (uint32_t i = 0; i < f->count; i++) {
		pack_free(&f->ensembles[i]);
		free(f->tasks[i].logs);
	}
	free(f->ensembles);
	free(f->tasks);
}

/* Rows that were held out are to be measured with the final trees. */
static void keep_holdout(const struct study *s, struct task *t, const struct task *trained)
{
	const struct rows *rows = &s->data->scale[t->scale];

	for (size_t i = 0; i < rows->count; i++)
		if (rows->samples[i].holdout)
			memcpy(t->logs + i * t->classes, trained->logs + i * t->classes, t->classes * sizeof(float));
}

static int train_task(struct study *s, struct task *t, struct pack_ensemble *e, struct task *trained)
{
	_cleanup_(learner_free_p) struct learner *learner = NULL;
	const struct rows *rows = &s->data->scale[t->scale];
	int r;

	*e = (struct pack_ensemble){ 0 };
	*trained = *t;
	trained->fits = NULL;
	trained->logs = calloc(rows->count + 1, t->classes * sizeof(float));
	if (!trained->logs)
		return log_errno_r(-ENOMEM, "training");
	r = study_train(s, t, STUDY_NO_FOLD, &learner);
	if (r == 0 && learner)
		r = learner_trees(learner, e);
	if (r == 0 && learner)
		r = learner_predict(learner, rows->x, rows->count, trained->logs);
	e->scale = t->scale;
	e->device = t->device;
	e->classes = t->classes;
	e->temperature = t->temperature;
	if (r == 0)
		keep_holdout(s, t, trained);
	return r;
}

static int train_all(struct study *s, struct final *f)
{
	struct progress progress;
	double work = 0;
	int r = 0;

	f->ensembles = calloc(s->task_count, sizeof(*f->ensembles));
	f->tasks = calloc(s->task_count, sizeof(*f->tasks));
	if (!f->ensembles || !f->tasks)
		return log_errno_r(-ENOMEM, "training");
	for (uint32_t t = 0; t < s->task_count; t++)
		work += s->tasks[t].classes;
	progress_begin(&progress, "training on all trials", work);
	for (uint32_t t = 0; r == 0 && t < s->task_count; t++) {
		f->count = t + 1;
		r = train_task(s, &s->tasks[t], &f->ensembles[t], &f->tasks[t]);
		progress_step(&progress, s->tasks[t].classes);
	}
	progress_end(&progress);
	return r;
}

/* Test rows of one scale: from all over the training data, and what the image must answer to them. */
struct test {
	float *rows, *outputs;
};

static void tests_free(struct test *tests)
{
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		free(tests[scale].rows);
		free(tests[scale].outputs);
	}
}

static uint32_t outputs_of(const struct study *s, int scale)
{
	uint32_t outputs = 0;

	for (uint32_t t = 0; t < s->task_count; t++)
		outputs += (int)s->tasks[t].scale == scale ? s->tasks[t].classes : 0;
	return outputs;
}

static void fill_test(const struct study *s, const struct final *f, enum features_scale scale, const struct test *test,
		      uint32_t count)
{
	const struct rows *rows = &s->data->scale[scale];
	size_t width = features_count(scale);
	float *out = test->outputs;

	for (uint32_t i = 0; i < count; i++) {
		size_t row = (size_t)i * rows->count / count;

		memcpy(test->rows + i * width, rows->x + row * width, width * sizeof(float));
		for (uint32_t t = 0; t < f->count; t++) {
			if (f->tasks[t].scale != scale)
				continue;
			study_probabilities(&f->tasks[t], row, out);
			out += f->tasks[t].classes;
		}
	}
}

static int make_tests(const struct study *s, const struct final *f, struct test *tests, struct pack_model *model)
{
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		size_t count = s->data->scale[scale].count, width = features_count((enum features_scale)scale);
		uint32_t outputs = outputs_of(s, scale), n = count < IMAGE_TEST_ROWS ? (uint32_t)count : IMAGE_TEST_ROWS;

		if (!outputs)
			continue;
		tests[scale].rows = calloc(n, width * sizeof(float));
		tests[scale].outputs = calloc((size_t)n * outputs, sizeof(float));
		if (!tests[scale].rows || !tests[scale].outputs)
			return -ENOMEM;
		fill_test(s, f, (enum features_scale)scale, &tests[scale], n);
		model->test[scale] =
			(struct pack_test){ .count = n, .rows = tests[scale].rows, .outputs = tests[scale].outputs };
	}
	return 0;
}

/* Ranges of every scale at which there are some, one after the other. */
static int learn_ranges(const struct study *s, const struct final *f, struct ranges *ranges, struct pack_fit **fits, uint32_t *count)
{
	int r = 0;

	*fits = calloc((size_t)FEATURES_SCALES * s->manifest->devices.count, sizeof(**fits));
	if (!*fits)
		return -ENOMEM;
	for (uint32_t t = 0; r == 0 && t < f->count; t++) {
		struct ranges *own = &ranges[f->tasks[t].scale];

		if (!ranges_wanted(&f->tasks[t]))
			continue;
		r = ranges_learn(s, &f->tasks[t], STUDY_NO_FOLD, own);
		memcpy(*fits + *count, own->fits, (r == 0 ? own->count : 0) * sizeof(**fits));
		*count += own->count;
	}
	return r;
}

static int pack(const struct study *s, const struct final *f, const char *card, struct buffer *image)
{
	struct ranges ranges[FEATURES_SCALES] = { 0 };
	_cleanup_free_ struct pack_fit *fits = NULL;
	struct pack_model model = { .card = card,
				    .devices = s->manifest->devices.count,
				    .ensembles = f->ensembles,
				    .ensemble_count = f->count };
	struct test tests[FEATURES_SCALES] = { 0 };
	int r = make_tests(s, f, tests, &model);

	if (r == 0)
		r = learn_ranges(s, f, ranges, &fits, &model.fit_count);
	model.fits = fits;
	image->limit = IMAGE_SIZE_MAX;
	if (r == 0)
		r = pack_image(&model, image);
	tests_free(tests);
	for (int scale = 0; scale < FEATURES_SCALES; scale++)
		ranges_free(&ranges[scale]);
	return r < 0 ? log_errno_r(r, "packing the model") : 0;
}

static int compare_row(const struct study *s, const struct task *t, const struct model *model, size_t i)
{
	float got[IMAGE_DEVICES_MAX], expected[IMAGE_DEVICES_MAX];
	const float *row = dataset_row(s->data, t->scale, i);

	if (t->device == IMAGE_DEVICE_MODEL)
		model_device(model, t->scale, row, got);
	else
		model_function(model, t->scale, t->device, row, got);
	study_probabilities(t, i, expected);
	for (uint32_t c = 0; c < t->classes; c++)
		if (!(fabsf(got[c] - expected[c]) <= EXACTNESS))
			return log_error_r(-EIO, "the packed model differs from what was trained: %.9g and %.9g",
					   (double)got[c], (double)expected[c]);
	return 0;
}

static int compare_all(const struct study *s, const struct final *f, const struct buffer *image)
{
	_cleanup_(model_close_p) struct model *model = NULL;
	int r = model_open_memory(image->data, image->len, "the packed model", &model);

	for (uint32_t t = 0; r == 0 && t < f->count; t++)
		for (size_t i = 0; r == 0 && i < s->data->scale[f->tasks[t].scale].count; i++)
			r = compare_row(s, &f->tasks[t], model, i);
	return r;
}

int publish_image(struct study *s, const char *card, struct buffer *image)
{
	_cleanup_(final_free) struct final f = { 0 };
	int r = train_all(s, &f);

	if (r == 0)
		r = pack(s, &f, card, image);
	return r == 0 && !s->data->scale[FEATURES_PAPER].count ? compare_all(s, &f, image) : r;
}
