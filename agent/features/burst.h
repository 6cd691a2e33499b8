/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_BURST_H
#define AGENT_FEATURES_BURST_H

#include "agent/analysis/bursts.h"

/** features_burst - describe a burst of one packet or more; @out: features_count(FEATURES_BURST) values, all NaN without a packet */
void features_burst(const struct burst *burst, float *out);

#endif
