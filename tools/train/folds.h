/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_FOLDS_H
#define TOOLS_TRAIN_FOLDS_H

#include <stdint.h>

#include "tools/train/manifest.h"

/**
 * folds_assign - a fold for each trial, such that the trials of each label are spread evenly
 * @fold: allocated, one number for each of manifest->trials
 * @folds: STUDY_FOLDS, fewer where no label has as many trials; 0 where none has two
 *
 * Which trial goes where depends on the seed and on the trials' names. Returns 0 or -ENOMEM, logged.
 */
int folds_assign(const struct manifest *manifest, uint32_t seed, uint32_t **fold, uint32_t *folds);

#endif
