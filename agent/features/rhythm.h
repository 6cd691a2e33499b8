/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_RHYTHM_H
#define AGENT_FEATURES_RHYTHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/analysis/audi.h"

/* A flow of the device: what it sends by one protocol. */
struct rhythm_flow {
	uint32_t layer, proto;	/* enum iot_layer, and as in a flow's key */
	const uint64_t *words;	/* activity of the last AUDI_SAMPLES seconds, see agent/analysis/bits.h; the newest last */
	uint32_t port_changes;	/* of the source port, meanwhile */
	double period_s, support; /* of the robust detector (agent/analysis/periods.h), where there is one */
	bool has_period;
};

/**
 * features_rhythm - describe when a device's flows are active
 * @audi: work space for AUDI_SAMPLES
 * @seconds_observed: how long the device has been seen, of the AUDI_SAMPLES that the series hold
 * @out: features_count(FEATURES_RHYTHM) values. All NaN below RHYTHM_MIN_SECONDS; the features of the paper, which are defined for
 * full series only, are NaN below RHYTHM_FULL_SECONDS.
 */
#define RHYTHM_MIN_SECONDS 300
#define RHYTHM_FULL_SECONDS (AUDI_SAMPLES * 9 / 10)
void features_rhythm(struct audi *audi, const struct rhythm_flow *flows, size_t n, uint32_t seconds_observed, float *out);

#endif
