/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_WINDOWS_H
#define AGENT_OUTPUT_EXPORT_WINDOWS_H

/* The packets of one device cut into windows, and what the columns of table windows say of them. */

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/output/export.h"

/* Packets that are in no complete window yet. All zero: none. */
struct export_cutter {
	struct iot_packet packets[IOT_WINDOW];
	int64_t times_us[IOT_WINDOW];
	uint32_t count;
	uint32_t skip; /* packets until the next window begins */
};

/** export_windows_features - what the columns mean, for a window every @stride packets; 0 or -ENOMEM; imported_features_free() */
int export_windows_features(uint32_t stride, struct imported_features *features);

/**
 * export_cutter_push - the device's next packet; is a window complete?
 * @features: receives its statistics, and *@first_us the time of its first packet
 */
bool export_cutter_push(struct export_cutter *cutter, uint32_t stride, const struct iot_packet *packet, int64_t time_us, int64_t *first_us,
			float *features);

#endif
