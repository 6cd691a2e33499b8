/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_TWIN_H
#define TESTS_LIB_TWIN_H

/* The host build doing what a kernel program does with a frame, and the comparison of both tables. */

#include "agent/source/slots.h"

/* The twin of bpf/iotbpf.bpf.c: `captured` bytes seen at interface `ifindex`, which has a port line; out: on egress. */
void twin_count(const struct iot_table *t, const void *data, uint32_t captured, const struct iot_replay *replay, uint32_t ifindex,
		int out);

/* Name of the first part in which two tables of one configuration differ, or NULL where they are the same byte for byte. */
const char *twin_difference(const struct iot_table *a, const struct iot_table *b);

#endif
