/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/layout.h"

const char *layout_hash(void)
{
	return IOTBPF_LAYOUT;
}
