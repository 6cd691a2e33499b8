/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_FEATURES_H
#define AGENT_MODEL_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

/*
 * The feature vector of a window of packets, as training and the live agent both compute it: named, ordered, versioned.
 * It says what a device does, never which home it does it in: no address, no ephemeral port.
 *
 * Values are float32; NaN means "cannot be said of this window" (no TCP packet sent, ...), which trees decide by their
 * default side.
 *
 * Lengths below 60 bytes count as 60: an Ethernet port pads them, a wireless one or a capture on the sending host does
 * not.
 *
 * Times: the kernel's clock ticks every 1 to 10 ms, a capture's every microsecond. Both are rounded down to 10 ms
 * before any gap is taken, so that a gap's distribution is the same from either; gaps below that are not told apart.
 */

#define FEATURES_VERSION 1
#define FEATURES_MAX 256      /* a vector on the stack never needs more */
#define FEATURES_MIN_WINDOW 5 /* packets: with fewer, a window says too little */
#define FEATURES_MAX_WINDOW IOT_RING

/** features_count - length of the vector */
size_t features_count(void);

/** features_name - of one of them, NULL beyond the last */
const char *features_name(size_t feature);

/** features_hash - FNV-1a 64 over the version and all names in order: equal if and only if two vectors mean the same */
uint64_t features_hash(void);

/**
 * features_window - describe @n consecutive packets of one device, oldest first
 * @n: FEATURES_MIN_WINDOW to FEATURES_MAX_WINDOW; models are trained on IOT_WINDOW and, for the beginning, on 5, 10,
 * ... 25
 * @out: features_count() values
 */
void features_window(const struct iot_packet *packets, size_t n, float *out);

/** features_forget_times - make every feature that depends on time stamps missing (for captures that have lost theirs)
 */
void features_forget_times(float *row);

#endif
