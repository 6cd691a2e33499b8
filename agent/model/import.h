/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_IMPORT_H
#define AGENT_MODEL_IMPORT_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/model/pack.h"

/*
 * Models of other libraries, read into the form that pack.h packs:
 *
 *	XGBoost		save_model() as JSON or UBJSON: gbtree with binary:logistic, multi:softprob, multi:softmax, forests too
 *	LightGBM	save_model() text: objective binary or multiclass, boosting gbdt, dart, goss or rf
 *	CatBoost	save_model(format="json"): oblivious trees over numbers; Logloss, CrossEntropy, MultiClass
 *	scikit-learn	JSON of tools/export/sklearn_to_json.py
 *
 * Every row goes where the library sends it, and sums are taken so that probabilities are within 1e-6 of the library's. What could
 * not be the same is refused with the reason.
 */

#define IMPORT_SIZE_MAX (512u << 20)

struct import {
	const char *path; /* for messages */
	enum features_scale scale;
	const char *bytes;
	size_t size;

	/* What was read. */
	struct pack_ensemble ensemble;
	char kind[96];	       /* "XGBoost 1.7.4, multi:softprob" */
	char **labels;	       /* names of the classes, or NULL where the file has none */
	uint32_t label_count;
	uint16_t *feature;     /* of the scale's vector, for each of the file's features */
	uint32_t features;
	uint32_t test_count;   /* rows that the library was asked of, and its answers; 0 where the file has none */
	float *rows, *outputs;
};

/**
 * import_read - read a model of any of the libraries for vectors of @scale
 * @bytes: @size of them, which may be anything
 *
 * Features are found by name where the file has names, by position where it has none; then their number must be right. Returns 0 or
 * -errno, logged: -EBADMSG (not a model, cut, damaged), -EOPNOTSUPP (a kind of model that is not supported, other features), -ENOMEM.
 * Release with import_free() in either case.
 */
int import_read(const char *path, const void *bytes, size_t size, enum features_scale scale, struct import *out);

void import_free(struct import *m);

/**
 * import_expect - what the trees say of a row, by the plain way: from the nodes as they were read, every comparison as the library
 * makes it, sums in double (in float for XGBoost)
 */
void import_expect(const struct pack_ensemble *e, const float *row, float *p);

/** import_rows - rows for a self-test: values on, below and above thresholds of the trees, missing ones; the same for the same trees */
void import_rows(const struct import *m, uint32_t count, float *rows);

/* What an image says of an imported ensemble. */
struct import_names {
	const char *name;   /* of the model */
	const char *device; /* whose functions its classes are; NULL: its classes are devices */
};

/**
 * import_check - compare with what the library says
 * @text: @size bytes of CSV: in a line the file's features in their order, empty or nan where missing, then the probabilities of
 *	all classes (of two the second is enough); a first line of names is skipped
 *
 * The first rows become the self-test's. Returns the number of rows, or -errno, logged: -EBADMSG where the text is wrong, or where a
 * probability is further than IMPORT_EXACTNESS from the library's; *@worst is the largest distance.
 */
int64_t import_check(struct import *m, const char *path, const char *text, size_t size, float *worst);

#define IMPORT_EXACTNESS 1e-6f

/**
 * import_image - pack it with a card and a self-test, and open the result once
 * @m: m->labels are set
 *
 * Returns 0 or -errno, logged.
 */
int import_image(const struct import *m, const struct import_names *names, struct buffer *image);

#endif
