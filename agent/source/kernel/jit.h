/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_JIT_H
#define AGENT_SOURCE_KERNEL_JIT_H

#include <stdbool.h>

/*
 * Does the kernel run this loaded program by its interpreter, many times slower than as machine code? Asked of the
 * program itself: the sysctl is not to be seen in every network namespace. False where the kernel does not say.
 */
bool program_is_interpreted(int program);

#endif
