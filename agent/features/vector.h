/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_VECTOR_H
#define AGENT_FEATURES_VECTOR_H

/* What features.c knows of a scale. Each scale defines its own beside the function that fills it. */

#include <stddef.h>
#include <stdint.h>

struct features_vector {
	const char *name;
	uint32_t version;
	size_t count;
	size_t times_first, times_end; /* features that depend on time stamps: from the first to before the end */
	const char *(*name_of)(size_t feature); /* below count */
};

extern const struct features_vector features_window_vector, features_burst_vector, features_rhythm_vector,
	features_session_vector, features_paper_vector;

#endif
