/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/features.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/features/vector.h"

static const struct features_vector *const vectors[FEATURES_SCALES] = {
	[FEATURES_WINDOW] = &features_window_vector,   [FEATURES_BURST] = &features_burst_vector,
	[FEATURES_RHYTHM] = &features_rhythm_vector,   [FEATURES_SESSION] = &features_session_vector,
	[FEATURES_PAPER] = &features_paper_vector,
};

const char *features_scale_name(enum features_scale scale)
{
	return scale < FEATURES_SCALES ? vectors[scale]->name : NULL;
}

int features_scale_parse(const char *name)
{
	for (int scale = 0; scale < FEATURES_SCALES; scale++)
		if (!strcmp(name, vectors[scale]->name))
			return scale;
	return -EINVAL;
}

uint32_t features_version(enum features_scale scale)
{
	return vectors[scale]->version;
}

size_t features_count(enum features_scale scale)
{
	return vectors[scale]->count;
}

const char *features_name(enum features_scale scale, size_t feature)
{
	return feature < vectors[scale]->count ? vectors[scale]->name_of(feature) : NULL;
}

/* FNV-1a, 64 bits; the terminating NUL separates names. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	} while (*text++);
	return hash;
}

uint64_t features_hash(enum features_scale scale)
{
	const struct features_vector *v = vectors[scale];
	uint64_t hash = hash_text(UINT64_C(0xcbf29ce484222325), v->name);
	char version[16];

	snprintf(version, sizeof(version), "%u", v->version);
	hash = hash_text(hash, version);
	for (size_t i = 0; i < v->count; i++)
		hash = hash_text(hash, v->name_of(i));
	return hash;
}

void features_forget_times(enum features_scale scale, float *row)
{
	for (size_t i = vectors[scale]->times_first; i < vectors[scale]->times_end; i++)
		row[i] = NAN;
}
