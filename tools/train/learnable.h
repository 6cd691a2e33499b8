/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_LEARNABLE_H
#define TOOLS_TRAIN_LEARNABLE_H

/* What a manifest names and its captures do not show. */

#include "tools/train/dataset.h"
#include "tools/train/manifest.h"

/**
 * learnable_functions - take functions without a packet to learn from out of @manifest and @dataset, and say so
 *
 * Rows of theirs, which may be held out, are then of no function. A device that is left with one function is told to do that whenever
 * it does something, as the manifest says. 0 or -ENOMEM, logged.
 */
int learnable_functions(struct manifest *manifest, struct dataset *dataset);

#endif
