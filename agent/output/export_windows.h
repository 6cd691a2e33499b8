/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_WINDOWS_H
#define AGENT_OUTPUT_EXPORT_WINDOWS_H

/* The packets of one device cut into windows, and their statistics as rows of table windows. */

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

/** export_windows_features - what the columns mean, for a window every @stride packets; 0 or -ENOMEM; import_features_free() */
int export_windows_features(uint32_t stride, struct import_features *features);

/**
 * export_cutter_push - the device's next packet; a row where it completes a window
 * @whose: its time_us is set here
 */
int export_cutter_push(struct export_cutter *cutter, struct export_writer *w, struct export_window *whose, const struct iot_packet *packet,
		       int64_t time_us);

/** export_windows_evidence - the windows of one run of packets without a gap; those of another ABI have none */
int export_windows_evidence(struct export_writer *w, struct export_window *whose, const struct label_evidence *evidence);

#endif
