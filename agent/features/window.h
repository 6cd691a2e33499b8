/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_WINDOW_H
#define AGENT_FEATURES_WINDOW_H

#include <stddef.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#define FEATURES_MIN_WINDOW 5 /* packets: with fewer, a window says too little */
#define FEATURES_MAX_WINDOW IOT_RING

/**
 * features_window - describe @n consecutive packets of one device, oldest first
 * @n: FEATURES_MIN_WINDOW to FEATURES_MAX_WINDOW; models are trained on IOT_WINDOW and, for the beginning and after a silence, on
 * fewer
 * @out: features_count(FEATURES_WINDOW) values
 */
void features_window(const struct iot_packet *packets, size_t n, float *out);

#endif
