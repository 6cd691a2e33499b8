/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_RANGES_H
#define AGENT_MODEL_RANGES_H

/*
 * How strange a row is to a device of the model. Trees tell devices apart: of a device that is none of them they say which it is least
 * unlike, and often surely. So a model may keep what the rows of each device were like in training, by the packets that they describe: the
 * range of each feature, whether it was ever, and whether always there. A row's strangeness is the share of features that are far outside of
 * their ranges, or there where they never were, or missing where they never were.
 *
 * Values are compared on a scale where a factor is a distance: x becomes log(1 + x), -x the negative of it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/model/image.h"

#define RANGES_STAGES 8	  /* by packets: see ranges_stage() */
#define RANGES_PACKETS 15 /* beginnings (asking for an address, looking for neighbours) are alike: what goes on is like nothing before */
#define RANGES_TRIALS 2	  /* that a stage takes: one does not show what varies. Of few, more is tolerated */

#define RANGES_LEAST_FIT 0.05f /* of two rows that fit no range, what trees are surer of is more like something known */

/** ranges_stage - the stage of a row that describes so many packets: 0 for fewer than RANGES_PACKETS, then 15, 20, 30, 50, 85, 150, 300 */
uint32_t ranges_stage(uint32_t packets);

/** ranges_scale - put @count features on the scale of the ranges; NaN stays NaN */
void ranges_scale(const float *row, size_t count, float *scaled);

/** ranges_make - a range from a least to a greatest scaled value */
struct image_range ranges_make(float low, float high, bool missing);

/**
 * ranges_strangeness - share of @count features that are at odds with their ranges, 0 to 1
 * @slack: by so much values may be above: what grows with the packets may have grown with them
 * @enough: what is beyond that may be told as less than it is, for time
 */
float ranges_strangeness(const struct image_range *ranges, const float *scaled, size_t count, float slack, float enough);

/**
 * ranges_fit - from 1, like the rows of training, to RANGES_LEAST_FIT; 0 where a row says too little
 * @ranges: of @fit, from its lowest stage on
 * @whole: the row is not part of something longer: it may describe few packets
 */
float ranges_fit(const struct image_fit *fit, const struct image_range *ranges, const float *scaled, size_t count, uint32_t packets,
		 bool whole);

#endif
