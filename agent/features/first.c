/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>

#include "agent/analysis/digest.h"
#include "agent/features/first_list.h"

void features_first(const struct iot_packet *packets, size_t n, float *out)
{
	for (size_t i = 0; i < FIRST_COUNT; i++) {
		float length;

		if (i >= n) {
			out[i] = NAN;
			continue;
		}
		length = packets[i].length < DIGEST_LENGTH_MIN ? DIGEST_LENGTH_MIN : packets[i].length;
		out[i] = packets[i].kind & IOT_KIND_RECEIVED ? -length : length;
	}
}
