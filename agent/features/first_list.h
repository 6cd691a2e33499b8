/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_FIRST_LIST_H
#define AGENT_FEATURES_FIRST_LIST_H

/* The first packets one by one: length, negative for a received one. Missing beyond the last. */

#include <stddef.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#define FIRST_COUNT 16
#define FIRST_NAMES                                                                                                   \
	"first0", "first1", "first2", "first3", "first4", "first5", "first6", "first7", "first8", "first9", "first10", \
		"first11", "first12", "first13", "first14", "first15"

void features_first(const struct iot_packet *packets, size_t n, float *out);

#endif
