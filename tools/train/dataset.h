/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_DATASET_H
#define TOOLS_TRAIN_DATASET_H

/* Feature vectors of all captures of a manifest, at every scale. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/features/features.h"
#include "tools/train/manifest.h"

enum sample_use {
	SAMPLE_LIVE,   /* the agent would evaluate it */
	SAMPLE_MINUTE, /* all that there was in a minute with fewer packets than a window */
	SAMPLE_TEACH,  /* for training only */
};

/* Where a row comes from. Times are seconds in its capture. */
struct sample {
	uint32_t row; /* of the manifest */
	uint32_t device;
	int32_t function; /* -1: none */
	uint32_t trial;
	uint32_t packets; /* that it describes */
	uint32_t before;  /* packets of the trial up to its last one */
	float begin_s, end_s;
	float capture_s;  /* how long the capture goes on */
	float share; /* of a full window, the part that no live row before it held; 0: it replaces them, holding as much */
	enum sample_use use;
	bool holdout;
	bool timeless; /* its capture has lost its times */
};

/* Rows of one scale. */
struct rows {
	float *x; /* count times features_count() of the scale */
	struct sample *samples;
	size_t count, room;
};

struct dataset {
	struct rows scale[FEATURES_SCALES];
	size_t packets;    /* of the devices, all together */
	size_t lost_times; /* captures whose time stamps say nothing */
	size_t empty;      /* manifest rows with fewer packets than a window takes */
};

struct dataset_options {
	const char *root;
	bool paper;       /* the paper's own vector instead of the four scales */
	uint32_t stride;  /* packets from one window to the next */
	uint32_t windows; /* of one manifest row at most: beyond that the stride grows */
};

/**
 * dataset_read - cut the captures of @manifest into rows
 *
 * A row lies within one trial, and has a function where it lies within one manifest row. Windows: IOT_WINDOW packets
 * at the stride, shorter ones at the beginning, and shorter ones in between, for devices that say little. Bursts:
 * every one. Rhythm: half an hour every five minutes. Session: of growing length.
 * Returns 0 or -errno, logged; release with dataset_free() in either case.
 */
int dataset_read(const struct manifest *manifest, const struct dataset_options *options, struct dataset *dataset);

/** dataset_row - a vector of this scale */
static inline float *dataset_row(const struct dataset *dataset, enum features_scale scale, size_t i)
{
	return dataset->scale[scale].x + i * features_count(scale);
}

void dataset_free(struct dataset *dataset);

#endif
