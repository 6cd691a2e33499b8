/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One row through a forest of 100 trees: the packed image against the same trees as compiled if and else, and against a single-row
 * prediction by XGBoost's C API. The three take turns, row after row different, and must agree.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <xgboost/c_api.h>

#include "agent/model/model.h"
#include "tools/bench/bench.h"
#include "tools/bench/model.h"

enum { ROUNDS = 15, XGBOOST_ROWS = 500 /* of a round: it is that much slower */ };

struct contest {
	struct forest forest;
	struct model *model;
	ifelse_fn *ifelse;
	float *ours, *theirs; /* probabilities of all rows */
	struct bench_rounds image, code, library;
};

static void softmax(float *p)
{
	float top = p[0], sum = 0;

	for (int c = 1; c < FOREST_CLASSES; c++)
		top = p[c] > top ? p[c] : top;
	for (int c = 0; c < FOREST_CLASSES; c++)
		sum += p[c] = expf(p[c] - top);
	for (int c = 0; c < FOREST_CLASSES; c++)
		p[c] /= sum;
}

static void run_image(struct contest *k)
{
	size_t width = features_count(FEATURES_WINDOW);
	double start = bench_now();

	for (size_t i = 0; i < FOREST_ROWS; i++)
		model_device(k->model, FEATURES_WINDOW, k->forest.vectors + i * width, k->ours + i * FOREST_CLASSES);
	bench_add(&k->image, (bench_now() - start) / FOREST_ROWS);
}

static void run_code(struct contest *k)
{
	double start = bench_now();

	for (size_t i = 0; i < FOREST_ROWS; i++) {
		float *p = k->theirs + i * FOREST_CLASSES;

		for (int c = 0; c < FOREST_CLASSES; c++)
			p[c] = 0.5f;
		k->ifelse(k->forest.rows + i * FOREST_FEATURES, p);
		softmax(p);
	}
	bench_add(&k->code, (bench_now() - start) / FOREST_ROWS);
}

static const float *predict_dense(const struct contest *k, const float *row)
{
	char array[128];
	const bst_ulong *shape;
	bst_ulong dimensions;
	const float *p = NULL;

	snprintf(array, sizeof(array), "{\"data\":[%zu,true],\"shape\":[1,%d],\"typestr\":\"<f4\",\"version\":3}",
		 (size_t)(uintptr_t)row, FOREST_FEATURES);
	XGBoosterPredictFromDense(k->forest.booster, array,
				  "{\"type\":0,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true,\"cache_id\":0,\"missing\":NaN}",
				  NULL, &shape, &dimensions, &p);
	return p;
}

static const float *predict_matrix(const struct contest *k, const float *row)
{
	static const char config[] = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":true}";
	DMatrixHandle matrix;
	const bst_ulong *shape;
	bst_ulong dimensions;
	const float *p = NULL;

	if (XGDMatrixCreateFromMat(row, 1, FOREST_FEATURES, NAN, &matrix) != 0)
		return NULL;
	XGBoosterPredictFromDMatrix(k->forest.booster, matrix, config, &shape, &dimensions, &p);
	XGDMatrixFree(matrix);
	return p;
}

/* The faster of the two ways to ask for a single row; NULL where they fail or differ from the image. */
static int run_library(struct contest *k, const float *(*predict)(const struct contest *, const float *), struct bench_rounds *rounds)
{
	size_t first = ((size_t)rounds->n * XGBOOST_ROWS) % FOREST_ROWS;
	double start = bench_now(), worst = 0, spent;
	float got[XGBOOST_ROWS][FOREST_CLASSES];

	for (size_t i = 0; i < XGBOOST_ROWS; i++) {
		const float *p = predict(k, k->forest.rows + (first + i) * FOREST_FEATURES);

		if (!p)
			return -1;
		memcpy(got[i], p, sizeof(got[i]));
	}
	spent = bench_now() - start;
	for (size_t i = 0; i < XGBOOST_ROWS; i++)
		for (int c = 0; c < FOREST_CLASSES; c++)
			worst = fmax(worst, fabs((double)(got[i][c] - k->ours[(first + i) * FOREST_CLASSES + (size_t)c])));
	bench_add(rounds, spent / XGBOOST_ROWS);
	return worst > 1e-6 ? -1 : 0;
}

static int agree(const struct contest *k)
{
	for (size_t i = 0; i < (size_t)FOREST_ROWS * FOREST_CLASSES; i++)
		if (!(fabsf(k->ours[i] - k->theirs[i]) <= 1e-6f))
			return -1;
	return 0;
}

static int prepare(struct contest *k, struct buffer *image)
{
	struct import *m = &k->forest.import;

	if (forest_grow(&k->forest) < 0)
		return -1;
	m->labels = calloc(FOREST_CLASSES, sizeof(*m->labels));
	for (; m->labels && m->label_count < FOREST_CLASSES; m->label_count++)
		if (asprintf(&m->labels[m->label_count], "class %u", m->label_count) < 0)
			return -1;
	k->ours = calloc((size_t)FOREST_ROWS * FOREST_CLASSES, sizeof(float));
	k->theirs = calloc((size_t)FOREST_ROWS * FOREST_CLASSES, sizeof(float));
	if (!m->labels || !k->ours || !k->theirs || import_image(m, &(struct import_names){ .name = "forest" }, image) < 0)
		return -1;
	k->ifelse = ifelse_load(&m->ensemble);
	return k->ifelse ? model_open_memory(image->data, image->len, "forest", &k->model) : -1;
}

static void report(const struct contest *k, size_t nodes)
{
	double image = bench_median(&k->image), code = bench_median(&k->code), library = bench_median(&k->library);

	bench_print("model", "nodes", FOREST_TREES, (double)nodes, "count", NULL, 0);
	bench_print("model", "ifelse", FOREST_TREES, code / 1e3, "us/row", NULL, 0);
	bench_print("model", "xgboost", FOREST_TREES, library / 1e3, "us/row", NULL, 0);
	bench_print("model", "image", FOREST_TREES, image / 1e3, "us/row", "ifelse", image / code);
	bench_print("model", "image", FOREST_TREES, image / 1e3, "us/row", "xgboost", image / library);
}

static int measure(struct contest *k)
{
	struct bench_rounds dense = { .n = 0 }, matrix = { .n = 0 };

	for (int i = 0; i < ROUNDS; i++) {
		run_image(k);
		run_code(k);
		if (agree(k) < 0 || run_library(k, predict_dense, &dense) < 0 || run_library(k, predict_matrix, &matrix) < 0) {
			fprintf(stderr, "bench model: the three do not agree\n");
			return EX_SOFTWARE;
		}
	}
	k->library = bench_median(&dense) < bench_median(&matrix) ? dense : matrix;
	return 0;
}

int bench_model(void)
{
	struct contest k = { .model = NULL };
	struct buffer image = { 0 };
	size_t nodes = 0;
	int status = EX_UNAVAILABLE;

	if (prepare(&k, &image) == 0) {
		bench_pin();
		for (uint32_t t = 0; t < k.forest.import.ensemble.count; t++)
			nodes += k.forest.import.ensemble.trees[t].count;
		status = measure(&k);
		if (status == 0)
			report(&k, nodes);
	}
	if (k.model)
		model_close(k.model);
	buffer_free(&image);
	forest_free(&k.forest);
	free(k.ours);
	free(k.theirs);
	return status;
}
