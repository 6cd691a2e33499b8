/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/booster.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <xgboost/c_api.h>

#include "agent/base/log.h"
#include "tools/train/booster_internal.h"

struct parameter {
	const char *name, *value;
};

/*
 * One thread: sums in another order would give other trees, and the threads of libgomp spin while they wait, which on a
 * machine with other work to do took ten times as long as one alone.
 */
static const struct parameter common[] = {
	{ "objective", "multi:softprob" },
	{ "tree_method", "hist" },
	{ "nthread", "1" },
	{ "verbosity", "0" },
	{ "max_bin", "64" },
};

static const struct parameter boosting[] = {
	{ "eta", "0.25" },
	{ "max_depth", "6" },
	{ "subsample", "0.8" },
	{ "colsample_bytree", "0.4" },
	{ "min_child_weight", "0.5" },
};

static const struct parameter forest[] = {
	{ "eta", "1" },
	{ "max_depth", "12" },
	{ "subsample", "0.63" },
	{ "colsample_bytree", "0.4" },
	{ "colsample_bynode", "0.4" },
	{ "min_child_weight", "0.1" },
	{ "lambda", "0.1" },
	{ "num_parallel_tree", "40" },
};

enum { BOOSTING_ROUNDS = 40, FOREST_ROUNDS = 1 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int failed(const char *what)
{
	return log_error_r(-EIO, "libxgboost cannot %s: %.200s", what, XGBGetLastError());
}

static void matrix_free(void **matrix)
{
	if (*matrix)
		XGDMatrixFree(*matrix);
}

void booster_free(struct booster *b)
{
	if (b->handle)
		XGBoosterFree(b->handle);
	free(b);
}

static int set_parameters(const struct booster *b, const struct parameter *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (XGBoosterSetParam(b->handle, p[i].name, p[i].value) != 0)
			return failed(p[i].name);
	return 0;
}

static int configure(const struct booster *b, enum method method, uint32_t seed)
{
	char classes[16], seed_text[16];
	const struct parameter own[] = { { "num_class", classes }, { "seed", seed_text } };
	int r = set_parameters(b, common, COUNT(common));

	snprintf(classes, sizeof(classes), "%u", b->classes);
	snprintf(seed_text, sizeof(seed_text), "%u", seed & INT32_MAX);
	if (r == 0)
		r = set_parameters(b, own, COUNT(own));
	if (r == 0)
		r = method == METHOD_FOREST ? set_parameters(b, forest, COUNT(forest)) :
					      set_parameters(b, boosting, COUNT(boosting));
	return r;
}

static int matrix_of(const float *x, size_t count, size_t width, void **matrix)
{
	if (XGDMatrixCreateFromMat(x, count, width, NAN, matrix) != 0)
		return failed("take the training data");
	return 0;
}

/* The library takes labels as floats. */
static int set_labels(void *matrix, const struct problem *p)
{
	_cleanup_free_ float *labels = calloc(p->count, sizeof(*labels));

	if (!labels)
		return log_errno_r(-ENOMEM, "training");
	for (size_t i = 0; i < p->count; i++)
		labels[i] = (float)p->labels[i];
	if (XGDMatrixSetFloatInfo(matrix, "label", labels, p->count) != 0 ||
	    XGDMatrixSetFloatInfo(matrix, "weight", p->weights, p->count) != 0)
		return failed("take labels and weights");
	return 0;
}

static int update(const struct booster *b, void *matrix, int rounds)
{
	for (int i = 0; i < rounds; i++)
		if (XGBoosterUpdateOneIter(b->handle, i, matrix) != 0)
			return failed("train");
	return 0;
}

int booster_train(const struct problem *p, enum method method, uint32_t seed, struct booster **out)
{
	_cleanup_(booster_free_p) struct booster *b = calloc(1, sizeof(*b));
	_cleanup_(matrix_free) void *matrix = NULL;
	int r;

	if (!b)
		return log_errno_r(-ENOMEM, "training");
	b->classes = p->classes;
	b->width = p->width;
	r = matrix_of(p->x, p->count, p->width, &matrix);
	if (r == 0)
		r = set_labels(matrix, p);
	if (r < 0)
		return r;
	if (XGBoosterCreate(&matrix, 1, &b->handle) != 0)
		return failed("begin");
	r = configure(b, method, seed);
	if (r == 0)
		r = update(b, matrix, method == METHOD_FOREST ? FOREST_ROUNDS : BOOSTING_ROUNDS);
	if (r == 0)
		*out = TAKE_PTR(b);
	return r;
}

/* Margins of one row into ln P. */
static void log_softmax(const float *margins, uint32_t classes, float *logs)
{
	float top = margins[0];
	double sum = 0;

	for (uint32_t c = 1; c < classes; c++)
		top = margins[c] > top ? margins[c] : top;
	for (uint32_t c = 0; c < classes; c++)
		sum += exp(margins[c] - top);
	for (uint32_t c = 0; c < classes; c++)
		logs[c] = (float)(margins[c] - top - log(sum));
}

int booster_predict(struct booster *b, const float *x, size_t count, float *logs)
{
	static const char config[] =
		"{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true}";
	_cleanup_(matrix_free) void *matrix = NULL;
	const bst_ulong *shape;
	const float *result;
	bst_ulong dimensions;
	int r = count ? matrix_of(x, count, b->width, &matrix) : 0;

	if (r < 0 || !count)
		return r;
	if (XGBoosterPredictFromDMatrix(b->handle, matrix, config, &shape, &dimensions, &result) != 0)
		return failed("predict");
	if (dimensions != 2 || shape[0] != count || shape[1] != b->classes)
		return log_error_r(-EIO, "libxgboost returned predictions of an unexpected shape");
	for (size_t i = 0; i < count; i++)
		log_softmax(result + i * b->classes, b->classes, logs + i * b->classes);
	return 0;
}
