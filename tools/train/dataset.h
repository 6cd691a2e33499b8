/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_DATASET_H
#define TOOLS_TRAIN_DATASET_H

/* Feature vectors of the windows of all captures of a manifest. */

#include <stddef.h>
#include <stdint.h>

#include "tools/train/manifest.h"

struct sample {
	uint32_t row; /* of the manifest */
	uint32_t device;
	int32_t function; /* -1: none */
	uint32_t trial;
	uint16_t packets; /* in the window */
	bool holdout;
};

struct dataset {
	float *x; /* count times features_count(FEATURES_WINDOW) */
	struct sample *samples;
	size_t count, room;
	size_t packets;    /* of the devices, all together */
	size_t lost_times; /* captures whose time stamps say nothing */
	size_t empty;      /* manifest rows without a single window */
};

struct dataset_options {
	const char *root;
	uint32_t stride;  /* packets from one window to the next */
	uint32_t windows; /* of one manifest row at most: beyond that the stride grows */
};

/**
 * dataset_read - cut the captures of @manifest into windows
 *
 * A window lies within one trial, and has a function where it lies within one manifest row. Besides windows of
 * IOT_WINDOW packets at the stride there are shorter ones at the beginning, for devices that have said little so far.
 * Returns 0 or -errno, logged; release with dataset_free() in either case.
 */
int dataset_read(const struct manifest *manifest, const struct dataset_options *options, struct dataset *dataset);

void dataset_free(struct dataset *dataset);

#endif
