/* SPDX-License-Identifier: BSD-2-Clause */

/* One target for libFuzzer: FUZZ_TARGET is its function. */

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return FUZZ_TARGET(data, size);
}
