/* SPDX-License-Identifier: BSD-2-Clause */

/* The forest of the model benchmark: grown by libxgboost on drawn rows, so that its trees have the shape of real ones. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xgboost/c_api.h>

#include "tools/bench/model.h"

enum { TRAIN_ROWS = 40000 };

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static float uniform(uint32_t *state)
{
	return (float)random_next(state) / (1 << 24);
}

/* A class moves each feature a little; the sum of three draws is nearly normal. Every third feature is a small count. */
static void draw_row(uint32_t *state, const float *centre, float *row)
{
	for (size_t f = 0; f < FOREST_FEATURES; f++) {
		float noise = uniform(state) + uniform(state) + uniform(state);

		row[f] = centre[f] + 3 * noise;
		if (f % 3 == 0)
			row[f] = floorf(row[f] * 2);
	}
}

static float *draw_rows(uint32_t *state, size_t count, float *labels)
{
	float centres[FOREST_CLASSES * FOREST_FEATURES], *rows = malloc(count * FOREST_FEATURES * sizeof(*rows));
	uint32_t fixed = 42;

	for (size_t i = 0; i < FOREST_CLASSES * FOREST_FEATURES; i++)
		centres[i] = uniform(&fixed) * 2;
	for (size_t i = 0; rows && i < count; i++) {
		uint32_t label = random_next(state) % FOREST_CLASSES;

		labels[i] = (float)label;
		draw_row(state, centres + label * FOREST_FEATURES, rows + i * FOREST_FEATURES);
	}
	return rows;
}

static int failed(const char *what)
{
	fprintf(stderr, "bench model: libxgboost cannot %s: %.200s\n", what, XGBGetLastError());
	return -1;
}

/* Trees of one regression, so that there are 100 and not 100 for each class. */
static int train(struct forest *f, const float *rows, const float *labels)
{
	static const char *const parameters[][2] = {
		{ "objective", "reg:squarederror" }, { "num_parallel_tree", "100" },  { "max_depth", "12" },
		{ "tree_method", "hist" },	     { "subsample", "0.63" },	      { "colsample_bynode", "0.1" },
		{ "min_child_weight", "4" },	     { "lambda", "0.1" },	      { "eta", "1" },
		{ "nthread", "1" },		     { "seed", "1" },
	};
	DMatrixHandle matrix;
	int r;

	if (XGDMatrixCreateFromMat(rows, TRAIN_ROWS, FOREST_FEATURES, NAN, &matrix) != 0)
		return failed("take rows");
	r = XGDMatrixSetFloatInfo(matrix, "label", labels, TRAIN_ROWS) || XGBoosterCreate(&matrix, 1, &f->booster);
	for (size_t i = 0; r == 0 && i < sizeof(parameters) / sizeof(parameters[0]); i++)
		r = XGBoosterSetParam(f->booster, parameters[i][0], parameters[i][1]);
	if (r == 0)
		r = XGBoosterUpdateOneIter(f->booster, 0, matrix);
	XGDMatrixFree(matrix);
	return r ? failed("grow the forest") : 0;
}

/* Append the text up to the end of `old`, with `new` in its place; returns what is behind it. */
static const char *replace(struct buffer *out, const char *text, const char *old, const char *new)
{
	const char *at = text ? strstr(text, old) : NULL;

	if (!at)
		return NULL;
	buffer_append(out, text, (size_t)(at - text));
	buffer_append_str(out, new);
	return at + strlen(old);
}

/* The first names of the window's vector. */
static void put_names(struct buffer *out)
{
	for (size_t i = 0; i < FOREST_FEATURES; i++)
		buffer_printf(out, "%s\"%s\"", i ? "," : "", features_name(FEATURES_WINDOW, i));
}

/* The regression's trees become those of a classifier: tree i speaks for class i mod 30. */
static int classify(struct forest *f)
{
	const char *text, *rest;
	char *copy;
	bst_ulong length;

	if (XGBoosterSaveModelToBuffer(f->booster, "{\"format\":\"json\"}", &length, &text) != 0)
		return failed("save the forest");
	copy = strndup(text, length);
	f->json.limit = (size_t)512 << 20;
	rest = replace(&f->json, copy, "\"feature_names\":[", "\"feature_names\":[");
	put_names(&f->json);
	rest = replace(&f->json, rest, "\"tree_info\":[", "\"tree_info\":[");
	for (int i = 0; rest && i < FOREST_TREES; i++)
		buffer_printf(&f->json, "%s%d", i ? "," : "", i % FOREST_CLASSES);
	rest = rest ? strchr(rest, ']') : NULL;
	rest = replace(&f->json, rest, "\"num_class\":\"0\"", "\"num_class\":\"30\"");
	rest = replace(&f->json, rest, "{\"name\":\"reg:squarederror\",\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}}",
		       "{\"name\":\"multi:softprob\",\"softmax_multiclass_param\":{\"num_class\":\"30\"}}");
	if (rest)
		buffer_append_str(&f->json, rest);
	free(copy);
	if (!rest || f->json.failed) {
		fprintf(stderr, "bench model: this version of libxgboost writes models in an unknown form (1.7 is known)\n");
		return -1;
	}
	return XGBoosterLoadModelFromBuffer(f->booster, f->json.data, f->json.len) != 0 ? failed("load the forest") : 0;
}

static float *vectors_of(const float *rows)
{
	size_t width = features_count(FEATURES_WINDOW);
	float *vectors = malloc(FOREST_ROWS * width * sizeof(*vectors));

	for (size_t i = 0; vectors && i < FOREST_ROWS * width; i++)
		vectors[i] = i % width < FOREST_FEATURES ? rows[i / width * FOREST_FEATURES + i % width] : NAN;
	return vectors;
}

int forest_grow(struct forest *f)
{
	float *labels = malloc((TRAIN_ROWS + FOREST_ROWS) * sizeof(*labels)), *train_rows;
	uint32_t state = 7;
	int r = -1;

	train_rows = labels ? draw_rows(&state, TRAIN_ROWS, labels) : NULL;
	f->rows = labels ? draw_rows(&state, FOREST_ROWS, labels + TRAIN_ROWS) : NULL;
	f->vectors = f->rows ? vectors_of(f->rows) : NULL;
	if (train_rows && f->vectors)
		r = train(f, train_rows, labels);
	if (r == 0)
		r = classify(f);
	if (r == 0)
		r = import_read("forest", f->json.data, f->json.len, FEATURES_WINDOW, &f->import);
	free(train_rows);
	free(labels);
	return r;
}

void forest_free(struct forest *f)
{
	if (f->booster)
		XGBoosterFree(f->booster);
	import_free(&f->import);
	buffer_free(&f->json);
	free(f->rows);
	free(f->vectors);
}
