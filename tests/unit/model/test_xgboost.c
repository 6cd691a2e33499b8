/* SPDX-License-Identifier: BSD-2-Clause */

/* Imported models against libxgboost itself: what it trains here, saved as JSON and UBJSON, on rows of all kinds. */

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <xgboost/c_api.h>

#include "agent/base/log.h"
#include "agent/model/import.h"
#include "agent/model/model.h"

enum { TRAIN = 1500, ROWS = 10000, WIDTH_MAX = FEATURES_MAX };

struct kind {
	const char *name;
	uint32_t classes, rounds;
	const char *parameters[8][2];
};

static const struct kind kinds[] = {
	{ "softprob", 5, 12, { { "objective", "multi:softprob" }, { "max_depth", "6" }, { "eta", "0.3" } } },
	{ "softmax", 3, 4, { { "objective", "multi:softmax" }, { "max_depth", "3" }, { "base_score", "0.25" } } },
	{ "binary", 2, 20, { { "objective", "binary:logistic" }, { "max_depth", "5" } } },
	{ "binary with a base", 2, 9, { { "objective", "binary:logistic" }, { "base_score", "0.9" }, { "max_depth", "4" } } },
	{ "forest",
	  4,
	  1,
	  { { "objective", "multi:softprob" }, { "num_parallel_tree", "20" }, { "max_depth", "10" }, { "subsample", "0.63" },
	    { "colsample_bynode", "0.3" }, { "eta", "1" }, { "lambda", "0.1" } } },
	{ "pruned", 3, 6, { { "objective", "multi:softprob" }, { "tree_method", "exact" }, { "max_depth", "8" }, { "gamma", "3" } } },
	{ "leaf by leaf",
	  4,
	  5,
	  { { "objective", "multi:softprob" }, { "tree_method", "hist" }, { "grow_policy", "lossguide" }, { "max_leaves", "31" },
	    { "max_depth", "0" } } },
};

static uint32_t random_state = 5;

static double uniform(void)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) / (double)(1 << 24);
}

/* Steps of a quarter, so that thresholds and values meet, some missing; denormals where a quarter is multiplied by one. */
static void draw_rows(float *x, size_t count, size_t width)
{
	for (size_t i = 0; i < count * width; i++) {
		double v = floor(uniform() * 24) / 4 - 3;

		x[i] = uniform() < 0.1 ? NAN : i % width % 9 == 8 ? (float)(v * 1e-40) : (float)v;
	}
}

static void draw_labels(const float *x, float *y, size_t width, uint32_t classes)
{
	for (size_t i = 0; i < TRAIN; i++) {
		double sum = 0;

		for (size_t f = 0; f < 20 && f < width; f++)
			sum += isnan(x[i * width + f]) ? 0.7 : (double)(f % 3 + 1) * (double)x[i * width + f];
		y[i] = (float)((uint32_t)fabs(floor(sum + uniform() * 2)) % classes);
	}
}

static BoosterHandle train(const struct kind *k, const float *x, size_t width)
{
	static float y[TRAIN];
	char classes[16];
	DMatrixHandle matrix;
	BoosterHandle booster;

	draw_labels(x, y, width, k->classes);
	assert_int_equal(XGDMatrixCreateFromMat(x, TRAIN, width, NAN, &matrix), 0);
	assert_int_equal(XGDMatrixSetFloatInfo(matrix, "label", y, TRAIN), 0);
	assert_int_equal(XGBoosterCreate(&matrix, 1, &booster), 0);
	snprintf(classes, sizeof(classes), "%u", k->classes);
	XGBoosterSetParam(booster, "nthread", "1");
	if (k->classes > 2)
		XGBoosterSetParam(booster, "num_class", classes);
	for (size_t i = 0; i < 8 && k->parameters[i][0]; i++)
		XGBoosterSetParam(booster, k->parameters[i][0], k->parameters[i][1]);
	for (uint32_t i = 0; i < k->rounds; i++)
		assert_int_equal(XGBoosterUpdateOneIter(booster, (int)i, matrix), 0);
	XGDMatrixFree(matrix);
	return booster;
}

/* By the library's in-place prediction, which takes infinite values too. */
static const float *ask(BoosterHandle booster, const float *x, size_t width)
{
	char array[160];
	const bst_ulong *shape;
	bst_ulong dimensions;
	const float *p;

	snprintf(array, sizeof(array), "{\"data\":[%zu,true],\"shape\":[%d,%zu],\"typestr\":\"<f4\",\"version\":3}", (size_t)(uintptr_t)x,
		 ROWS, width);
	assert_int_equal(XGBoosterPredictFromDense(booster, array,
						   "{\"type\":0,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true,"
						   "\"cache_id\":0,\"missing\":NaN}",
						   NULL, &shape, &dimensions, &p),
			 0);
	return p;
}

static void label(struct import *m)
{
	m->labels = calloc(m->ensemble.classes, sizeof(*m->labels));
	for (uint32_t c = 0; c < m->ensemble.classes; c++)
		assert_true(asprintf(&m->labels[c], "class %u", c) > 0);
	m->label_count = m->ensemble.classes;
}

static void import(const char *bytes, size_t size, struct import *m, struct buffer *image, struct model **model)
{
	assert_int_equal(import_read("test", bytes, size, FEATURES_WINDOW, m), 0);
	label(m);
	assert_int_equal(import_image(m, &(struct import_names){ .name = "test" }, image), 0);
	assert_int_equal(model_open_memory(image->data, image->len, "test", model), 0);
}

/* softmax answers classes only, from the same margins as softprob. */
static void compare(const struct kind *k, const struct model *model, const float *x, size_t width, const float *p)
{
	float got[8], worst = 0;

	for (size_t i = 0; i < ROWS; i++) {
		int best = model_device(model, FEATURES_WINDOW, x + i * width, got);

		if (!strcmp(k->name, "softmax")) {
			assert_true(got[(int)p[i]] >= got[best]);
			continue;
		}
		if (k->classes == 2)
			worst = fmaxf(worst, fabsf(got[1] - p[i]));
		for (uint32_t c = 0; k->classes > 2 && c < k->classes; c++)
			worst = fmaxf(worst, fabsf(got[c] - p[i * k->classes + c]));
	}
	print_message("%s: largest difference %.2g\n", k->name, (double)worst);
	assert_true(worst <= 1e-6f);
}

static void try_format(const struct kind *k, BoosterHandle booster, const char *format, float *x, size_t width)
{
	struct import m;
	struct buffer image = { 0 };
	struct model *model;
	const char *bytes;
	bst_ulong size;

	assert_int_equal(XGBoosterSaveModelToBuffer(booster, format, &size, &bytes), 0);
	import(bytes, size, &m, &image, &model);
	draw_rows(x, ROWS, width);
	import_rows(&m, ROWS / 2, x);
	for (size_t i = 0; i < ROWS * width; i++)
		if (uniform() < 0.02)
			x[i] = (const float[]){ INFINITY, -INFINITY, 1e-45f, -1e-45f, 0, -0.0f, FLT_MAX, NAN }[(int)(uniform() * 8)];
	compare(k, model, x, width, ask(booster, x, width));
	model_close(model);
	buffer_free(&image);
	import_free(&m);
}

static void answers_are_the_librarys(void **state)
{
	size_t width = features_count(FEATURES_WINDOW);
	float *x = calloc(ROWS * WIDTH_MAX, sizeof(*x));

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		BoosterHandle booster;

		draw_rows(x, TRAIN, width);
		booster = train(&kinds[i], x, width);
		try_format(&kinds[i], booster, "{\"format\":\"json\"}", x, width);
		try_format(&kinds[i], booster, "{\"format\":\"ubj\"}", x, width);
		XGBoosterFree(booster);
	}
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(answers_are_the_librarys) };

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
