/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_MATRIX_H
#define TOOLS_TRAIN_MATRIX_H

#include <stdint.h>

/* How often each class was told for each. */
struct matrix {
	uint32_t classes;
	uint32_t *cells; /* [true * classes + told] */
};

/** matrix_new - 0 or -ENOMEM; matrix_free() in either case */
int matrix_new(uint32_t classes, struct matrix *matrix);
void matrix_free(struct matrix *matrix);

static inline void matrix_count(struct matrix *m, uint32_t truth, uint32_t told)
{
	m->cells[truth * m->classes + told]++;
}

/** matrix_total - of a class, or of all with @truth UINT32_MAX */
uint32_t matrix_total(const struct matrix *matrix, uint32_t truth);

/** matrix_accuracy - share of all that were told right; NaN without any */
double matrix_accuracy(const struct matrix *matrix);

/** matrix_recall - share of a class's that were told right; NaN without any */
double matrix_recall(const struct matrix *matrix, uint32_t truth);

/** matrix_macro_recall - mean over the classes that there are */
double matrix_macro_recall(const struct matrix *matrix);

/** matrix_f1 - harmonic mean of a class's recall and precision; NaN where it neither was nor was told */
double matrix_f1(const struct matrix *matrix, uint32_t class);

/** matrix_macro_f1 - mean over the classes that there are */
double matrix_macro_f1(const struct matrix *matrix);

/** matrix_merged_accuracy - accuracy with classes of one group (group[class]) taken as one */
double matrix_merged_accuracy(const struct matrix *matrix, const uint32_t *group);

#endif
