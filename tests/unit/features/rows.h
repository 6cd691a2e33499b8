/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_FEATURES_ROWS_H
#define TESTS_UNIT_FEATURES_ROWS_H

/* What the tests of all scales do with names and rows. Include after <cmocka.h>. */

#include <math.h>
#include <string.h>

#include <linux/types.h>
#include <iotbpf/abi.h>
#include <iotbpf/protocols.h>

#include "agent/features/features.h"

#define assert_near(a, b) assert_true(fabs((double)(a) - (double)(b)) < 1e-4)

static inline float row_value(enum features_scale scale, const float *row, const char *name)
{
	for (size_t i = 0; i < features_count(scale); i++)
		if (!strcmp(features_name(scale, i), name))
			return row[i];
	fail_msg("%s has no feature %s", features_scale_name(scale), name);
	return 0;
}

/* A changed hash refuses every model trained before: raise the version of the scale when this is meant. */
static inline void names_are_good(enum features_scale scale, uint32_t version, uint64_t hash)
{
	assert_true(features_count(scale) > 0 && features_count(scale) <= FEATURES_MAX);
	for (size_t i = 0; i < features_count(scale); i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(features_name(scale, i), features_name(scale, k));
	assert_null(features_name(scale, features_count(scale)));
	assert_int_equal(features_version(scale), version);
	if (features_hash(scale) != hash)
		print_error("hash of %s: 0x%016llx\n", features_scale_name(scale), (unsigned long long)features_hash(scale));
	assert_true(features_hash(scale) == hash);
}

/* Is there a value that is neither a number nor missing? */
static inline bool row_has_infinity(enum features_scale scale, const float *row)
{
	for (size_t i = 0; i < features_count(scale); i++)
		if (isinf(row[i]))
			return true;
	return false;
}

static inline bool row_is_missing(enum features_scale scale, const float *row)
{
	for (size_t i = 0; i < features_count(scale); i++)
		if (!isnan(row[i]))
			return false;
	return true;
}

/* Any packet that a ring can hold and many that it cannot: xorshift (Marsaglia 2003). */
static inline struct iot_packet row_random_packet(uint64_t *state)
{
	struct iot_packet p;
	uint64_t words[2];

	for (int i = 0; i < 2; i++) {
		*state ^= *state << 13;
		*state ^= *state >> 7;
		*state ^= *state << 17;
		words[i] = *state;
	}
	memcpy(&p, words, sizeof(p));
	return p;
}

#endif
