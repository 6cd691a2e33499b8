/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_UNITS_H
#define TOOLS_TRAIN_UNITS_H

/*
 * Decisions: the evidence of a trial (or of a part of it) at all scales, streamed through the agent's own fusion. For a
 * device, all rows of one device in one trial; for a function, those of one function in it.
 */

#include <stdbool.h>

#include "agent/identify/fusion.h"
#include "tools/train/study.h"

/* How much of a trial is decided on. */
struct view {
	uint32_t packets; /* the first so many, UINT32_MAX: all */
	double every;     /* pieces of so many seconds, those that the capture has whole; INFINITY: all of it */
	bool functions;   /* what is decided: the function, or the device */
	bool holdout;     /* of trials held out, or of those that were validated */
};

/* How the scales are weighed: [0] devices, [1] functions. */
struct mix {
	float weight[2][FEATURES_SCALES];
	float temperature[2];
};

struct unit {
	uint32_t row; /* of the manifest: the first */
	uint32_t fold;
	struct fusion device;
	struct fusion fits; /* how well its rows fit each device */
	struct fusion *function; /* of each device, where functions are decided */
};

struct units {
	const struct study *study;
	struct view view;
	struct unit *unit;
	size_t count;
	float *room;
	struct fusion *functions;
	uint32_t *of[FEATURES_SCALES]; /* unit of each row, UINT32_MAX: none */
};

/** units_new - find the units of a view and stream their rows; 0 or -ENOMEM, logged. units_free() in either case */
int units_new(const struct study *study, const struct view *view, struct units *units);
void units_free(struct units *units);

/** units_device - P(device) of a unit; false where it has no evidence */
bool units_device(const struct units *units, size_t unit, const struct mix *mix, float *p);

/** units_function - P(function | @device) of a unit; false where it has no evidence of that device's functions */
bool units_function(const struct units *units, size_t unit, uint32_t device, const struct mix *mix, float *p);

/** units_likeness - fusion_likeness() of a unit's @device; @fits: with how well its rows fit it */
float units_likeness(const struct units *units, size_t unit, const struct mix *mix, uint32_t device, bool fits);

#endif
