/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_MANIFEST_INTERNAL_H
#define TOOLS_TRAIN_MANIFEST_INTERNAL_H

#include "tools/train/manifest.h"

/** manifest_check - what only all lines together tell: files, intervals, trials of each class; 0 or -errno, logged */
int manifest_check(const struct manifest *manifest, const char *root);

/* Pairs of texts, "key,value" a line, the first line naming the columns. */
struct pairs {
	struct names keys;
	char **values;
};

/** pairs_read - @path may be NULL; @header: what the first line must be. 0 or -errno, logged; pairs_free() in either case */
int pairs_read(const char *path, const char *header, struct pairs *pairs);

/** pairs_value - NULL where there is none for this key */
const char *pairs_value(const struct pairs *pairs, const char *key);

void pairs_free(struct pairs *pairs);

#endif
