/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_IMPORT_INTERNAL_H
#define AGENT_MODEL_IMPORT_INTERNAL_H

#include "agent/model/document.h"
#include "agent/model/import.h"

/* One for each form of file; errors as import_read(). */
int import_xgboost(struct import *m, const struct document *file);
int import_lightgbm(struct import *m);
int import_catboost(struct import *m, const struct document *file);
int import_sklearn(struct import *m, const struct document *file);

/** import_damaged - log that @what is missing or wrong in the file; -ENOMEM is said to be what it is. Returns the error. */
int import_damaged(const struct import *m, int error, const char *what);

/** import_refuse - log why the file cannot be imported; returns -EOPNOTSUPP */
int import_refuse(const struct import *m, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * import_features - find each of the file's features in the vector
 * @names: of @count features, or NULL where the file has none
 */
int import_features(struct import *m, char *const *names, uint32_t count);

/** import_feature - number in the vector of the file's feature @index, which may be no number at all; -EBADMSG */
int import_feature(const struct import *m, double index, uint16_t *feature);

/** import_tree - append a tree of @nodes nodes, at least 1; NULL when memory is short */
struct pack_tree *import_tree(struct import *m, uint32_t label, uint32_t nodes);

/** import_below - the threshold that sends x < threshold where the library sends x <= @t */
float import_below(double t);

/** import_children - a child's number from a double that may be anything; UINT32_MAX, which no tree has, if it is none */
uint32_t import_child(double number);

/** import_texts - all elements of an array of strings; 0 or -errno, not logged */
int import_texts(const struct document *array, char ***texts, uint32_t *count);

void import_texts_free(char **texts, uint32_t count);

/** import_count - a number of the document that counts something, at most @max; -EBADMSG for any other */
int import_count(const struct document *object, const char *const *path, uint32_t max, uint32_t *out);

#endif
