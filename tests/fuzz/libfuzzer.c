/* SPDX-License-Identifier: BSD-2-Clause */

/* A target for libFuzzer: FUZZ_TARGET is its name. */

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return FUZZ_TARGET(data, size);
}
