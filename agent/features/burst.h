/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_BURST_H
#define AGENT_FEATURES_BURST_H

#include "agent/analysis/bursts.h"

/** features_burst - describe a burst of one packet or more; @out: features_count(FEATURES_BURST) values, all NaN without a packet */
void features_burst(const struct burst *burst, float *out);

/**
 * features_burst_share - how much a burst of so many packets says, 0 to 1: its share in a sum of evidence
 *
 * A function takes ten packets or more; two or three between two silences are what every function has, and many such bursts would
 * outvote the one that matters.
 */
float features_burst_share(uint32_t packets);

#endif
