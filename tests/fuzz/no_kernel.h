/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_NO_KERNEL_H
#define TESTS_FUZZ_NO_KERNEL_H

#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/ports.h"

#define NO_KERNEL_SECOND 9 /* of the table's clock, always */

struct kernel {
	char nothing[4096]; /* what functions see that nobody stands in for: a kernel of zeroes */
	struct iot_table *table;
	struct iot_clock now;
};

#endif
