/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_MIX_H
#define TOOLS_TRAIN_MIX_H

#include "tools/train/units.h"

/** mix_equal - all scales weigh 1 */
struct mix mix_equal(void);

/** mix_calibrate - fit each task's temperature (Guo et al., ICML 2017) to the rows that were validated */
void mix_calibrate(struct study *study);

/**
 * mix_fit - weights of the scales and temperature by the logarithmic loss of decisions
 * @units: decisions to fit to: @count sets of them, all of the same stage
 * @without: fold whose units are not looked at, STUDY_NO_FOLD: none
 * @mix: the stage of @units is filled in
 */
void mix_fit(const struct units *units, size_t count, int without, struct mix *mix);

#endif
